import type { SnippetPart } from '../source.ts';

/** In UTF-16 code units. A card shows at most 600. */
export const MAX_SNIPPET_LENGTH = 1_000;

/** Blanks and control characters. */
const BLANKS = /[\s\u0000-\u001f\u007f]+/g;

/** Collects text until the snippet is full. Blanks in a row become one, also where parts meet. */
export class SnippetBuilder {
  readonly #parts: SnippetPart[] = [];
  #left = MAX_SNIPPET_LENGTH;
  /** A blank at the beginning is left out. */
  #endsInBlank = true;

  get isFull(): boolean {
    return this.#left <= 0;
  }

  append(text: string, hit: boolean): void {
    if (text === '' || this.isFull) return;
    const spaced = text.slice(0, 2 * MAX_SNIPPET_LENGTH).replace(BLANKS, ' ');
    const shown = (this.#endsInBlank ? spaced.trimStart() : spaced).slice(0, this.#left);
    if (shown === '') return;
    this.#left -= shown.length;
    this.#endsInBlank = shown.endsWith(' ');
    const last = this.#parts.at(-1);
    if (last?.hit === hit) last.text += shown;
    else this.#parts.push({ text: shown, hit });
  }

  build(): SnippetPart[] {
    const last = this.#parts.at(-1);
    if (!last) return [];
    last.text = dropLoneSurrogate(last.text).trimEnd();
    return last.text === '' ? this.#parts.slice(0, -1) : this.#parts;
  }
}

export function joinParts(parts: readonly SnippetPart[]): SnippetPart[] {
  const snippet = new SnippetBuilder();
  for (const { text, hit } of parts) snippet.append(text, hit);
  return snippet.build();
}

export function plainSnippet(text: string): SnippetPart[] {
  const line = oneLine(text, MAX_SNIPPET_LENGTH);
  return line ? [{ text: line, hit: false }] : [];
}

/** Also removes control characters. */
export function oneLine(text: string, longest: number): string {
  return dropLoneSurrogate(text.slice(0, longest).replace(BLANKS, ' ')).trim();
}

/** A cut can leave half a surrogate pair. */
function dropLoneSurrogate(text: string): string {
  return text.replace(/[\ud800-\udbff]$/, '');
}
