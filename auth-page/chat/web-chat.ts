import type { SignInEnd } from '../opener/chat-channel.ts';
import type { Issued } from './broker.ts';
import { COLOURS, FONT_FAMILY, hostConfig } from './host-config.ts';

/** The parts of `window.WebChat` that this page uses. */
interface WebChat {
  createDirectLine(options: {
    token: string;
    domain: string;
    conversationStartProperties: { locale: string };
  }): DirectLine;
  createStore(): Store;
  renderWebChat(options: object, element: HTMLElement): void;
}

interface ActivityObserver {
  next(activity: unknown): void;
  error?(): void;
}

interface DirectLine {
  connectionStatus$: { subscribe(next: (status: number) => void): { unsubscribe(): void } };
  activity$: { subscribe(observer: ActivityObserver): unknown };
}

interface Store {
  dispatch(action: { type: string; payload: unknown }): void;
}

interface CardAction {
  cardAction: { type: string; value: unknown };
}

type PerformCardAction = (action: CardAction) => unknown;

declare global {
  interface Window {
    WebChat: WebChat;
  }
}

/** Statuses of Direct Line's client. The token expires while the page sleeps. */
const ONLINE = 2;
const EXPIRED_TOKEN = 3;
const ENDED = 5;

/** Web Chat turns a sign-in card's button into `openUrl`, whose window has no opener. */
function signInUrl({ cardAction: { type, value } }: CardAction): string | undefined {
  if (!['signin', 'openUrl'].includes(type) || typeof value !== 'string' || !URL.canParse(value)) return undefined;
  const { origin, pathname } = new URL(value);
  return origin === window.location.origin && pathname === '/auth/start' ? value : undefined;
}

interface ChatOptions {
  element: HTMLElement;
  /** Lets Web Chat add styles under the page's policy. */
  nonce: string;
  /** Also called if the token expires while the page sleeps. */
  ended(): void;
  signIn(url: string): void;
}

interface Chat {
  /** Shows the token's conversation below the earlier messages. */
  open(issued: Issued): void;
  signInEnded(end: SignInEnd): void;
}

const EVENTS: Readonly<Record<SignInEnd, string>> = {
  'signed-in': 'latchkey/signedIn',
  cancelled: 'latchkey/signInCancelled',
};

function styleOptions(isDark: boolean): object {
  const { text, subtle, surface, page, border, accent, own } = COLOURS[isDark ? 'dark' : 'light'];
  return {
    hideUploadButton: true,
    accent,
    subtle,
    timestampColor: subtle,
    backgroundColor: surface,
    primaryFont: FONT_FAMILY,
    rootHeight: '100%',
    rootWidth: '100%',
    bubbleBorderRadius: 8,
    bubbleBackground: surface,
    bubbleBorderColor: border,
    bubbleTextColor: text,
    bubbleFromUserBorderRadius: 8,
    bubbleFromUserBackground: own,
    bubbleFromUserBorderColor: border,
    bubbleFromUserTextColor: text,
    sendBoxBackground: surface,
    sendBoxTextColor: text,
    sendBoxPlaceholderColor: subtle,
    sendBoxButtonColor: subtle,
    sendBoxButtonColorOnHover: text,
    sendBoxButtonColorOnFocus: text,
    sendBoxButtonShadeColorOnHover: page,
    sendBoxBorderTop: `solid 1px ${border}`,
  };
}

/** Cards side by side have this width. A narrow window shows one card. */
function widths(): { bubbleMinWidth: number } {
  return { bubbleMinWidth: Math.min(340, window.innerWidth - 48) };
}

export function createChat({ element, nonce, ended, signIn }: ChatOptions): Chat {
  const { createDirectLine, createStore, renderWebChat } = window.WebChat;
  const locale = navigator.language;
  const store = createStore();
  const cardActionMiddleware = () => (next: PerformCardAction) => (action: CardAction) => {
    const url = signInUrl(action);
    return url === undefined ? next(action) : signIn(url);
  };
  const { dir } = document.documentElement;
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  let directLine: DirectLine | undefined;
  const draw = () => {
    const looks = {
      styleOptions: { ...styleOptions(dark.matches), ...widths() },
      adaptiveCardsHostConfig: hostConfig(dark.matches),
    };
    renderWebChat({ store, locale, cardActionMiddleware, directLine, dir, nonce, ...looks }, element);
  };
  dark.addEventListener('change', () => directLine && draw());
  return {
    open({ token, domain }) {
      // The bot sends the welcome message before any message of the user.
      directLine = createDirectLine({ token, domain, conversationStartProperties: { locale } });
      watch(directLine, ended);
      draw();
    },
    signInEnded: (end) => store.dispatch({ type: 'WEB_CHAT/SEND_EVENT', payload: { name: EVENTS[end] } }),
  };
}

/** Calls `ended` once. A conversation that never began is not replaced: a new one would fail too. */
function watch(directLine: DirectLine, ended: () => void): void {
  let isOpen = false;
  const end = () => {
    if (isOpen) ended();
    isOpen = false;
  };
  directLine.connectionStatus$.subscribe((status) => {
    if (status === ONLINE) isOpen = true;
    if (status === EXPIRED_TOKEN || status === ENDED) end();
  });
  // Over a WebSocket, the client reports a conversation's end only as an error, which Web Chat ignores. A separate
  // subscription would connect before Web Chat sets the user's id.
  const { activity$ } = directLine;
  directLine.activity$ = { subscribe: (observer) => activity$.subscribe({ ...observer, error: end }) };
}
