import { byId } from '../dom/dom.ts';
import type { Choices } from './choices.ts';

/** Below a phone's sheet, and inert while it is open. */
const UNDER_SHEET = '.rail, .chats, .chat-head, #conversation-scroll, .compose-area';

/** The window's width or a phone's outline. Both use one column if narrow. */
export class Frame {
  readonly #narrowWindow = matchMedia('(max-width: 800px)');
  readonly #toggle = byId<HTMLButtonElement>('frame');
  #frame: Choices['frame'] = 'window';
  #sheet = false;

  constructor(change: (change: Partial<Choices>) => void) {
    this.#narrowWindow.addEventListener('change', () => this.#show());
    this.#toggle.addEventListener('click', () => change({ frame: this.#frame === 'phone' ? 'window' : 'phone' }));
  }

  use(frame: Choices['frame']): void {
    this.#frame = frame;
    this.#show();
  }

  /** On a phone, the flyout is a sheet. */
  showSheet(open: boolean): void {
    this.#sheet = open;
    this.#show();
  }

  #show(): void {
    // A narrow window needs no outline.
    const phone = this.#frame === 'phone' && !this.#narrowWindow.matches;
    const root = document.documentElement;
    root.toggleAttribute('data-phone', phone);
    root.toggleAttribute('data-narrow', phone || this.#narrowWindow.matches);
    this.#toggle.setAttribute('aria-pressed', String(this.#frame === 'phone'));
    for (const under of document.querySelectorAll<HTMLElement>(UNDER_SHEET)) under.inert = phone && this.#sheet;
  }
}
