import type { Choices } from './choices.ts';
import { endOf, type HostMessage, readMessage, replyTo, type SignInEnd } from './teams-host.ts';

/** One name for all: a second sign-in takes the first one's window. */
const NAME = 'teams-sign-in';
const SIZE = { width: 600, height: 640 };
/** Milliseconds between two looks whether the window is still there: no event says so. */
const LOOK = 200;

export interface SignInWindowOptions {
  url: URL;
  choices(): Choices;
  /** A message came in from the window, with what it was answered; or one went out to it. */
  log(message: WindowMessage): void;
}

export interface WindowMessage {
  from: 'window' | 'teams';
  func: string;
  args: unknown[];
  reply?: unknown[] | undefined;
}

/** Opens the sign-in page and is its Teams: answers teams-js until the page says how it went. */
export class SignInWindow {
  /** Settles once, whichever way the sign-in ends. */
  readonly end: Promise<SignInEnd>;
  readonly #options: SignInWindowOptions;
  readonly #popup: Window | null;
  readonly #listening = new AbortController();
  #settle: (end: SignInEnd) => void = () => {};
  #wantsTheme = false;

  constructor(options: SignInWindowOptions) {
    this.#options = options;
    this.end = new Promise((resolve) => {
      this.#settle = resolve;
    });
    // Without `noopener`: teams-js talks to window.opener.
    this.#popup = window.open(options.url.href, NAME, features());
    if (this.#popup) this.#listen(this.#popup);
    else this.#settle({ kind: 'blocked' });
  }

  /** Tells the window's page, if it asked to be told. */
  changeTheme(theme: string): void {
    if (!this.#wantsTheme) return;
    this.#options.log({ from: 'teams', func: 'themeChange', args: [theme] });
    this.#popup?.postMessage({ func: 'themeChange', args: [theme] }, this.#options.url.origin);
  }

  /** Closes the window; the end is `closed`. */
  close(): void {
    this.#finish({ kind: 'closed' });
  }

  #listen(popup: Window): void {
    const { signal } = this.#listening;
    const look = setInterval(() => popup.closed && this.#finish({ kind: 'closed' }), LOOK);
    signal.addEventListener('abort', () => clearInterval(look));
    addEventListener('message', (event) => this.#hear(popup, event), { signal });
  }

  #hear(popup: Window, event: MessageEvent): void {
    // Only that window, and only while it shows a page of the origin that the bot named.
    if (event.source !== popup || event.origin !== this.#options.url.origin) return;
    const message = readMessage(event.data);
    if (!message) return;
    this.#wantsTheme ||= message.func === 'registerHandler' && message.args[0] === 'themeChange';
    this.#respond(popup, message);
    const end = endOf(message);
    if (end) this.#finish(end);
  }

  #respond(popup: Window, { id, uuidAsString, func, args }: HostMessage): void {
    const reply = replyTo(func, this.#options.choices());
    this.#options.log({ from: 'window', func, args, reply });
    if (reply) popup.postMessage({ id, uuidAsString, args: reply }, this.#options.url.origin);
  }

  #finish(end: SignInEnd): void {
    this.#listening.abort();
    this.#popup?.close();
    this.#settle(end);
  }
}

function features(): string {
  const left = Math.max(0, Math.round(screenX + (outerWidth - SIZE.width) / 2));
  const top = Math.max(0, Math.round(screenY + (outerHeight - SIZE.height) / 2));
  return `popup,width=${SIZE.width},height=${SIZE.height},left=${left},top=${top}`;
}
