declare const written: unique symbol;

/**
 * JSON, written. Results are put together from pieces of it: a tree of objects for ten cards, made to be walked once and
 * dropped, costs more than the search. What comes from outside gets in by {@link jsonString} alone, as one string (T51).
 */
export type JsonText = string & { readonly [written]: true };

/** A body that is ready to be sent. */
export class JsonBody {
  readonly text: JsonText;

  constructor(text: JsonText) {
    this.text = text;
  }
}

/** What would have to be escaped, or looked at more closely. */
const SPECIAL = /["\\\0-\x1f\ud800-\udfff]/;

/** A text as a string of JSON. */
export function jsonString(text: string): JsonText {
  return (SPECIAL.test(text) ? JSON.stringify(text) : `"${text}"`) as JsonText;
}

/** A value of ours, written once and used often. */
export function toJson(value: unknown): JsonText {
  return JSON.stringify(value) as JsonText;
}

export function list(entries: readonly JsonText[]): JsonText {
  let text = '';
  // No `join`, which copies; this is put together once, when it is sent.
  for (const entry of entries) text += text ? `,${entry}` : entry;
  return `[${text}]` as JsonText;
}
