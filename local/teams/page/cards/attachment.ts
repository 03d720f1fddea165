import { directionOf } from '../choices/languages.ts';
import { h } from '../dom/dom.ts';
import { icon } from '../dom/icons.ts';
import { type Attachment, property, webAddress } from '../requests/answers.ts';
import { renderAdaptiveCard, type Submit } from './adaptive-card.ts';

const ADAPTIVE = 'application/vnd.microsoft.card.adaptive';

/** From an Adaptive Card or a simple card. */
export type CardAction = { data: unknown } | { type: string; value: string };

/** @param submit for submit buttons; without it they do nothing
 * @param press for buttons of a simple card; without it they are hidden */
export function renderCard(
  { contentType, content, locale }: Attachment,
  submit?: Submit,
  press?: (press: CardAction) => void,
): HTMLElement {
  const card = contentType === ADAPTIVE ? renderAdaptiveCard(content, submit) : simpleCard(content, press);
  const kind = contentType === ADAPTIVE ? undefined : 'simple-card';
  return h('div', { class: kind, lang: locale, dir: directionOf(locale) }, card);
}

/** For a line in the results: the preview, or the card itself. */
export function renderPreview(attachment: Attachment): HTMLElement {
  const { contentType, content, locale } = attachment.preview ?? attachment;
  const card = contentType === ADAPTIVE ? renderAdaptiveCard(content) : simpleCard(content);
  return h('div', { lang: locale, dir: directionOf(locale) }, card);
}

/** The card's accessible name. */
export function titleOf(attachment: Attachment): string | undefined {
  return text(property(attachment.preview?.content ?? attachment.content, 'title'));
}

export function textOf(attachment: Attachment): string | undefined {
  return text(property(attachment.preview?.content, 'text'));
}

// Thumbnail and hero cards: the types of previews. Teams renders HTML in their text; this shows plain text.
function simpleCard(content: unknown, press?: (press: CardAction) => void): HTMLElement {
  const [title, subtitle, body] = ['title', 'subtitle', 'text'].map((name) => text(property(content, name)));
  return h(
    'div',
    { class: 'preview' },
    press === undefined ? picture(content) : undefined,
    h(
      'div',
      { class: 'preview-words' },
      title && h('div', { class: 'preview-title', dir: 'auto' }, title),
      subtitle && h('div', { class: 'preview-text', dir: 'auto' }, subtitle),
      body && h('div', { class: 'preview-text', dir: 'auto' }, body),
      press && buttons(content, press),
    ),
  );
}

function buttons(content: unknown, press: (press: CardAction) => void): HTMLElement {
  const all: unknown = property(content, 'buttons');
  const shown = (Array.isArray(all) ? all : []).flatMap((button) => {
    const [type, title, value] = ['type', 'title', 'value'].map((name) => text(property(button, name)));
    if (!type || !title || !value) return [];
    const onclick = () => press({ type, value });
    return [h('button', { class: 'ac-pushButton', type: 'button', dir: 'auto', onclick }, title)];
  });
  return h('div', { class: 'card-buttons' }, ...shown);
}

function picture(content: unknown): HTMLElement {
  const images = property(content, 'images');
  const image: unknown = Array.isArray(images) ? images[0] : undefined;
  const url = webAddress(property(image, 'url'));
  const frame = h('div', { class: 'preview-picture' }, icon('page'));
  if (!url) return frame;
  const alt = text(property(image, 'alt')) ?? '';
  // The page icon stays until the image loads, or if it fails.
  const onload = () => frame.replaceChildren(shown);
  const shown = h('img', { src: url.href, alt, loading: 'lazy', onload, onerror: () => shown.remove() });
  frame.append(shown);
  return frame;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
