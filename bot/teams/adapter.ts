import {
  type Activity,
  ActivityTypes,
  CloudAdapterBase,
  ConfigurationBotFrameworkAuthentication,
  type InvokeResponse,
  TurnContext,
} from 'botbuilder';
import type { Config } from '../config.ts';
import { connectorCredentials } from './bot-credentials.ts';
import { isOfChat, type SearchExtension } from './search-extension.ts';

/**
 * The Bot Framework adapter behind the connector gate: what comes here has been verified, so nothing is verified
 * again. Invokes run in native async; everything else takes the inherited `processActivity`.
 */
export class GatedAdapter extends CloudAdapterBase {
  readonly #bot: SearchExtension;
  readonly #botId: string;

  constructor(config: Pick<Config, 'bot' | 'loopback' | 'tokenService'>, bot: SearchExtension) {
    super(new ConfigurationBotFrameworkAuthentication({}, connectorCredentials(config)));
    this.#bot = bot;
    this.#botId = config.bot?.id ?? '';
  }

  /** Handles an activity that the gate admitted; what it returns is the HTTP answer's status and body. */
  async handle(activity: Activity): Promise<InvokeResponse> {
    if (activity.type === ActivityTypes.Invoke && !isOfChat(activity.name)) return this.#invoke(activity);
    const claimsIdentity = this.createClaimsIdentity(this.#botId);
    const connectorFactory = this.botFrameworkAuthentication.createConnectorFactory(claimsIdentity);
    const verified = { claimsIdentity, connectorFactory, audience: 'https://api.botframework.com' };
    const answer = await this.processActivity(verified, activity, (context) => this.#bot.run(context));
    return answer ?? { status: 200 };
  }

  // The inherited turn is compiled to generators, each of which pins its request in old space until a full
  // collection. Same turn context, same middleware, same handler method; an invoke sends nothing, so no client is made.
  async #invoke(activity: Activity): Promise<InvokeResponse> {
    const context = new TurnContext(this, activity);
    let response: InvokeResponse | undefined;
    await this.middleware.run(context, async () => {
      response = await this.#bot.onInvokeActivity(context);
    });
    return response ?? { status: 501 };
  }
}
