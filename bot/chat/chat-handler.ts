import type { InvokeResponse, TeamsActivityHandler, TurnContext } from 'botbuilder';
import { asObject, isObject } from '../platform/json.ts';
import { LatchkeyError } from '../platform/latchkey-error.ts';
import { type AccessPolicy, localeOf, type RequestContext } from '../teams/access-policy.ts';
import { afterResponse } from '../teams/adapter.ts';
import { messagesFor } from '../teams/locales/texts.ts';
import { BAD_REQUEST, FORBIDDEN, OK } from '../teams/responses.ts';
import type { ReportError } from '../teams/search/outcome.ts';
import type { InvokeHandler } from '../teams/search-extension.ts';
import type { Chat } from './chat.ts';
import type { CodeVerification } from './code-verification.ts';
import { asksForSomething, chatLink, commandWords } from './commands.ts';
import type { ConnectedChat } from './connected-chat.ts';
import {
  hasReplyAddress,
  isGroupConversation,
  isPersonalChat,
  isServiceUrl,
  shouldWelcome,
  supportsTokenExchange,
} from './conversation.ts';
import { heroCardReply, type Reply, textReply } from './replies.ts';
import { readExchange, type TokenExchanges } from './token-exchange.ts';

/** The Bot Framework repeats an activity after 15 seconds without a response. */
const DUPLICATE_WINDOW_MS = 120_000;
const MAX_DELIVERIES = 1_000;

/** T87: a repeated activity gets no second reply. */
class DuplicateActivities {
  /** Arrival times, oldest first. */
  readonly #at = new Map<string, number>();

  /** Also records the activity. One without an id is never a duplicate. */
  isDuplicate({ id, conversation }: Record<string, unknown>, now: number): boolean {
    if (typeof id !== 'string' || id === '') return false;
    const { id: conversationId } = asObject(conversation);
    const key = `${String(conversationId).slice(0, 200)} ${id.slice(0, 200)}`;
    this.#forget(now);
    if (this.#at.has(key)) return true;
    this.#at.set(key, now);
    return false;
  }

  #forget(now: number): void {
    for (const [key, at] of this.#at) {
      if (now - at < DUPLICATE_WINDOW_MS && this.#at.size < MAX_DELIVERIES) return;
      this.#at.delete(key);
    }
  }
}

interface ChatHandlerDependencies {
  chat: Chat;
  connected: ConnectedChat;
  exchanges: TokenExchanges;
  codes: CodeVerification;
  accessPolicy: AccessPolicy;
  report: ReportError;
  /** Teams could not sign the user in. */
  failed(code: string): void;
  botId: string;
  loopback: boolean;
}

type Activity = Record<string, unknown>;

/** Sent by the bot's Web Chat page. */
const SIGNED_IN = 'latchkey/signedIn';
const SIGN_IN_CANCELLED = 'latchkey/signInCancelled';

export class ChatHandler {
  readonly #deps: ChatHandlerDependencies;
  readonly #delivered = new DuplicateActivities();

  constructor(deps: ChatHandlerDependencies) {
    this.#deps = deps;
  }

