import type { Issued } from './broker.ts';
import { FONT_FAMILY, HOST_CONFIG } from './host-config.ts';

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

interface DirectLine {
  connectionStatus$: { subscribe(next: (status: number) => void): { unsubscribe(): void } };
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
  element: HTMLElement;
  /** Of this page's policy: Web Chat's styles carry it. */
  nonce: string;
  /** The token of the conversation has expired, while the page slept. */
  expired(): void;
  /** Opens the sign-in page. */
  signIn(url: string): void;
}

export interface Chat {
  /** Draws the token's conversation; below what was said before, where it is not the first. */
  open(issued: Issued): void;
  /** Tells the bot that a sign-in has ended. */
  signedIn(): void;
}

const STYLE_OPTIONS = {
  hideUploadButton: true,
  accent: '#5b5fc7',
  primaryFont: FONT_FAMILY,
  rootHeight: '100%',
  rootWidth: '100%',
  bubbleBorderRadius: 8,
  bubbleFromUserBorderRadius: 8,
  bubbleFromUserBackground: '#e8ebfa',
  sendBoxBorderTop: 'solid 1px #d1d1d1',
};

/** A card beside others is as narrow as it may be; a narrow window shows one at a time. */
function widths(): { bubbleMinWidth: number } {
  return { bubbleMinWidth: Math.min(340, window.innerWidth - 48) };
}

/** Web Chat, to be drawn into an element. */
export function createChat({ element, nonce, expired, signIn }: ChatOptions): Chat {
  const { createDirectLine, createStore, renderWebChat } = window.WebChat;
  const locale = navigator.language;
  const store = createStore();
  const cardActionMiddleware = () => (next: PerformCardAction) => (action: CardAction) => {
    const url = signInUrl(action);
    return url === undefined ? next(action) : signIn(url);
  };
  const { dir } = document.documentElement;
  const looks = { dir, nonce, styleOptions: { ...STYLE_OPTIONS, ...widths() }, adaptiveCardsHostConfig: HOST_CONFIG };
  return {
    open({ token, domain }) {
      // The welcome comes before anything is said: its language has to be known by then.
      const directLine = createDirectLine({ token, domain, conversationStartProperties: { locale } });
      const watched = directLine.connectionStatus$.subscribe((status) => {
        if (status !== EXPIRED_TOKEN) return;
        // It says so again and again.
        watched.unsubscribe();
        expired();
      });
      renderWebChat({ store, locale, cardActionMiddleware, directLine, ...looks }, element);
    },
    signedIn: () => store.dispatch({ type: 'WEB_CHAT/SEND_EVENT', payload: { name: 'latchkey/signedIn' } }),
  };
}
