import { PUBLIC, withOverrides } from '@microsoft/teams.api';
import { App, ExpressAdapter } from '@microsoft/teams.apps';
import { ConsoleLogger } from '@microsoft/teams.common';
import { BOT_ID } from '../workload/people.ts';
import { type Activity, queryHandler } from './handler.ts';
import { readSettings, showReady } from './settings.ts';

/** `@microsoft/teams.apps` as in its documentation. Its `cloud` option sets the address of the Connector's keys. */
const settings = readSettings(process.env);
const handle = queryHandler(settings);
const logger = new ConsoleLogger('bench', { level: 'warn' });
const app = new App({
  clientId: BOT_ID,
  clientSecret: 'bench',
  cloud: withOverrides(PUBLIC, { openIdMetadataUrl: settings.metadataUrl }),
  httpServerAdapter: new ExpressAdapter(undefined, { logger }),
  logger,
});
app.on('message.ext.query', async ({ activity }) => (await handle(activity as unknown as Activity)) as never);
await app.start(settings.port);
showReady(settings.port);
process.once('SIGTERM', () => process.exit(0));
