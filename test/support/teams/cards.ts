import type { Attachment } from '../world/world.ts';

type Element = Record<string, unknown>;

/** A card, as a person reads it. */
interface ReadCard {
  /** All runs, in order. */
  runs: { text: string; bold: boolean }[];
  /** One entry for each block, with its runs joined. */
  lines: string[];
  images: { url: string; altText: string }[];
  actions: { type: string; title: string; url: string }[];
}

/** Reads the card of a result. */
export function readCard({ content }: Attachment): ReadCard {
  const blocks = elementsOf(content);
  const richMessages = blocks.filter(({ type }) => type === 'RichTextBlock').map(({ inlines }) => inlines as Element[]);
  return {
    runs: richMessages.flat().map(({ text, weight }) => ({ text: String(text), bold: weight === 'Bolder' })),
    lines: richMessages.map((inlines) => inlines.map(({ text }) => text).join('')),
    images: blocks.filter(({ type }) => type === 'Image') as unknown as ReadCard['images'],
    actions: (content.actions ?? []) as ReadCard['actions'],
  };
}

/** Every element of the card, at any depth. */
export function elementsOf(value: unknown): Element[] {
  if (Array.isArray(value)) return value.flatMap(elementsOf);
  if (typeof value !== 'object' || value === null) return [];
  const nested = Object.values(value).flatMap(elementsOf);
  return 'type' in value ? [value as Element, ...nested] : nested;
}

/** Every text in the value, without the names of members. */
export function messagesIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(messagesIn);
}
