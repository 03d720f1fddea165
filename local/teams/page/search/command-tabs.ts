import type { Command } from '../../page-api.ts';
import { h, moveFocus } from '../dom/dom.ts';

/** Tabs above the search box, as in Teams. Hidden for one command. */
export class CommandTabs {
  readonly element = h('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Where to search' });
  readonly #tabs: Map<string, HTMLElement>;

  constructor(commands: readonly Command[], panelId: string, choose: (command: Command) => void) {
    this.#tabs = new Map(commands.map((command) => [command.id, tab(command, panelId, () => choose(command))]));
    this.element.append(...this.#tabs.values());
    this.element.hidden = commands.length < 2;
    // The selection follows the focus (ARIA tabs pattern for cheap panels).
    this.element.addEventListener('keydown', (event) => {
      if (moveFocus(event, [...this.#tabs.values()], { back: 'ArrowLeft', on: 'ArrowRight' })) {
        (document.activeElement as HTMLElement).click();
      }
    });
  }

  select(command: Command): void {
    for (const [id, element] of this.#tabs) {
      element.setAttribute('aria-selected', String(id === command.id));
      element.tabIndex = id === command.id ? 0 : -1;
    }
  }
}

function tab({ id, title }: Command, panelId: string, onclick: () => void): HTMLElement {
  const attributes = { class: 'tab', type: 'button', role: 'tab', 'aria-controls': panelId };
  return h('button', { ...attributes, 'data-testid': `command-${id}`, onclick }, title);
}
