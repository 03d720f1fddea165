import type { ChatAction, ChatResult, LaterReplies, TokenWanted } from '../page-api.ts';
import { type Attachment, property, readAttachment, webAddress } from './answers.ts';
import type { CardAction } from './attachment.ts';
import { BOT, type Chat, type Message } from './chats.ts';
import { announce } from './status.ts';
import type { SignInEnd } from './teams-host.ts';

const OAUTH = 'application/vnd.microsoft.card.oauth';
/** Milliseconds. */
const LISTEN_EVERY = 400;

export interface BotChatOptions {
  ask(deed: ChatAction): Promise<ChatResult>;
  /** What the bot has said since. */
  later(chat: Chat, after: number): Promise<LaterReplies>;
  locale(): string;
  /** The person says something by pressing a button. */
  say(text: string): void;
  add(chat: Chat, message: Message): void;
  signIn(url: URL, ended: (end: SignInEnd) => void): void;
}

/** A person's own chat with the bot: what they do there goes to the bot, and what it says comes into the chat. */
export class BotChat {
  readonly #options: BotChatOptions;

  constructor(options: BotChatOptions) {
    this.#options = options;
  }

  /** The first time somebody opens it, they install the app. */
  open(chat: Chat): void {
    if (chat.opened) return;
    chat.opened = true;
    this.#listen(chat);
    void this.#do(chat, { kind: 'installed' });
  }

  say(chat: Chat, text: string): void {
    void this.#do(chat, { kind: 'said', text });
  }

  /** A button of one of the bot's cards. */
  press(chat: Chat, press: CardAction): void {
    if ('data' in press) void this.#do(chat, { kind: 'pressed', data: press.data });
    else if (press.type === 'imBack') this.#options.say(press.value);
    else this.#open(chat, press.type, webAddress(press.value));
  }

  #open(chat: Chat, type: string, url: URL | undefined): void {
    if (!url) return;
    if (type === 'openUrl') window.open(url.href, '_blank', 'noopener,noreferrer');
    if (type !== 'signin') return;
    this.#options.signIn(url, (end) => {
      // As Teams says that the window was closed, or that its page reported a failure.
      const state = end.kind === 'success' ? end.state : 'CancelledByUser';
      void this.#do(chat, { kind: 'signedIn', state });
    });
  }

  async #do(chat: Chat, deed: ChatAction): Promise<void> {
    const { exchanges, ...said } = await this.#options.ask(deed);
    this.#hear(chat, said);
    const failed = exchanges.find(({ outcome, request }) => outcome !== 'answered' && request.type === 'message');
    if (failed) this.#options.add(chat, { author: BOT, at: new Date(), text: 'Failed to reach the app.' });
  }

  /** The bot may also say something when nobody has asked: after a sign-in, what was searched for before. */
  #listen(chat: Chat): void {
    setInterval(() => {
      const { heard } = chat;
      // The server may be gone: then there is nothing to hear.
      if (heard !== undefined)
        this.#options.later(chat, heard).then(
          (said) => this.#hear(chat, said),
          () => undefined,
        );
    }, LISTEN_EVERY);
  }

  /** Two answers may hold the same words; they are heard once. */
  #hear(chat: Chat, { replies, next }: LaterReplies): void {
    const { heard = 0 } = chat;
    chat.heard = Math.max(heard, next);
    for (const { activity } of replies.filter(({ at }) => at >= heard)) void this.#take(chat, activity);
  }

  /** A card that asks for a token is shown where that is of no use. */
  async #take(chat: Chat, activity: unknown): Promise<void> {
    const message = this.#read(activity);
    const exchange = tokenWanted(message);
    if (exchange) {
      const { exchanges, ...said } = await this.#options.ask({ kind: 'token', exchange });
      this.#hear(chat, said);
      const [brought] = exchanges;
      if (brought?.request.name !== 'signin/tokenExchange' || brought.status === 200) return;
    }
    this.#options.add(chat, message);
    announce(`Latchkey: ${spoken(message)}`);
  }

  #read(reply: unknown): Message {
    const [text, attachments] = [property(reply, 'text'), property(reply, 'attachments')];
    const all = Array.isArray(attachments) ? attachments : [];
    const cards = all
      .map((card) => readAttachment(card, this.#options.locale()))
      .filter((card): card is Attachment => card !== undefined);
    const carousel = property(reply, 'attachmentLayout') === 'carousel' && cards.length > 1;
    return { author: BOT, at: new Date(), text: typeof text === 'string' ? text : '', cards, carousel };
  }
}

/** What Teams gets a token for before it shows the card. */
function tokenWanted({ cards = [] }: Message): TokenWanted | undefined {
  const content = cards.find(({ contentType }) => contentType === OAUTH)?.content;
  const [id, connectionName] = [
    property(property(content, 'tokenExchangeResource'), 'id'),
    property(content, 'connectionName'),
  ];
  return typeof id === 'string' && typeof connectionName === 'string' ? { id, connectionName } : undefined;
}

/** What a screen reader says of it: its words, or those of its cards; how many there are, where they are long. */
function spoken({ text, cards = [] }: Message): string {
  const words = cards.map(({ content }) => property(content, 'text')).filter((each) => typeof each === 'string');
  const count = cards.length === 1 ? 'Sent a card' : `Sent ${cards.length} cards`;
  return [text, ...words].filter(Boolean).join(' ') || count;
}
