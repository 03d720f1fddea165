import { renderCard, titleOf } from '../cards/attachment.ts';
import { byId, h } from '../dom/dom.ts';
import { icon } from '../dom/icons.ts';
import type { Attachment } from '../requests/answers.ts';
import { LinkPreviews, type LinkPreviewsOptions } from './link-previews.ts';

interface ComposeOptions {
  send(text: string, cards: Attachment[]): void;
  links: Omit<LinkPreviewsOptions, 'leave'>;
}

/** Contains at most one chosen card, and link previews. */
export class Compose {
  readonly #text = byId<HTMLTextAreaElement>('compose-text');
  readonly #draft = byId('compose-draft');
  readonly #previews: LinkPreviews;
  #card: Attachment | undefined;

  constructor({ send, links }: ComposeOptions) {
    this.#previews = new LinkPreviews({ ...links, leave: () => this.#text.focus() });
    byId<HTMLFormElement>('compose').addEventListener('submit', (event) => {
      event.preventDefault();
      const text = this.#text.value.trim();
      const cards = [...(this.#card ? [this.#card] : []), ...this.#previews.cards];
      if (!text && cards.length === 0) return this.#text.focus();
      this.#clear();
      send(text, cards);
    });
    this.#text.addEventListener('input', (event) => {
      this.#previews.read(this.#text.value, event instanceof InputEvent && event.inputType === 'insertFromPaste');
    });
    this.#text.addEventListener('keydown', (event) => {
      // During composition, Enter belongs to the input method.
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      byId<HTMLFormElement>('compose').requestSubmit();
    });
  }

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

  /** Another user must not send the earlier user's previews. */
  forgetPreviews(): void {
    this.#previews.clear();
  }

  #removeCard(): void {
    this.#card = undefined;
    this.#draft.replaceChildren();
    this.#text.focus();
  }

  #clear(): void {
    this.#removeCard();
    this.#previews.clear();
    this.#text.value = '';
  }
}
