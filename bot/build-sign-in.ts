import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Config } from './config/config.ts';
import { singleSignOnOf } from './config/connections-file.ts';
import type { Connection } from './connection.ts';

import type { SignInConnection } from './sign-in/authorization.ts';
import type { KeptElsewhere } from './sign-in/connection-sign-in.ts';
import { Vault } from './sign-in/credentials/vault.ts';
import { logSecurityEvents, type ReportSecurityEvent } from './sign-in/security-events.ts';
import { SignIn } from './sign-in/sign-in.ts';
import { TokenService } from './sign-in/token-service/token-service.ts';
import type { Store } from './store/store.ts';
import { userTokens } from './teams/user-token-client.ts';

/** Sign-in as the settings describe it: for the service, and for the command line beside it. */
export function buildSignIn(deps: {
  config: Config;
  connections: readonly Connection[];
  store: Store;
  log: Logger;
  /** Told of every security event, by its name alone. */
  count?: (event: string) => void;
}): SignIn {
  const { config, connections, store, log, count } = deps;
  const keys = config.encryptionKeys;
  // Not a secret that anything is sealed with: it only keeps the log's hashes of ids from being looked up in a table.
  const logKey = createHash('sha256')
    .update('latchkey/log/v1')
    .update(keys[0]?.key ?? '')
    .digest();
  const written = logSecurityEvents(log, logKey);
  const events: ReportSecurityEvent = (event, ...concerning) => {
    count?.(event);
    written(event, ...concerning);
  };
  const resource = singleSignOnOf(config.connections)?.resource;
  const tokens = config.bot && userTokens({ ...config, bot: config.bot });
  return new SignIn({
    store,
    vault: new Vault(keys),
    connections: new Map<string, SignInConnection | KeptElsewhere>(
      connections.map(({ id, title, signIn }) => {
        if (!('tokenService' in signIn)) return [id, { id, title, ...signIn }];
        if (!tokens) throw new TypeError(`${id}: a token service knows bots alone`);
        return [id, { id, title, keeper: new TokenService(tokens(signIn.tokenService), { store, events }, resource) }];
      }),
    ),
    events,
    baseUrl: config.baseUrl,
    ticketTtl: config.ticketTtl,
    securityCodeTtl: config.securityCodeTtl,
  });
}
