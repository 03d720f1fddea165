import type { InvokeResponse, TeamsActivityHandler, TurnContext } from 'botbuilder';
import { isMagicCode } from '../sign-in/magic-codes.ts';
import { isSecret } from '../sign-in/secrets.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import { afterwards } from '../teams/afterwards.ts';
import { BAD_REQUEST, DONE, FORBIDDEN } from '../teams/answers.ts';
import type { Report } from '../teams/found.ts';
import { textsFor, waitIn } from '../teams/locales/texts.ts';
import { visitOf } from '../teams/query.ts';
import type { Guest, Reception } from '../teams/reception.ts';
import { isRecord, recordOf } from '../teams/record.ts';
import type { Handler } from '../teams/search-extension.ts';
import { localeOf } from '../teams/sender.ts';
import { type Chat, wordsFor } from './chat.ts';
import type { ConnectedChat } from './connected-chat.ts';
import { Delivered } from './delivered.ts';
import { offer, type Reply, say } from './replies.ts';
import { sendAll } from './send-all.ts';
import { isServiceUrl } from './service-url.ts';
import { readExchange, type TokenExchanges } from './token-exchange.ts';
import { inPersonalChat, isAnswerable, isShared, isWelcomeDue, signsInSilently } from './where.ts';

export interface ChatActivitiesParts {
  chat: Chat;
  /** Channels that bring an account of their own. */
  connected: ConnectedChat;
  /** Signing in without a window. */
  exchanges: TokenExchanges;
  signIn: SignIn;
  reception: Reception;
  /** Of those, the first is asked about a code that is for none. */
  connectionIds: readonly string[];
  report: Report;
  /** Writes down that Teams could not sign somebody in; the code is Teams' own. */
  failed(code: string): void;
  /** Names the bot to Teams. */
  botId: string;
  /** `BASE_URL` is loopback. */
  loopback: boolean;
}

type Activity = Record<string, unknown>;

/** What became of a code: as an invoke's status, and in words. */
interface Verified {
  status: number;
  reply: Reply;
  signedIn?: true;
}

/** Digits that are no code. */
const NO_CODE: Verified = { status: 0, reply: {} };

/** The event of our own page. */
const SIGNED_IN = 'latchkey/signedIn';

/** What the Bot Framework says of a chat, on every channel, and what is sent back. Decides who speaks and where; what is
 * answered is {@link Chat}'s to say. */
export class ChatActivities {
  readonly #parts: ChatActivitiesParts;
  readonly #delivered = new Delivered();

  constructor(parts: ChatActivitiesParts) {
    this.#parts = parts;
  }

  /** What is answered, by the invoke's name. */
  get invokes(): ReadonlyMap<string, Handler> {
    return new Map<string, Handler>([
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
    if (!isRecord(activity.value)) return BAD_REQUEST;
    const met = this.#parts.reception.meet(activity);
    if (!('sender' in met) || !isAnswerable(activity) || !inPersonalChat(activity)) return FORBIDDEN;
    const { state } = activity.value;
    const { status, reply, signedIn } = await this.#orWords(met, () => this.#verify(met, state));
    await this.#send(context, [reply]);
    if (signedIn) afterwards(context, () => this.#resume(met, context));
    return { status };
  }

  /** `signin/tokenExchange`: the Teams client got a token without a window. */
  async #tokenExchange(activity: Activity, context: TurnContext): Promise<InvokeResponse> {
    const exchange = readExchange(activity.value);
    if (!exchange) return BAD_REQUEST;
    const met = this.#parts.reception.meet(activity);
    if (!('sender' in met) || !isAnswerable(activity) || !signsInSilently(activity)) return FORBIDDEN;
    const { answer, said, signedIn } = await this.#parts.exchanges.answer(met, exchange);
    afterwards(context, async () => {
      await this.#send(context, said);
      if (signedIn) await this.#resume(met, context);
    });
    return answer;
  }

  /** `signin/failure`: Teams could not do its part. Its words are shown to nobody, and not kept. */
  #failure(activity: Activity, context: TurnContext): InvokeResponse {
    const { code } = recordOf(activity.value);
    this.#parts.failed(typeof code === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(code) ? code : 'unknown');
    const met = this.#parts.reception.meet(activity);
    if ('sender' in met && isAnswerable(activity) && signsInSilently(activity)) {
      afterwards(context, async () => this.#send(context, await this.#parts.exchanges.withWindow(met)));
    }
    return DONE;
  }

  async #resume(guest: Guest, context: TurnContext): Promise<void> {
    await this.#send(context, await this.#parts.chat.resume(guest));
  }

  async #verify(guest: Guest, code: unknown): Promise<Verified> {
    const { signIn, connectionIds, chat } = this.#parts;
    const { texts, sender } = guest;
    const [word] = wordsFor(sender.locale).signIn;
    if (code === 'CancelledByUser') return { status: 200, reply: say(texts.signInCancelled(word)) };
    const failed = { status: 404, reply: say(texts.signInFailed(word)) };
    // Not worth a look in the store (T18).
    if (!isSecret(code) && !isMagicCode(code)) return failed;
    const holders = await this.#holdersOf(guest, code);
    // One that is for nothing counts as a wrong one (T16), wherever it is brought.
    const tried = holders.length > 0 || isMagicCode(code) ? holders : connectionIds.slice(0, 1);
    for (const connectionId of tried) {
      const session = await signIn.session(visitOf(sender, connectionId), { code }, Date.now());
      if (session.state === 'paused') {
        return { status: 412, reply: say(texts.paused(waitIn(texts, (session.until - Date.now()) / 1000))) };
      }
      if (session.state === 'signed_in' && holders.length > 0) {
        return { status: 200, reply: await chat.signedIn(guest, connectionId), signedIn: true };
      }
    }
    return failed;
  }

