import type { InvokeResponse, TeamsActivityHandler, TurnContext } from 'botbuilder';
import { LatchkeyError } from '../latchkey-error.ts';
import { afterResponse } from '../teams/afterwards.ts';
import { BAD_REQUEST, FORBIDDEN, OK } from '../teams/answers.ts';
import type { ReportError } from '../teams/found.ts';
import { textsFor } from '../teams/locales/texts.ts';
import type { AccessPolicy, RequestContext } from '../teams/reception.ts';
import { asObject, isObject } from '../teams/record.ts';
import type { InvokeHandler } from '../teams/search-extension.ts';
import { localeOf } from '../teams/sender.ts';
import { type Chat, wordsFor } from './chat.ts';
import type { ChatCodes } from './chat-codes.ts';
import { chatLink } from './chat-link.ts';
import type { ConnectedChat } from './connected-chat.ts';
import { Delivered } from './delivered.ts';
import { offer, type Reply, say } from './replies.ts';
import { asksForSomething } from './said.ts';
import { isServiceUrl } from './service-url.ts';
import { readExchange, type TokenExchanges } from './token-exchange.ts';
import { inPersonalChat, isAnswerable, isShared, isWelcomeDue, signsInSilently } from './where.ts';

export interface ChatActivitiesParts {
  chat: Chat;
  /** Channels that bring an account of their own. */
  connected: ConnectedChat;
  /** Signing in without a window. */
  exchanges: TokenExchanges;
  /** Codes that people bring from a sign-in page. */
  codes: ChatCodes;
  reception: AccessPolicy;
  report: ReportError;
  /** Writes down that Teams could not sign somebody in; the code is Teams' own. */
  failed(code: string): void;
  /** Names the bot to Teams. */
  botId: string;
  /** `BASE_URL` is loopback. */
  loopback: boolean;
}

type Activity = Record<string, unknown>;

/** The events of our own page. */
const SIGNED_IN = 'latchkey/signedIn';
const SIGN_IN_CANCELLED = 'latchkey/signInCancelled';

/** What the Bot Framework says of a chat, on every channel, and what is sent back. Decides who speaks and where; what is
 * answered is {@link Chat}'s to say. */
export class ChatActivities {
  readonly #parts: ChatActivitiesParts;
  readonly #delivered = new Delivered();

  constructor(parts: ChatActivitiesParts) {
    this.#parts = parts;
  }

