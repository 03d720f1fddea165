import { h } from '../dom/dom.ts';
import { icon } from '../dom/icons.ts';

/** Like Teams, scrolls by buttons, touch or Tab. */
export function carousel(cards: readonly HTMLElement[]): HTMLElement {
  const row = h('div', { class: 'carousel-cards' }, ...cards);
  const [back, on] = [turn('Previous card', 'back', -1), turn('Next card', 'on', 1)];
  const show = () => {
    const most = row.scrollWidth - row.clientWidth;
    const at = Math.abs(row.scrollLeft);
    hide(back, at < 2);
    hide(on, at > most - 2);
  };
  row.addEventListener('scroll', show, { passive: true });
  new ResizeObserver(show).observe(row);
  const label = `${cards.length} cards`;
  return h('div', { class: 'carousel', role: 'group', 'aria-label': label }, row, back, on);

  function turn(name: string, side: 'back' | 'on', by: number): HTMLButtonElement {
    const onclick = () => {
      const width = cards[0]?.getBoundingClientRect().width ?? 0;
      const start = getComputedStyle(row).direction === 'rtl' ? -1 : 1;
      row.scrollBy({ left: by * start * width });
    };
    const attributes = { class: `carousel-turn carousel-${side}`, type: 'button', 'aria-label': name, onclick };
    return h('button', attributes, icon('back'));
  }
}

/** The other button gets the focus of a hidden one. */
function hide(button: HTMLButtonElement, hidden: boolean): void {
  if (hidden && button === document.activeElement) {
    button.parentElement?.querySelector<HTMLElement>('.carousel-turn:not([hidden])')?.focus();
  }
  button.hidden = hidden;
}
