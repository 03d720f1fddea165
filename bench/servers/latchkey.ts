import { fileURLToPath } from 'node:url';
import { buildSignIn } from '../../bot/build-sign-in.ts';
import { readConfig } from '../../bot/config/config.ts';
import {
  buildConnections,
  type Connection,
  connectionsByCommand,
  connectionsSharingACommand,
} from '../../bot/connection.ts';
import { Metrics } from '../../bot/http/metrics.ts';
import { loadPages } from '../../bot/http/pages.ts';
import { addressLimit, remoteAddress } from '../../bot/http/rate-limits.ts';
import { createServer } from '../../bot/http/server.ts';
import { createLog, newErrorReference, serializeError } from '../../bot/platform/log.ts';
import type { Source } from '../../bot/sources/source.ts';
import { openStore } from '../../bot/store/open-store.ts';
import { AccessPolicy } from '../../bot/teams/access-policy.ts';
import { InvokeAdapter } from '../../bot/teams/adapter.ts';
import { ConnectorKeys } from '../../bot/teams/auth/connector-keys.ts';
import { ConnectorAuthenticator } from '../../bot/teams/auth/connector-token.ts';
import { SearchExtension } from '../../bot/teams/search-extension.ts';
import { BOT_ID } from '../workload/people.ts';
import { searchItems } from './handler.ts';

/** Latchkey with a source that searches in the process, which its configuration rightly can't name: the built bot's own
 * parts, put together as bot/index.ts does. Searches by HTTP are measured on bot/index.ts itself. */
const config = readConfig(process.env);
const log = createLog(config.logLevel);
const report = (error: unknown): string => {
  const reference = newErrorReference();
  log.error({ reference, error: serializeError(error) }, 'request failed');
  return reference;
};
const warn = (message: string) => log.warn(message);
const metrics = new Metrics();

function inProcess(url: string): Source {
  const { origin } = new URL(url);
  return {
    async search({ text, skip, count }) {
      return { items: searchItems(origin, text, skip, count) };
    },
  };
}

const connections: readonly Connection[] = buildConnections(config).map((connection, at) => ({
  ...connection,
  source: metrics.timedSource(inProcess(config.connections[at]?.source.url ?? ''), connection.id),
}));
const store = await openStore(config.storeUrl, warn);
const count = (event: string) => metrics.event(event);
const signIn = buildSignIn({ config, connections, store, log, count });
const keys = new ConnectorKeys(config.connector.metadataUrl, report);
const bot = new SearchExtension({
  signIn,
  connections: connectionsByCommand(connections),
  reception: new AccessPolicy({ allowedTenants: config.allowedTenants, directLine: false }),
  report,
});
const { server, drain } = createServer({
  messages: {
    authenticator: new ConnectorAuthenticator(keys, config.connector.issuer, BOT_ID),
    adapter: new InvokeAdapter(config, bot),
    refused: (status, reason) => log.warn({ status, reason }, 'request refused at the gate'),
    report,
    measure: metrics.observeActivity.bind(metrics),
  },
  auth: {
    signIn,
    shared: connectionsSharingACommand(connections),
    origin: config.baseUrl,
    limit: addressLimit(store.limits, remoteAddress(config.trustedProxies, warn)),
    report,
  },
  pages: loadPages(fileURLToPath(new URL('../../auth-page', import.meta.url)), config.teamsHostOrigins),
  checkReady: () => store.ping(),
});
setInterval(() => {
  signIn.sweep(Date.now()).catch(report);
}, 10_000);
await keys.warm();
server.listen(config.port, '127.0.0.1', () => log.info(`Latchkey is listening on port ${config.port}`));
process.once('SIGTERM', () => void drain(1_000).then(() => process.exit(0)));
