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
  /** A message came in from the window, or went out to it. */
  log(direction: 'in' | 'out', func: string, args: unknown[]): void;
}

export interface SignInWindow {
  /** Settles once, whichever way the sign-in ends. */
  end: Promise<SignInEnd>;
  /** Tells the window's page, if it asked to be told. */
  changeTheme(theme: string): void;
  /** Closes it; the end is `closed`. */
  close(): void;
  focus(): void;
}

/** Opens the sign-in page and is its Teams: answers teams-js until the page says how it went. */
export function openSignInWindow(options: SignInWindowOptions): SignInWindow {
  const { url } = options;
  // Without `noopener`: teams-js talks to window.opener.
  const popup = window.open(url.href, NAME, features());
  const listeners = new AbortController();
  let wantsTheme = false;
  const end = new Promise<SignInEnd>((resolve) => {
    if (!popup) resolve({ kind: 'blocked' });
    const look = setInterval(() => popup?.closed && resolve({ kind: 'closed' }), LOOK);
    listeners.signal.addEventListener('abort', () => clearInterval(look));
    addEventListener(
      'message',
      (event) => {
        // Only that window, and only while it shows a page of the origin that the bot named.
        if (!popup || event.source !== popup || event.origin !== url.origin) return;
        const message = readMessage(event.data);
        if (!message) return;
        options.log('in', message.func, message.args);
        wantsTheme ||= message.func === 'registerHandler' && message.args[0] === 'themeChange';
        reply(popup, url.origin, message, options);
        const ended = endOf(message);
        if (ended) resolve(ended);
      },
      listeners,
    );
  });
  void end.then(() => {
    listeners.abort();
    popup?.close();
  });
  const changeTheme = (theme: string) => {
    if (!wantsTheme) return;
    options.log('out', 'themeChange', [theme]);
    popup?.postMessage({ func: 'themeChange', args: [theme] }, url.origin);
  };
  return { end, changeTheme, close: () => popup?.close(), focus: () => popup?.focus() };
}

function reply(popup: Window, origin: string, message: HostMessage, { choices, log }: SignInWindowOptions): void {
  const args = replyTo(message, choices());
  if (!args) return;
  log('out', message.func, args);
  popup.postMessage({ id: message.id, uuidAsString: message.uuidAsString, args }, origin);
}

function features(): string {
  const left = Math.max(0, Math.round(screenX + (outerWidth - SIZE.width) / 2));
  const top = Math.max(0, Math.round(screenY + (outerHeight - SIZE.height) / 2));
  return `popup,width=${SIZE.width},height=${SIZE.height},left=${left},top=${top}`;
}
