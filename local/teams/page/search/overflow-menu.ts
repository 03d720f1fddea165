import type { Command } from '../../page-api.ts';
import { byId, h, moveFocus } from '../dom/dom.ts';

/** The “…” menu. Arrow keys move, Escape closes. */
export class OverflowMenu {
  readonly #button = byId<HTMLButtonElement>('overflow');
  readonly #menu = byId('overflow-menu');

  constructor(actions: readonly Command[], choose: (action: Command) => void) {
    this.#menu.append(...actions.map((action) => item(action, () => this.#chosen(action, choose))));
    this.#button.hidden = actions.length === 0;
    this.#button.addEventListener('click', () => (this.#menu.hidden ? this.#open() : this.close()));
    this.#button.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowDown') return;
      event.preventDefault();
      this.#open();
    });
    this.#menu.addEventListener('keydown', (event) => this.#press(event));
    document.addEventListener('pointerdown', ({ target }) => {
      const inside = target instanceof Node && (this.#menu.contains(target) || this.#button.contains(target));
      if (!inside) this.close();
    });
  }

  close(): void {
    this.#toggle(false);
  }

  #open(): void {
    this.#toggle(true);
    this.#items()[0]?.focus();
  }

  #chosen(action: Command, choose: (action: Command) => void): void {
    this.close();
    choose(action);
  }

  #press(event: KeyboardEvent): void {
    if (event.key === 'Tab') this.close();
    else if (event.key === 'Escape') this.#leave(event);
    else moveFocus(event, this.#items(), { back: 'ArrowUp', on: 'ArrowDown' });
  }

  /** Keeps the flyout open. */
  #leave(event: KeyboardEvent): void {
    event.stopPropagation();
    this.close();
    this.#button.focus();
  }

  #items(): HTMLElement[] {
    return [...this.#menu.querySelectorAll<HTMLElement>('[role=menuitem]')];
  }

  #toggle(open: boolean): void {
    this.#menu.hidden = !open;
    this.#button.setAttribute('aria-expanded', String(open));
  }
}

function item({ id, title }: Command, onclick: () => void): HTMLElement {
  const attributes = { class: 'menu-item', role: 'menuitem', type: 'button', tabindex: '-1' };
  return h('button', { ...attributes, 'data-testid': `action-${id}`, onclick }, title);
}
