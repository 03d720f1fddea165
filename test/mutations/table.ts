import { AT_REST } from './at-rest.ts';
import { CHAT } from './chat.ts';
import { CONNECTOR } from './connector.ts';
import { DIRECT_LINE } from './direct-line.ts';
import { HTTP } from './http-server.ts';
import { INPUT } from './input.ts';
import { KILLS } from './kills.ts';
import type { Mutation } from './mutation.ts';
import { OAUTH } from './oauth.ts';
import { OPERATION } from './operation.ts';
import { OTHER_WAYS } from './other-ways.ts';
import { OUTBOUND_PROXY } from './outbound-proxy.ts';
import { PAGES } from './pages.ts';
import { REDIS_FAULTS } from './redis.ts';
import { REVOCATIONS } from './revocation.ts';
import { SIGN_IN } from './sign-in.ts';
import { SOURCES } from './sources.ts';
import { SQLITE_FAULTS } from './sqlite.ts';
import { TEAMS_USERS } from './teams-user.ts';
import { TEXTS } from './texts.ts';
import { TYPED_QUERIES } from './typed-query.ts';

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
