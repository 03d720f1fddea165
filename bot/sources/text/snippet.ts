import type { SnippetPart } from '../source.ts';

/** In UTF-16 code units. A card shows at most 600. */
export const MAX_SNIPPET_LENGTH = 1_000;

/** Blanks and control characters. */
const BLANKS = /[\s\u0000-\u001f\u007f]+/g;

/** Before blanks in a row become one. */
const MAX_RAW_LENGTH = 4 * MAX_SNIPPET_LENGTH;

/** Collects text until the snippet is full. */
export class SnippetBuilder {
  readonly #parts: SnippetPart[] = [];
  #length = 0;

  get isFull(): boolean {
    return this.#length >= MAX_RAW_LENGTH;
  }

  append(text: string, hit: boolean): void {
    const raw = text.slice(0, MAX_RAW_LENGTH - this.#length);
    const last = this.#parts.at(-1);
    if (raw === '' || (!last && raw.trim() === '')) return;
    this.#length += raw.length;
    if (last?.hit === hit) last.text += raw;
    else this.#parts.push({ text: raw, hit });
  }

  /** Blanks in a row become one, also where parts meet. */
  build(): SnippetPart[] {
    const parts: SnippetPart[] = [];
    let left = MAX_SNIPPET_LENGTH;
    let endsInBlank = true;
    for (const { text, hit } of this.#parts) {
      const spaced = text.replace(BLANKS, ' ');
      const shown: string = (endsInBlank ? spaced.trimStart() : spaced).slice(0, left);
      if (shown === '') continue;
      left -= shown.length;
      endsInBlank = shown.endsWith(' ');
      parts.push({ text: shown, hit });
    }
    const last = parts.at(-1);
    if (last) last.text = dropLoneSurrogate(last.text).trimEnd();
    return last?.text === '' ? parts.slice(0, -1) : parts;
  }
}

export function joinParts(parts: readonly SnippetPart[]): SnippetPart[] {
  const snippet = new SnippetBuilder();
  for (const { text, hit } of parts) snippet.append(text, hit);
  return snippet.build();
}

export function plainSnippet(text: string): SnippetPart[] {
  return joinParts([{ text, hit: false }]);
}

/** Also removes control characters. */
export function oneLine(text: string, longest: number): string {
  return dropLoneSurrogate(text.slice(0, longest).replace(BLANKS, ' ')).trim();
}

/** A cut can leave half a surrogate pair. */
function dropLoneSurrogate(text: string): string {
  return text.replace(/[\ud800-\udbff]$/, '');
}
