/** Text from a source is data: nothing in it may become markup, a link, a template or a function in a card (T51). */

// Adaptive Cards expand ${…} (templating) and {{DATE(…)}} (text features) wherever text stands; a word joiner,
// which shows as nothing, goes behind every $ and { that a { follows, so that no pair is left in `{{{` either.
const TEMPLATE = /[${](?=\{)/g;
// What has no look: controls, overrides of the direction (a title could dress up the words that follow it), characters
// of no width and tags (words for a machine that no person sees), and halves of characters, which are no valid JSON
// to every reader. The joiners U+200C and U+200D stay: Persian, Hindi and emoji need them.
const INVISIBLE =
  /[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u2061-\u2064\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu;
const BLANKS = /[\s\x85]+/g;
const JOINER = '\u2060';
/** Whatever one of the three above might change, where it is cheap to see: nearly no text has any of it. */
const ODD =
  /[\0-\x1f\x7f-\xa0\xad\u1680\u2000-\u200b\u2028-\u202f\u205f\u2061-\u206f\u3000\ud800-\udfff\ufeff\ufff9-\ufffb]| {2}|[${]\{/;
const MARKUP = /[<>&\]*_~`]/;

/** On one line, for an Adaptive Card's TextRun, which knows no Markdown. */
export function sanitizeText(text: string, longest: number): string {
  if (text.length <= longest && !ODD.test(text)) return text;
  const visible = text.replace(INVISIBLE, '').replace(BLANKS, ' ');
  return truncate(visible, longest).replace(TEMPLATE, `$&${JOINER}`);
}

/** For a thumbnail card, whose texts Teams reads as a little HTML and Markdown: look-alikes take the place of markup. */
export function sanitizePreview(text: string, longest: number): string {
  return neutralizeMarkup(sanitizeText(text, longest));
}

/** The same of a text that is inert otherwise. */
export function neutralizeMarkup(plain: string): string {
  if (!MARKUP.test(plain)) return plain;
  return plain
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replace(/&(?=[#a-z])/gi, `&${JOINER}`)
    .replaceAll('](', `]${JOINER}(`)
    .replace(/([*_~`])/g, `${JOINER}$1${JOINER}`);
}

/** Cuts at a whole character, with an ellipsis for what is left out. */
function truncate(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
