import {
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  ConfigurationServiceClientCredentialFactory,
  type MessagingExtensionQuery,
  type MessagingExtensionResponse,
  TeamsActivityHandler,
  type TurnContext,
} from 'botbuilder';
import restify from 'restify';
import { BOT_ID } from '../workload/people.ts';
import { queryHandler } from './handler.ts';
import { readSettings, showReady } from './settings.ts';

/** botbuilder and restify as in Microsoft's samples: CloudAdapter, restify's bodyParser, a TeamsActivityHandler. */
const settings = readSettings(process.env);
const handle = queryHandler(settings);

class SearchBot extends TeamsActivityHandler {
  override async handleTeamsMessagingExtensionQuery(
    context: TurnContext,
    _query: MessagingExtensionQuery,
  ): Promise<MessagingExtensionResponse> {
    return (await handle(context.activity)) as MessagingExtensionResponse;
  }
}

// The public cloud's values except for the keys: if one value is set, the SDK requires all.
const authentication = new ConfigurationBotFrameworkAuthentication(
  {
    ToChannelFromBotLoginUrl: 'https://login.microsoftonline.com/botframework.com',
    ToChannelFromBotOAuthScope: 'https://api.botframework.com',
    ToBotFromChannelTokenIssuer: 'https://api.botframework.com',
    OAuthUrl: 'https://api.botframework.com',
    ToBotFromChannelOpenIdMetadataUrl: settings.metadataUrl,
    ToBotFromEmulatorOpenIdMetadataUrl:
      'https://login.microsoftonline.com/botframework.com/v2.0/.well-known/openid-configuration',
    ValidateAuthority: 'true',
  },
  new ConfigurationServiceClientCredentialFactory({
    MicrosoftAppId: BOT_ID,
    MicrosoftAppPassword: 'bench',
    MicrosoftAppType: 'MultiTenant',
  }),
);
const adapter = new CloudAdapter(authentication);
const bot = new SearchBot();
const server = restify.createServer();
server.use(restify.plugins.bodyParser());
server.post('/api/messages', async (request, response) => {
  await adapter.process(request as never, response, (context) => bot.run(context));
});
server.listen(settings.port, '127.0.0.1', () => showReady(settings.port));
process.once('SIGTERM', () => process.exit(0));