  /** What is answered, by the invoke's name. */
  get invokes(): ReadonlyMap<string, InvokeHandler> {
    return new Map<string, InvokeHandler>([
      ['signin/verifyState', (activity, context) => this.#verifyState(activity, context)],
      ['signin/tokenExchange', (activity, context) => this.#tokenExchange(activity, context)],
      ['signin/failure', (activity, context) => this.#failure(activity, context)],
    ]);
  }

  /** Takes the bot's messages and its installation. */
  attach(bot: TeamsActivityHandler): void {
    bot.onMessage(async (context) => this.#hear(context));
    bot.onEvent(async (context) => this.#hearEvent(context));
    bot.onInstallationUpdateAdd(async (context) => this.#welcome(context));
    bot.onMembersAdded(async (context) => this.#welcome(context));
  }

  /** `signin/verifyState`: the sign-in window has closed. `state` is the security code that our page gave Teams; it is
   * verified as everywhere. 404: there is nothing under it; 412: too many that were wrong; 500: try again. */
  async #verifyState(activity: Activity, context: TurnContext): Promise<InvokeResponse> {
    if (!isObject(activity.value)) return BAD_REQUEST;
    const met = this.#parts.reception.identify(activity);
    if (!('sender' in met) || !isAnswerable(activity) || !inPersonalChat(activity)) return FORBIDDEN;
    const { state } = activity.value;
    const { status, reply, signedIn } = await this.#parts.codes.verify(met, state);
    await this.#send(context, [reply]);
    if (signedIn) afterResponse(context, () => this.#resume(met, context));
    return { status };
  }

  /** `signin/tokenExchange`: the Teams client got a token without a window. */
  async #tokenExchange(activity: Activity, context: TurnContext): Promise<InvokeResponse> {
    const exchange = readExchange(activity.value);
    if (!exchange) return BAD_REQUEST;
    const met = this.#parts.reception.identify(activity);
    if (!('sender' in met) || !isAnswerable(activity) || !signsInSilently(activity)) return FORBIDDEN;
    const { answer, said, signedIn } = await this.#parts.exchanges.answer(met, exchange);
    afterResponse(context, async () => {
      await this.#send(context, said);
      if (signedIn) await this.#resume(met, context);
    });
    return answer;
  }

  /** `signin/failure`: Teams could not do its part. Its words are shown to nobody, and not kept. */
  #failure(activity: Activity, context: TurnContext): InvokeResponse {
    const { code } = asObject(activity.value);
    this.#parts.failed(typeof code === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(code) ? code : 'unknown');
    const met = this.#parts.reception.identify(activity);
    if ('sender' in met && isAnswerable(activity) && signsInSilently(activity)) {
      afterResponse(context, async () => this.#send(context, await this.#parts.exchanges.withWindow(met)));
    }
    return OK;
  }

  async #resume(guest: RequestContext, context: TurnContext): Promise<void> {
    await this.#send(context, await this.#parts.chat.resume(guest));
  }

  /** T56: what is found is for one person, so it is said where nobody else reads. */
  async #hear(context: TurnContext): Promise<void> {
    const activity = context.activity as unknown as Activity;
    if (!isAnswerable(activity) || this.#delivered.before(activity, performance.now())) return;
    const connected = isShared(activity) ? undefined : await this.#parts.connected.hear(activity);
    if (connected) return this.#send(context, connected);
    if (!asksForSomething(activity)) return;
    const met = this.#parts.reception.identify(activity);
    if (!inPersonalChat(activity) && ('sender' in met || isShared(activity))) {
      return this.#send(context, [this.#elsewhere(activity)]);
    }
    if ('sender' in met) return this.#send(context, await this.#answer(met, activity));
    if (met.words !== undefined) await this.#send(context, [say(met.words)]);
  }

  async #answer(guest: RequestContext, activity: Activity): Promise<readonly Reply[]> {
    const { chat, codes } = this.#parts;
    const verified = await codes.typed(guest, activity.text);
    if (!verified) return chat.hear(guest, activity);
    return verified.signedIn ? [verified.reply, ...(await chat.resume(guest))] : [verified.reply];
  }

  /** Web Chat's page says how a sign-in has ended: signed in, who they are is shown; cancelled, how to begin again. */
  async #hearEvent(context: TurnContext): Promise<void> {
    const activity = context.activity as unknown as Activity;
    const { name } = activity;
    if (name !== SIGNED_IN && name !== SIGN_IN_CANCELLED) return;
    if (!isAnswerable(activity) || !inPersonalChat(activity)) return;
    const met = this.#parts.reception.identify(activity);
    if (!('sender' in met)) return;
    if (name === SIGN_IN_CANCELLED) {
      const [word] = wordsFor(met.sender.locale).signIn;
      return this.#send(context, [say(met.texts.signInCancelled(word))]);
    }
    const { chat } = this.#parts;
    await this.#send(context, [...(await chat.accounts(met)), ...(await chat.resume(met))]);
  }

  async #welcome(context: TurnContext): Promise<void> {
    const activity = context.activity as unknown as Activity;
    if (!isAnswerable(activity) || !isWelcomeDue(activity) || this.#delivered.before(activity, performance.now()))
      return;
    if (!inPersonalChat(activity)) return this.#send(context, [this.#elsewhere(activity)]);
    await this.#send(context, [this.#parts.chat.welcome(localeOf(activity))]);
  }

  #elsewhere(activity: Activity): Reply {
    const texts = textsFor(localeOf(activity));
    const value = chatLink(this.#parts.botId);
    return offer(texts.inPersonalChat, [{ type: 'openUrl', title: texts.openChat, value }]);
  }

  /** What can't be sent is written down: whoever sent the message would only send it again. */
  async #send(context: TurnContext, replies: readonly Reply[]): Promise<void> {
    const { serviceUrl } = context.activity;
    if (!isServiceUrl(serviceUrl, this.#parts.loopback)) {
      return void this.#parts.report(new LatchkeyError('The serviceUrl is none to send to'), 'all');
    }
    if (replies.length === 0) return;
    await context.sendActivities([...replies]).catch((error: unknown) => void this.#parts.report(error, 'all'));
  }
}
