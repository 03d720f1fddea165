import { CHAT } from './channels/chat.ts';
import { CONNECTOR } from './channels/connector.ts';
import { DIRECT_LINE } from './channels/direct-line.ts';
import type { Mutation } from './mutation.ts';
import { INPUT } from './search/input.ts';
import { SOURCES } from './search/sources.ts';
import { TEXTS } from './search/texts.ts';
import { TYPED_QUERIES } from './search/typed-query.ts';
import { HTTP } from './service/http-server.ts';
import { OPERATION } from './service/operation.ts';
import { OUTBOUND_PROXY } from './service/outbound-proxy.ts';
import { OAUTH } from './sign-in/oauth.ts';
import { OTHER_WAYS } from './sign-in/other-ways.ts';
import { PAGES } from './sign-in/pages.ts';
import { REVOCATIONS } from './sign-in/revocation.ts';
import { SIGN_IN } from './sign-in/sign-in.ts';
import { TEAMS_USERS } from './sign-in/teams-user.ts';
import { AT_REST } from './store/at-rest.ts';
import { KILLS } from './store/kills.ts';
import { REDIS_FAULTS } from './store/redis.ts';
import { SQLITE_FAULTS } from './store/sqlite.ts';

/** Every defence whose removal a test notices, in the order of the threats. */
export const MUTATIONS: readonly Mutation[] = [
  ...CONNECTOR,
  ...CHAT,
  ...SIGN_IN,
  ...OAUTH,
  ...PAGES,
  ...INPUT,
  ...SOURCES,
  ...TYPED_QUERIES,
  ...AT_REST,
  ...REDIS_FAULTS,
  ...SQLITE_FAULTS,
  ...REVOCATIONS,
  ...KILLS,
  ...OTHER_WAYS,
  ...DIRECT_LINE,
  ...HTTP,
  ...OPERATION,
  ...OUTBOUND_PROXY,
  ...TEAMS_USERS,
  ...TEXTS,
];
