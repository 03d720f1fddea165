/** Text from a source is data: nothing in it may become markup, a link, a template or a function in a card (T51). */

// Adaptive Cards expand ${…} (templating) and {{DATE(…)}} (text features) wherever text stands; a word joiner,
// which shows as nothing, keeps the two characters apart.
const TEMPLATE = /\$\{|\{\{/g;
// Bidirectional overrides would let a title dress up the words that follow it; control characters have no look.
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g;
const JOINER = '\u2060';

/** For an Adaptive Card's TextRun, which knows no Markdown. */
export function inertRun(text: string, longest: number): string {
  return shorten(text.replace(INVISIBLE, ''), longest).replace(TEMPLATE, (pair) => pair[0] + JOINER + pair[1]);
}

/** For a thumbnail card, whose texts Teams reads as a little HTML and Markdown: look-alikes take the place of markup. */
export function inertPreview(text: string, longest: number): string {
  return inertRun(text, longest)
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replace(/&(?=[#a-z])/gi, `&${JOINER}`)
    .replaceAll('](', `]${JOINER}(`)
    .replace(/([*_~`])/g, `${JOINER}$1${JOINER}`);
}

/** Cuts at a whole character, with an ellipsis for what is left out. */
function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** The URL where it is https (or http on loopback, which only the loopback rule lets a source have) and on one of the origins. */
export function safeUrl(url: string | undefined, origins: ReadonlySet<string>): string | undefined {
  if (url === undefined || url.length > 2048 || !URL.canParse(url)) return undefined;
  const { origin, protocol, href, username, password } = new URL(url);
  const web = protocol === 'https:' || protocol === 'http:';
  return web && !username && !password && origins.has(origin) ? href : undefined;
}
