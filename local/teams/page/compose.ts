import type { Attachment } from './answers.ts';
import { renderCard, titleOf } from './attachment.ts';
import { byId, h } from './dom.ts';
import { icon } from './icons.ts';

/** The box in which a message is written, with at most one card that waits to be sent. */
export class Compose {
  readonly #text = byId<HTMLTextAreaElement>('compose-text');
  readonly #draft = byId('compose-draft');
  #card: Attachment | undefined;

  constructor(send: (text: string, card: Attachment | undefined) => void) {
    byId<HTMLFormElement>('compose').addEventListener('submit', (event) => {
      event.preventDefault();
      const text = this.#text.value.trim();
      const card = this.#card;
      if (!text && !card) return this.#text.focus();
      this.#clear();
      send(text, card);
    });
    this.#text.addEventListener('keydown', (event) => {
      // Not while an input method composes: Enter belongs to it then.
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      byId<HTMLFormElement>('compose').requestSubmit();
    });
  }

  /** Puts a card into the box, in the place of the one that was there. */
  place(card: Attachment): void {
    this.#card = card;
    const remove = h(
      'button',
      { class: 'icon-button', type: 'button', 'aria-label': 'Remove the card', onclick: () => this.#removeCard() },
      icon('close'),
    );
    const name = titleOf(card);
    const label = name ? `Card: ${name}` : 'Card';
    const region = { class: 'card', role: 'group', 'aria-label': label, 'data-testid': 'compose-card' };
    this.#draft.replaceChildren(h('div', region, renderCard(card)), remove);
    this.#text.focus();
  }

  #removeCard(): void {
    this.#card = undefined;
    this.#draft.replaceChildren();
    this.#text.focus();
  }

  #clear(): void {
    this.#removeCard();
    this.#text.value = '';
  }
}
