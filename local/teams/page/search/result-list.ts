import { renderPreview, textOf, titleOf } from '../cards/attachment.ts';
import { h, moveFocus } from '../dom/dom.ts';
import type { Attachment } from '../requests/answers.ts';
import type { SearchState } from './search.ts';

type Results = Extract<SearchState, { kind: 'results' }>;

interface ResultListOptions {
  choose(attachment: Attachment): void;
  more(): void;
  /** The user moves up from the first result. */
  leave(): void;
}

/** One Tab stop, arrow keys inside; Enter, Space or a click chooses. */
export class ResultList {
  readonly element = h('div', { class: 'results', role: 'listbox', 'aria-label': 'Results', 'data-testid': 'results' });
  readonly #options: ResultListOptions;
  readonly #end = h('div', { class: 'results-end', role: 'presentation' });
  readonly #observer: IntersectionObserver;

  constructor(scroller: HTMLElement, options: ResultListOptions) {
    this.#options = options;
    this.element.addEventListener('keydown', (event) => this.#press(event));
    this.#observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && options.more(), {
      root: scroller,
      rootMargin: '120px',
    });
  }

  /** @param added keeps the shown results and the focus */
  show(state: Results, added: boolean): void {
    if (!added) this.element.replaceChildren();
    const known = this.#items().length;
    this.#end.remove();
    this.element.dataset.layout = state.layout;
    this.element.append(...state.attachments.slice(known).map((card, at) => this.#item(card, known + at)), this.#end);
    this.#end.textContent = state.more === 'loading' ? 'Loading more…' : '';
    this.#end.hidden = state.more === 'none';
    // Observes again: an end that stays visible requests more.
    this.#observer.disconnect();
    if (state.more === 'waiting') this.#observer.observe(this.#end);
  }

  focus(): void {
    this.#items()[0]?.focus();
  }

  #items(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>('[role=option]')];
  }

  #item(card: Attachment, at: number): HTMLElement {
    return h(
      'div',
      {
        class: 'result',
        role: 'option',
        tabindex: at === 0 ? '0' : '-1',
        'aria-selected': 'false',
        'aria-label': titleOf(card),
        'aria-description': textOf(card),
        'data-testid': 'result',
        onclick: () => this.#options.choose(card),
        onfocus: (event: FocusEvent) => this.#rove(event.currentTarget as HTMLElement),
      },
      renderPreview(card),
    );
  }

  #rove(focused: HTMLElement): void {
    for (const item of this.#items()) item.tabIndex = item === focused ? 0 : -1;
  }

  #press(event: KeyboardEvent): void {
    const items = this.#items();
    if (event.key === 'ArrowUp' && document.activeElement === items[0]) {
      event.preventDefault();
      this.#options.leave();
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      (document.activeElement as HTMLElement).click();
    } else moveFocus(event, items, { back: 'ArrowUp', on: 'ArrowDown' });
  }
}
