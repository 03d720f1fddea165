import type { Choices } from './choices.ts';
import { byId } from './dom.ts';

/** What a phone's sheet covers: out of reach while it is up. */
const UNDER_SHEET = '.rail, .chats, .chat-head, #conversation-scroll, .compose-area';

/** How the client is laid out: as wide as the window, or in a phone's outline. In both a narrow one has one column. */
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

  /** The flyout is a sheet on a phone. */
  showSheet(open: boolean): void {
    this.#sheet = open;
    this.#show();
  }

  #show(): void {
    // A window as narrow as a phone needs no outline of one.
    const phone = this.#frame === 'phone' && !this.#narrowWindow.matches;
    const root = document.documentElement;
    root.toggleAttribute('data-phone', phone);
    root.toggleAttribute('data-narrow', phone || this.#narrowWindow.matches);
    this.#toggle.setAttribute('aria-pressed', String(this.#frame === 'phone'));
    for (const under of document.querySelectorAll<HTMLElement>(UNDER_SHEET)) under.inert = phone && this.#sheet;
  }
}
