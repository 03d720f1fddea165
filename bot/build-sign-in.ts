import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { singleSignOnOf } from './config/connections-file.ts';
import type { Config } from './config.ts';
import type { Connection } from './connections.ts';
import { logSecurityEvents } from './log.ts';
import type { KeptElsewhere } from './sign-in/keeper.ts';
import type { SignInConnection } from './sign-in/legs.ts';
import type { ReportSecurityEvent } from './sign-in/security-events.ts';
import { SignIn } from './sign-in/sign-in.ts';
import { TokenService } from './sign-in/token-service.ts';
import { Vault } from './sign-in/vault.ts';
import type { Store } from './store/store.ts';
import { userTokens } from './teams/user-tokens.ts';

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
