import type { Issued } from './broker.ts';

/** As much of Web Chat's own script (`window.WebChat`) as this page uses. */
interface WebChat {
  createDirectLine(options: { token: string; domain: string; conversationId?: string }): DirectLine;
  createStore(): Store;
  renderWebChat(options: object, element: HTMLElement): void;
}

interface DirectLine {
  connectionStatus$: { subscribe(next: (status: number) => void): unknown };
  reconnect(conversation: { token: string; conversationId: string }): void;
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

/** A status of Direct Line's client: the token has expired while the page slept. */
const EXPIRED_TOKEN = 3;

/** Web Chat makes an `openUrl` of a sign-in card's button, whose window would know nothing of this one. */
function signInUrl({ cardAction: { type, value } }: CardAction): string | undefined {
  if (!['signin', 'openUrl'].includes(type) || typeof value !== 'string' || !URL.canParse(value)) return undefined;
  const { origin, pathname } = new URL(value);
  return origin === window.location.origin && pathname === '/auth/start' ? value : undefined;
}

export interface ChatOptions {
  issued: Issued;
  element: HTMLElement;
  /** Of this page's policy: Web Chat's styles carry it. */
  nonce: string;
  /** A token that goes on where the last one ended. */
  renew(): Promise<Issued>;
  /** Opens the sign-in page. */
  signIn(url: string): void;
}

/** Draws Web Chat. @returns what tells the bot that a sign-in has ended */
export function drawChat({ issued, element, nonce, renew, signIn }: ChatOptions): () => void {
  const { createDirectLine, createStore, renderWebChat } = window.WebChat;
  const directLine = createDirectLine({ token: issued.token, domain: issued.domain });
  const store = createStore();
  directLine.connectionStatus$.subscribe((status) => {
    if (status === EXPIRED_TOKEN) void renew().then((next) => directLine.reconnect(next));
  });
  const styleOptions = {
    hideUploadButton: true,
    accent: '#5b5fc7',
    rootHeight: '100%',
    rootWidth: '100%',
    bubbleBorderRadius: 8,
    bubbleFromUserBorderRadius: 8,
    bubbleFromUserBackground: '#e8ebfa',
    sendBoxBorderTop: 'solid 1px #d1d1d1',
  };
  const cardActionMiddleware = () => (next: PerformCardAction) => (action: CardAction) => {
    const url = signInUrl(action);
    return url === undefined ? next(action) : signIn(url);
  };
  const locale = navigator.language;
  renderWebChat({ directLine, store, locale, nonce, styleOptions, cardActionMiddleware }, element);
  return () => store.dispatch({ type: 'WEB_CHAT/SEND_EVENT', payload: { name: 'latchkey/signedIn' } });
}
