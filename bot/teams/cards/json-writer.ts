declare const written: unique symbol;

/** An object tree for ten cards would cost more than the search. External text enters only through
 * {@link jsonString} (T51). */
export type JsonText = string & { readonly [written]: true };

export class JsonBody {
  readonly text: JsonText;

  constructor(text: JsonText) {
    this.text = text;
  }
}

const SPECIAL = /["\\\0-\x1f\ud800-\udfff]/;

export function jsonString(text: string): JsonText {
  return (SPECIAL.test(text) ? JSON.stringify(text) : `"${text}"`) as JsonText;
}

export function toJson(value: unknown): JsonText {
  return JSON.stringify(value) as JsonText;
}

export function list(entries: readonly JsonText[]): JsonText {
  let text = '';
  // `join` would copy. V8 flattens this string once, when it is sent.
  for (const entry of entries) text += text ? `,${entry}` : entry;
  return `[${text}]` as JsonText;
}
