import type { Choices } from '../choices/choices.ts';
import { endOf, type HostMessage, readMessage, replyTo, type SignInEnd } from './teams-host.ts';

/** A second sign-in reuses the window. */
const NAME = 'teams-sign-in';
const SIZE = { width: 600, height: 640 };
/** Milliseconds. No event reports a closed window. */
const LOOK = 200;

export interface SignInWindowOptions {
  url: URL;
  choices(): Choices;
  /** For each message from or to the window, with its response. */
  log(message: WindowMessage): void;
}

export interface WindowMessage {
  from: 'window' | 'teams';
  func: string;
  args: unknown[];
  reply?: unknown[] | undefined;
}

/** Responds to the page's teams-js calls until it reports the outcome. */
export class SignInWindow {
  /** Settles once. */
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
    // teams-js needs window.opener, so no `noopener`.
    this.#popup = window.open(options.url.href, NAME, features());
    if (this.#popup) this.#listen(this.#popup);
    else this.#settle({ kind: 'blocked' });
  }

  /** Only if the page registered for it. */
  changeTheme(theme: string): void {
    if (!this.#wantsTheme) return;
    this.#options.log({ from: 'teams', func: 'themeChange', args: [theme] });
    this.#popup?.postMessage({ func: 'themeChange', args: [theme] }, this.#options.url.origin);
  }

  /** Ends with `closed`. */
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
    // Accepts only this window, on the origin that the bot named.
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
