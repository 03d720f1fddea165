import type { ChatAction, ChatResult, LaterReplies, TokenWanted } from '../../page-api.ts';
import type { CardAction } from '../cards/attachment.ts';
import { announce } from '../dom/status.ts';
import { type Attachment, property, readAttachment, webAddress } from '../requests/answers.ts';
import type { SignInEnd } from '../sign-in/teams-host.ts';
import { BOT, type Chat, type Message } from './chats.ts';

const OAUTH = 'application/vnd.microsoft.card.oauth';
const LISTEN_EVERY = 400;

interface BotChatOptions {
  ask(deed: ChatAction): Promise<ChatResult>;
  later(chat: Chat, after: number): Promise<LaterReplies>;
  locale(): string;
  /** For a button that sends a message. */
  send(text: string): void;
  add(chat: Chat, message: Message): void;
  signIn(url: URL, ended: (end: SignInEnd) => void): void;
}

export class BotChat {
  readonly #options: BotChatOptions;

  constructor(options: BotChatOptions) {
    this.#options = options;
  }

  /** The first visit installs the app. */
  open(chat: Chat): void {
    if (chat.opened) return;
    chat.opened = true;
    this.#listen(chat);
    void this.#do(chat, { kind: 'installed' });
  }

  send(chat: Chat, text: string): void {
    void this.#do(chat, { kind: 'said', text });
  }

  press(chat: Chat, press: CardAction): void {
    if ('data' in press) void this.#do(chat, { kind: 'pressed', data: press.data });
    else if (press.type === 'imBack') this.#options.send(press.value);
    else this.#open(chat, press.type, webAddress(press.value));
  }

  #open(chat: Chat, type: string, url: URL | undefined): void {
    if (!url) return;
    if (type === 'openUrl') window.open(url.href, '_blank', 'noopener,noreferrer');
    if (type !== 'signin') return;
    this.#options.signIn(url, (end) => {
      // Like Teams for a closed window or a reported failure.
      const state = end.kind === 'success' ? end.state : 'CancelledByUser';
      void this.#do(chat, { kind: 'signedIn', state });
    });
  }

  async #do(chat: Chat, deed: ChatAction): Promise<void> {
    const { exchanges, ...message } = await this.#options.ask(deed);
    this.#hear(chat, message);
    const failed = exchanges.find(({ outcome, request }) => outcome !== 'answered' && request.type === 'message');
    if (failed) this.#options.add(chat, { author: BOT, at: new Date(), text: 'Failed to reach the app.' });
  }

  /** The bot also sends messages later: after a sign-in, the results of the earlier search. */
  #listen(chat: Chat): void {
    setInterval(() => {
      const { received } = chat;
      // The server may be gone.
      if (received !== undefined)
        this.#options.later(chat, received).then(
          (message) => this.#hear(chat, message),
          () => undefined,
        );
    }, LISTEN_EVERY);
  }

  /** Responses may overlap. Adds each message once. */
  #hear(chat: Chat, { replies, next }: LaterReplies): void {
    const { received = 0 } = chat;
    chat.received = Math.max(received, next);
    for (const { activity } of replies.filter(({ at }) => at >= received)) void this.#take(chat, activity);
  }

  /** Shows a card that requests a token only if there is no token. */
  async #take(chat: Chat, activity: unknown): Promise<void> {
    const message = this.#read(activity);
    const exchange = tokenWanted(message);
    if (exchange) {
      const { exchanges, ...reply } = await this.#options.ask({ kind: 'token', exchange });
      this.#hear(chat, reply);
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

/** Teams gets this token before it shows the card. */
function tokenWanted({ cards = [] }: Message): TokenWanted | undefined {
  const content = cards.find(({ contentType }) => contentType === OAUTH)?.content;
  const [id, connectionName] = [
    property(property(content, 'tokenExchangeResource'), 'id'),
    property(content, 'connectionName'),
  ];
  return typeof id === 'string' && typeof connectionName === 'string' ? { id, connectionName } : undefined;
}

/** For a screen reader: the message or its cards, or the number of cards without text. */
function spoken({ text, cards = [] }: Message): string {
  const message = cards.map(({ content }) => property(content, 'text')).filter((each) => typeof each === 'string');
  const count = cards.length === 1 ? 'Sent a card' : `Sent ${cards.length} cards`;
  return [text, ...message].filter(Boolean).join(' ') || count;
}
