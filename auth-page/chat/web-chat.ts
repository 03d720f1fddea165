import type { SignInEnd } from '../signed-in.ts';
import type { Issued } from './broker.ts';
import { COLOURS, FONT_FAMILY, hostConfig } from './host-config.ts';

/** As much of Web Chat's own script (`window.WebChat`) as this page uses. */
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

/** Web Chat makes an `openUrl` of a sign-in card's button, whose window would know nothing of this one. */
function signInUrl({ cardAction: { type, value } }: CardAction): string | undefined {
  if (!['signin', 'openUrl'].includes(type) || typeof value !== 'string' || !URL.canParse(value)) return undefined;
  const { origin, pathname } = new URL(value);
  return origin === window.location.origin && pathname === '/auth/start' ? value : undefined;
}

interface ChatOptions {
  element: HTMLElement;
  /** Of this page's policy: Web Chat's styles carry it. */
  nonce: string;
  /** The conversation has ended, or its token has expired while the page slept. */
  ended(): void;
  /** Opens the sign-in page. */
  signIn(url: string): void;
}

interface Chat {
  /** Draws the token's conversation; below what was said before, where it is not the first. */
  open(issued: Issued): void;
  /** Tells the bot how a sign-in has ended. */
  signInEnded(showError: SignInEnd): void;
}

/** The names of the events, as the bot knows them. */
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

/** A card beside others is as narrow as it may be; a narrow window shows one at a time. */
function widths(): { bubbleMinWidth: number } {
  return { bubbleMinWidth: Math.min(340, window.innerWidth - 48) };
}

/** Web Chat, to be drawn into an element. */
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
      // The welcome comes before anything is said: its language has to be known by then.
      directLine = createDirectLine({ token, domain, conversationStartProperties: { locale } });
      watch(directLine, ended);
      draw();
    },
    signInEnded: (showError) => store.dispatch({ type: 'WEB_CHAT/SEND_EVENT', payload: { name: EVENTS[showError] } }),
  };
}

/** Calls `ended` once. A conversation that never began is not replaced: a new one would fare no better. */
function watch(directLine: DirectLine, ended: () => void): void {
  let isOpen = false;
  const showError = () => {
    if (isOpen) ended();
    isOpen = false;
  };
  directLine.connectionStatus$.subscribe((status) => {
    if (status === ONLINE) isOpen = true;
    if (status === EXPIRED_TOKEN || status === ENDED) showError();
  });
  // Over a WebSocket the client says that the conversation has ended by an error alone. Web Chat's own observers leave an
  // error unhandled. A subscription of ours would connect before Web Chat has set the user's id.
  const { activity$ } = directLine;
  directLine.activity$ = { subscribe: (observer) => activity$.subscribe({ ...observer, error: showError }) };
}