  /** Where the code may be from. Six digits do not say: but where it was asked for them, and nobody is signed in by now. */
  async #holdersOf({ sender }: Guest, code: unknown): Promise<readonly string[]> {
    const { signIn } = this.#parts;
    if (!isMagicCode(code)) return signIn.connectionsOf(code);
    const asked = await signIn.inChat.askedIn(sender.asker, sender.conversationId);
    if (asked.length === 0) return asked;
    const accounts = await signIn.accounts.of(sender, Date.now());
    return accounts.filter(({ id, account }) => asked.includes(id) && !account).map(({ id }) => id);
  }

  /** T56: what is found is for one person, so it is said where nobody else reads. */
  async #hear(context: TurnContext): Promise<void> {
    const activity = context.activity as unknown as Activity;
    if (!isAnswerable(activity) || this.#delivered.before(activity, Date.now())) return;
    const connected = isShared(activity) ? undefined : await this.#parts.connected.hear(activity);
    if (connected) return this.#send(context, connected);
    const met = this.#parts.reception.meet(activity);
    if (!inPersonalChat(activity) && ('sender' in met || isShared(activity))) {
      return this.#send(context, [this.#elsewhere(activity)]);
    }
    if ('sender' in met) return this.#send(context, await this.#answer(met, activity));
    if (met.words !== undefined) await this.#send(context, [say(met.words)]);
  }

  async #answer(guest: Guest, activity: Activity): Promise<readonly Reply[]> {
    const typed = typeof activity.text === 'string' ? activity.text.trim() : undefined;
    if (!isMagicCode(typed)) return this.#parts.chat.hear(guest, activity);
    const { asker, conversationId } = guest.sender;
    const { status, reply, signedIn } = await this.#orWords(guest, async () =>
      // T66: elsewhere six digits are six digits.
      (await this.#parts.signIn.inChat.askedIn(asker, conversationId)).length > 0
        ? this.#verify(guest, typed)
        : NO_CODE,
    );
    if (status === 0) return this.#parts.chat.hear(guest, activity);
    return signedIn ? [reply, ...(await this.#parts.chat.resume(guest))] : [reply];
  }

  /** What went wrong is said, with a reference. */
  async #orWords(guest: Guest, verify: () => Promise<Verified>): Promise<Verified> {
    return verify().catch((error: unknown) => ({
      status: 500,
      reply: say(guest.texts.chatUnavailable(this.#parts.report(error, 'all'))),
    }));
  }

  /** Web Chat's page says that a sign-in has ended, as nobody else does: who they are by now is shown. */
  async #hearEvent(context: TurnContext): Promise<void> {
    const activity = context.activity as unknown as Activity;
    if (activity.name !== SIGNED_IN || !isAnswerable(activity) || !inPersonalChat(activity)) return;
    const met = this.#parts.reception.meet(activity);
    if (!('sender' in met)) return;
    const { chat } = this.#parts;
    await this.#send(context, [...(await chat.accounts(met)), ...(await chat.resume(met))]);
  }

  async #welcome(context: TurnContext): Promise<void> {
    const activity = context.activity as unknown as Activity;
    if (!isAnswerable(activity) || !isWelcomeDue(activity) || this.#delivered.before(activity, Date.now())) return;
    if (!inPersonalChat(activity)) return this.#send(context, [this.#elsewhere(activity)]);
    await this.#send(context, [this.#parts.chat.welcome(localeOf(activity))]);
  }

  #elsewhere(activity: Activity): Reply {
    const texts = textsFor(localeOf(activity));
    const value = `https://teams.microsoft.com/l/chat/0/0?users=28:${this.#parts.botId}`;
    return offer(texts.inPersonalChat, [{ type: 'openUrl', title: texts.openChat, value }]);
  }

  /** What can't be sent is written down: whoever sent the message would only send it again. */
  async #send(context: TurnContext, replies: readonly Reply[]): Promise<void> {
    const { serviceUrl } = context.activity;
    if (!isServiceUrl(serviceUrl, this.#parts.loopback)) {
      return void this.#parts.report(new Error('The serviceUrl is none to send to'), 'all');
    }
    await sendAll(context, replies).catch((error: unknown) => void this.#parts.report(error, 'all'));
  }
}
