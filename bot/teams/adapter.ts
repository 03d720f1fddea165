import {
  type Activity,
  ActivityTypes,
  CloudAdapterBase,
  ConfigurationBotFrameworkAuthentication,
  type InvokeResponse,
  type ResourceResponse,
  TurnContext,
} from 'botbuilder';
import type { Config } from '../config/config.ts';
import { withTimeout } from '../platform/deadline.ts';
import { connectorCredentials } from './auth/bot-credentials.ts';
import { boundedClient, ChannelError } from './auth/bounded-client.ts';
import { isSignInInvoke, type SearchExtension } from './search-extension.ts';

const AFTERWARDS = Symbol('afterwards');

/** Teams waits five seconds for an invoke's response. The work runs after it.
 * @param work never rejects, and may send messages through the context */
export function afterResponse(context: TurnContext, work: () => Promise<void>): void {
  context.turnState.set(AFTERWARDS, work);
}

async function runAfterResponse(context: TurnContext): Promise<void> {
  const work: (() => Promise<void>) | undefined = context.turnState.get(AFTERWARDS);
  await work?.();
}

type TurnHandler = (context: TurnContext) => Promise<void>;
type Authentication = ConfigurationBotFrameworkAuthentication;
type ConnectorClient = Awaited<ReturnType<ReturnType<Authentication['createConnectorFactory']>['create']>>;

/** For all messages of a turn, including the request for the bot's token. */
const SEND_TIMEOUT_MS = 8_000;

/** Receives only authenticated activities. See docs/adr/0002-native-async-invokes.md. */
export class InvokeAdapter extends CloudAdapterBase {
  readonly #bot: SearchExtension;
  readonly #botId: string;
  /** Includes turns whose invoke already has its response. */
  readonly #pendingTurns = new Set<Promise<void>>();

  constructor(config: Pick<Config, 'bot' | 'loopback' | 'tokenService'>, bot: SearchExtension) {
    super(
      new ConfigurationBotFrameworkAuthentication({}, connectorCredentials(config), undefined, undefined, {
        httpClient: boundedClient(SEND_TIMEOUT_MS),
      }),
    );
    this.#bot = bot;
    this.#botId = config.bot?.id ?? '';
  }

  async handle(activity: Activity): Promise<InvokeResponse> {
    if (activity.type === ActivityTypes.Invoke && !isSignInInvoke(activity.name)) return this.#invoke(activity);
    const claimsIdentity = this.createClaimsIdentity(this.#botId);
    const connectorFactory = this.botFrameworkAuthentication.createConnectorFactory(claimsIdentity);
    const verified = { claimsIdentity, connectorFactory, audience: 'https://api.botframework.com' };
    const turn = (logic: TurnHandler) => this.processActivity(verified, activity, logic);
    if (activity.type === ActivityTypes.Invoke) return this.#handleSignInInvoke(turn);
    return (await turn((context) => this.#bot.run(context))) ?? { status: 200 };
  }

  /** T96: the inherited method has no deadline. Here one deadline covers all messages.
   * @throws {ChannelError} at the deadline, or the channel client's error */
  override async sendActivities(context: TurnContext, activities: Partial<Activity>[]): Promise<ResourceResponse[]> {
    const stop = new AbortController();
    return withTimeout(this.#send(context, activities, stop.signal), SEND_TIMEOUT_MS, () => {
      stop.abort();
      return new ChannelError(`The channel took nothing within ${SEND_TIMEOUT_MS} ms`);
    });
  }

  async #send(context: TurnContext, activities: Partial<Activity>[], abortSignal: AbortSignal) {
    const { conversations } = context.turnState.get<ConnectorClient>(this.ConnectorClientKey);
    const responses: ResourceResponse[] = [];
    for (const activity of activities) {
      delete activity.id;
      const { conversation, replyToId } = activity;
      const id = conversation?.id ?? '';
      const options = { abortSignal };
      responses.push(
        await (replyToId
          ? conversations.replyToActivity(id, replyToId, activity, options)
          : conversations.sendToConversation(id, activity, options)),
      );
    }
    return responses;
  }

  async drain(): Promise<void> {
    await Promise.all(this.#pendingTurns);
  }

  #handleSignInInvoke(turn: (logic: TurnHandler) => Promise<unknown>): Promise<InvokeResponse> {
    return new Promise((resolve, reject) => {
      const respondFirst: TurnHandler = async (context) => {
        resolve(await this.#bot.onInvokeActivity(context));
        await runAfterResponse(context);
      };
      const over = turn(respondFirst).then(() => undefined, reject);
      this.#pendingTurns.add(over);
      void over.then(() => this.#pendingTurns.delete(over));
    });
  }

  // The inherited turn is compiled to generators. Each pins its request in old space until a full collection.
  async #invoke(activity: Activity): Promise<InvokeResponse> {
    const context = new TurnContext(this, activity);
    let response: InvokeResponse | undefined;
    await this.middleware.run(context, async () => {
      response = await this.#bot.onInvokeActivity(context);
    });
    return response ?? { status: 501 };
  }
}
