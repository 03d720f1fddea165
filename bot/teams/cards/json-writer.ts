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

const PLAIN = /^[ !#-[\]-~]*$/;
const BEYOND_ASCII = /[^\0-\x7f]/g;
/** Escaped, a character takes six bytes in the place of two or three. */
const MAX_ESCAPED = 16;

export function jsonString(text: string): JsonText {
  return PLAIN.test(text) ? (`"${text}"` as JsonText) : toJson(text);
}

/** One character beyond ASCII in a response makes Node transcode all of it. So few of them are escaped; a text in
 * another script stays as it is. */
export function toJson(value: unknown): JsonText {
  const json = JSON.stringify(value);
  const isFew = (json.match(BEYOND_ASCII)?.length ?? 0) <= MAX_ESCAPED;
  return (isFew ? json.replace(BEYOND_ASCII, escaped) : json) as JsonText;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

export function list(entries: readonly JsonText[]): JsonText {
  let text = '';
  // `join` would copy. V8 flattens this string once, when it is sent.
  for (const entry of entries) text += text ? `,${entry}` : entry;
  return `[${text}]` as JsonText;
}
