import {
  ActivityHandler,
  authorizeJWT,
  CloudAdapter,
  getAuthConfigWithDefaults,
  type TurnContext,
} from '@microsoft/agents-hosting';
import express from 'express';
import { BOT_ID } from '../workload/people.ts';
import { type Activity, queryHandler } from './handler.ts';
import { standInForMicrosoft } from './microsoft-hosts.ts';
import { readSettings, showReady } from './settings.ts';

/** `@microsoft/agents-hosting` and express, as in its samples. */
const settings = readSettings(process.env);
standInForMicrosoft(settings.keysUrl);
const handle = queryHandler(settings);

class SearchAgent extends ActivityHandler {
  protected override async onInvokeActivity(context: TurnContext) {
    const body = await handle(context.activity as unknown as Activity);
    return { status: 200, body };
  }
}

const authConfig = getAuthConfigWithDefaults({ clientId: BOT_ID, clientSecret: 'bench', tenantId: 'botframework.com' });
const adapter = new CloudAdapter(authConfig);
const agent = new SearchAgent();
const app = express();
app.use(express.json());
app.use(authorizeJWT(authConfig) as unknown as express.RequestHandler);
app.post('/api/messages', async (request, response) => {
  await adapter.process(request as never, response as never, (context) => agent.run(context));
});
app.listen(settings.port, '127.0.0.1', () => showReady(settings.port));
process.once('SIGTERM', () => process.exit(0));
