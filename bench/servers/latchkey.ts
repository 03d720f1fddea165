import { fileURLToPath } from 'node:url';
import { startApp } from '../../bot/app.ts';
import { readConfig } from '../../bot/config/config.ts';
import { buildConnections } from '../../bot/connection.ts';
import { createLog } from '../../bot/platform/log.ts';
import type { Source } from '../../bot/sources/source.ts';
import { searchItems } from './handler.ts';

/** Latchkey with a source that searches in the process: the configuration cannot name such a source. Everything else is the
 * built app, with its metrics. Searches by HTTP are measured on bot/index.ts itself. */
const config = readConfig(process.env);
const log = createLog(config.logLevel);

function inProcess(url: string): Source {
  const { origin } = new URL(url);
  return {
    async search({ text, skip, count }) {
      return { items: searchItems(origin, text, skip, count) };
    },
  };
}

const connections = buildConnections(config).map((connection, at) => ({
  ...connection,
  source: inProcess(config.connections[at]?.source.url ?? ''),
}));
// The bundle of the bench is one folder further down than the bot's.
const pages = fileURLToPath(new URL('../../auth-page', import.meta.url));
const app = await startApp({ ...config, metricsPort: 0 }, connections, log, pages);
log.info(`Latchkey is listening on port ${app.port}`);
process.once('SIGTERM', () => void app.stop().then(() => process.exit(0)));
