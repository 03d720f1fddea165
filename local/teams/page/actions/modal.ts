import { byId } from '../dom/dom.ts';

/** Returns the focus when it closes. */
export class Modal {
  readonly #place = byId('modal');
  readonly #box = byId('modal-box');
  readonly #body = byId('modal-body');
  readonly #closed: () => void;
  #returnTo: Element | null = null;
  #outside: HTMLElement[] = [];

  /** @param closed called after the user or {@link close} closes it */
  constructor(closed: () => void) {
    this.#closed = closed;
    byId('close-modal').addEventListener('click', () => this.close());
    this.#place.addEventListener('keydown', (event) => event.key === 'Escape' && this.close());
  }

  open(title: string): void {
    this.#returnTo = document.activeElement;
    this.#place.hidden = false;
    this.#outside = outside(this.#place).filter(({ inert }) => !inert);
    for (const element of this.#outside) element.inert = true;
    this.title = title;
    this.size(480, 160);
    // With the focus on the dialog, an accidental Enter ends nothing.
    this.#box.focus();
  }

  set title(title: string) {
    byId('modal-title').textContent = title;
    byId('close-modal').setAttribute('aria-label', `Close ${title}`);
  }

  /** In pixels, limited by the window. */
  size(width: number, height: number): void {
    this.#box.style.setProperty('--task-width', `${width}px`);
    this.#box.style.setProperty('--task-height', `${height}px`);
  }

  /** @param first gets the focus; by default the dialog */
  show(content: HTMLElement, first: HTMLElement = this.#box): void {
    this.busy = false;
    this.#body.replaceChildren(content);
    first.focus();
  }

  /** While busy, the content stays but is inert. */
  set busy(busy: boolean) {
    if (busy) this.#box.focus();
    this.#body.inert = busy;
    this.#body.setAttribute('aria-busy', String(busy));
  }

  close(): void {
    if (this.#place.hidden) return;
    this.#place.hidden = true;
    this.#body.replaceChildren();
    for (const element of this.#outside) element.inert = false;
    if (this.#returnTo instanceof HTMLElement) this.#returnTo.focus();
    this.#closed();
  }
}

/** All elements outside it and its ancestors, except live regions. */
function outside(element: HTMLElement): HTMLElement[] {
  const { parentElement } = element;
  if (!parentElement || element === document.body) return [];
  const beside = [...parentElement.children].filter((each) => each !== element && each.id !== 'status');
  return [...beside.filter((each) => each instanceof HTMLElement), ...outside(parentElement)];
}