  get invokes(): ReadonlyMap<string, InvokeHandler> {
    return new Map<string, InvokeHandler>([
      ['signin/verifyState', (activity, context) => this.#verifyState(activity, context)],
      ['signin/tokenExchange', (activity, context) => this.#tokenExchange(activity, context)],
      ['signin/failure', (activity, context) => this.#failure(activity, context)],
    ]);
  }

  register(bot: TeamsActivityHandler): void {
    bot.onMessage(async (context) => this.#onMessage(context));
    bot.onEvent(async (context) => this.#onEvent(context));
    bot.onInstallationUpdateAdd(async (context) => this.#welcome(context));
    bot.onMembersAdded(async (context) => this.#welcome(context));
  }

  /** Teams closed the sign-in window. `state` is the page's security code. */
  async #verifyState(activity: Activity, context: TurnContext): Promise<InvokeResponse> {
    if (!isObject(activity.value)) return BAD_REQUEST;
    const identified = this.#deps.accessPolicy.identify(activity);
    if (!('asker' in identified) || !hasReplyAddress(activity) || !isPersonalChat(activity)) return FORBIDDEN;
    const { state } = activity.value;
    const { status, reply, signedIn } = await this.#deps.codes.verify(identified, state);
    await this.#send(context, [reply]);
    if (signedIn) afterResponse(context, () => this.#resume(identified, context));
    return { status };
  }

  async #tokenExchange(activity: Activity, context: TurnContext): Promise<InvokeResponse> {
    const exchange = readExchange(activity.value);
    if (!exchange) return BAD_REQUEST;
    const identified = this.#deps.accessPolicy.identify(activity);
    if (!('asker' in identified) || !hasReplyAddress(activity) || !supportsTokenExchange(activity)) return FORBIDDEN;
    const { response, replies, signedIn } = await this.#deps.exchanges.exchange(identified, exchange);
    afterResponse(context, async () => {
      await this.#send(context, replies);
      if (signedIn) await this.#resume(identified, context);
    });
    return response;
  }

  /** Logs only the code, because the message may contain personal data. */
  #failure(activity: Activity, context: TurnContext): InvokeResponse {
    const { code } = asObject(activity.value);
    this.#deps.failed(typeof code === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(code) ? code : 'unknown');
    const identified = this.#deps.accessPolicy.identify(activity);
    if ('asker' in identified && hasReplyAddress(activity) && supportsTokenExchange(activity)) {
      afterResponse(context, async () => this.#send(context, await this.#deps.exchanges.promptWithWindow(identified)));
    }
    return OK;
  }

  async #resume(request: RequestContext, context: TurnContext): Promise<void> {
    await this.#send(context, await this.#deps.chat.resume(request));
  }

  /** T56: results belong to one user, so only a personal chat shows them. */
  async #onMessage(context: TurnContext): Promise<void> {
    const activity = context.activity as unknown as Activity;
    if (!hasReplyAddress(activity) || this.#delivered.isDuplicate(activity, performance.now())) return;
    const connected = isGroupConversation(activity) ? undefined : await this.#deps.connected.onMessage(activity);
    if (connected) return this.#send(context, connected);
    if (!asksForSomething(activity)) return;
    const identified = this.#deps.accessPolicy.identify(activity);
    if (!isPersonalChat(activity) && ('asker' in identified || isGroupConversation(activity))) {
      return this.#send(context, [this.#personalChatOffer(activity)]);
    }
    if ('asker' in identified) return this.#send(context, await this.#respond(identified, activity));
    if (identified.message !== undefined) await this.#send(context, [textReply(identified.message)]);
  }

  async #respond(context: RequestContext, activity: Activity): Promise<readonly Reply[]> {
    const { chat, codes } = this.#deps;
    const verified = await codes.verifyTyped(context, activity.text);
    if (!verified) return chat.onMessage(context, activity);
    return verified.signedIn ? [verified.reply, ...(await chat.resume(context))] : [verified.reply];
  }

  async #onEvent(context: TurnContext): Promise<void> {
    const activity = context.activity as unknown as Activity;
    const { name } = activity;
    if (name !== SIGNED_IN && name !== SIGN_IN_CANCELLED) return;
    if (!hasReplyAddress(activity) || !isPersonalChat(activity)) return;
    const identified = this.#deps.accessPolicy.identify(activity);
    if (!('asker' in identified)) return;
    if (name === SIGN_IN_CANCELLED) {
      const [word] = commandWords(identified.locale).signIn;
      return this.#send(context, [textReply(identified.messages.signInCancelled(word))]);
    }
    const { chat } = this.#deps;
    await this.#send(context, [...(await chat.accounts(identified)), ...(await chat.resume(identified))]);
  }

  async #welcome(context: TurnContext): Promise<void> {
    const activity = context.activity as unknown as Activity;
    if (
      !hasReplyAddress(activity) ||
      !shouldWelcome(activity) ||
      this.#delivered.isDuplicate(activity, performance.now())
    )
      return;
    if (!isPersonalChat(activity)) return this.#send(context, [this.#personalChatOffer(activity)]);
    const identified = this.#deps.accessPolicy.identify(activity);
    const person = 'asker' in identified ? identified.asker : undefined;
    await this.#send(context, [this.#deps.chat.welcome(localeOf(activity), person)]);
  }

  #personalChatOffer(activity: Activity): Reply {
    const messages = messagesFor(localeOf(activity));
    const value = chatLink(this.#deps.botId);
    return heroCardReply(messages.inPersonalChat, [{ type: 'openUrl', title: messages.openChat, value }]);
  }

  /** A failed send is only logged: after an error response, Teams would repeat the activity. */
  async #send(context: TurnContext, replies: readonly Reply[]): Promise<void> {
    const { serviceUrl } = context.activity;
    if (!isServiceUrl(serviceUrl, this.#deps.loopback)) {
      return void this.#deps.report(new LatchkeyError('The serviceUrl is none to send to'), 'all');
    }
    if (replies.length === 0) return;
    await context.sendActivities([...replies]).catch((error: unknown) => void this.#deps.report(error, 'all'));
  }
}
