import { h } from '../dom/dom.ts';
import { webAddress } from '../requests/answers.ts';

/** Teams cards' Markdown: bold, italic, links and lists. Builds and serialises nodes, so that the bot's text cannot
 * become markup. */
export function markdownToHtml(text: string): string {
  const container = h('div', {}, ...blocks(text.replace(/\r\n?/g, '\n')));
  return container.innerHTML;
}

const ITEM = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/;

function blocks(text: string): HTMLElement[] {
  const made: HTMLElement[] = [];
  for (const paragraph of text.split(/\n{2,}/)) {
    const lines = paragraph.split('\n');
    const matches = lines.map((line) => ITEM.exec(line));
    if (matches.every((match) => match !== null)) made.push(list(matches));
    else made.push(h('p', {}, ...lines.flatMap((line, at) => (at ? [h('br'), ...inline(line)] : inline(line)))));
  }
  return made;
}

function list(matches: RegExpExecArray[]): HTMLElement {
  const items = matches.map((match) => h('li', {}, ...inline(match[2] ?? '')));
  return h(matches[0]?.[1] ? 'ol' : 'ul', {}, ...items);
}

const INLINE = new RegExp(
  [
    /\\(?<escaped>[!-/:-@[-`{-~])/,
    /&(?<entity>#\d{1,7}|#x[\da-f]{1,6}|amp|lt|gt|quot|apos|nbsp);/,
    /\*\*(?<bold>(?:\\.|[^*\\])+)\*\*/,
    /\*(?<italic>(?:\\.|[^*\\\s])(?:\\.|[^*\\])*)\*/,
    /(?<!\w)_(?<italic2>(?:\\.|[^_\\])+)_(?!\w)/,
    /\[(?<label>(?:\\.|[^\]\\])*)\]\((?<href>[^()\s]+)\)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'giu',
);

function inline(text: string): Node[] {
  const nodes: Node[] = [];
  let done = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(document.createTextNode(text.slice(done, match.index)), mark(match));
    done = match.index + match[0].length;
  }
  nodes.push(document.createTextNode(text.slice(done)));
  return nodes;
}

function mark(match: RegExpMatchArray): Node {
  const { escaped, entity, bold, italic, italic2, label, href } = match.groups ?? {};
  if (escaped !== undefined) return document.createTextNode(escaped);
  if (entity !== undefined) return document.createTextNode(character(entity));
  if (bold !== undefined) return h('strong', {}, ...inline(bold));
  const slanted = italic ?? italic2;
  if (slanted !== undefined) return h('em', {}, ...inline(slanted));
  const url = webAddress(href);
  return url ? h('a', { href: url.href }, ...inline(label ?? '')) : document.createTextNode(match[0]);
}

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

function character(entity: string): string {
  if (!entity.startsWith('#')) return NAMED[entity.toLowerCase()] ?? '';
  const code = /^#x/i.test(entity) ? Number.parseInt(entity.slice(2), 16) : Number(entity.slice(1));
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}
