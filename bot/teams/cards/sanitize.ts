/** Text of a source must not become markup, a link, a template or a function in a card (T51). */

// Adaptive Cards expand ${…} (templating) and {{DATE(…)}} (text features). A word joiner after each $ or { before a {
// breaks the pairs, also in `{{{`.
const TEMPLATE = /[${](?=\{)/g;
// Controls, direction overrides, zero-width characters, tags (hidden words for a machine) and lone surrogates (invalid
// JSON for some readers). U+200C and U+200D stay: Persian, Hindi and emoji need them.
const INVISIBLE =
  /[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u2061-\u2064\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu;
// Each variation selector can carry a hidden byte. Only an ideograph has one of the supplement, and no character has two.
const HIDDEN_BYTES = /(?<!\p{Ideographic})[\u{e0100}-\u{e01ef}]|(?<=[\ufe00-\ufe0f])[\ufe00-\ufe0f]/gu;
const BLANKS = /[\s\x85]+/g;
const JOINER = '\u2060';
/** Cheap: few texts contain a character that the patterns above could change. */
const ODD =
  /[\0-\x1f\x7f-\xa0\xad\u1680\u2000-\u200b\u2028-\u202f\u205f\u2061-\u206f\u3000\ud800-\udfff\ufeff\ufff9-\ufffb]| {2}|[${]\{|[\ufe00-\ufe0f]{2}/;
const MARKUP = /[<>&\]*_~`]/;

/** For a TextRun, which does not interpret Markdown. The result has one line. */
export function sanitizeText(text: string, longest: number): string {
  if (text.length <= longest && !ODD.test(text)) return text;
  const visible = text.replace(INVISIBLE, '').replace(HIDDEN_BYTES, '').replace(BLANKS, ' ');
  return truncate(visible, longest).replace(TEMPLATE, `$&${JOINER}`);
}

/** For a thumbnail card, where Teams interprets some HTML and Markdown. Replaces markup by look-alikes. */
export function sanitizePreview(text: string, longest: number): string {
  return neutralizeMarkup(sanitizeText(text, longest));
}

export function neutralizeMarkup(plain: string): string {
  if (!MARKUP.test(plain)) return plain;
  return plain
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replace(/&(?=[#a-z])/gi, `&${JOINER}`)
    .replaceAll('](', `]${JOINER}(`)
    .replace(/([*_~`])/g, `${JOINER}$1${JOINER}`);
}

function truncate(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
