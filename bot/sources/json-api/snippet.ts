import { asObject, asObjects, isObject, labelOf } from '../../platform/json.ts';
import { plainSnippet, readMarkup } from '../search-text.ts';
import type { SnippetPart } from '../source.ts';

interface SnippetSettings {
  format: 'html' | 'markdown' | 'text';
  marks?: { open: string; close: string } | undefined;
}

/** Stand for the texts around a match while markup is read. No text of an item has them: they are controls. */
const OPEN = '\u0002';
const CLOSE = '\u0003';
const CONTROLS = /[\u0002\u0003]/g;
const CONFLUENCE = { open: '@@@hl@@@', close: '@@@endhl@@@' };
const MARK = /^<(\/?)(?:em|mark|b|strong)\b/i;
/** Nodes of an Atlassian document that are lines or blocks of their own. */
const BLOCKS = new Set([
  'paragraph',
  'heading',
  'listItem',
  'tableCell',
  'tableHeader',
  'codeBlock',
  'hardBreak',
  'rule',
]);
const MAX_DEPTH = 20;

export function snippetReader({ format, marks }: SnippetSettings): (value: unknown) => SnippetPart[] {
  const pairs = marks ? [marks, CONFLUENCE] : [CONFLUENCE];
  return (value) => {
    if (isDocument(value)) return plainSnippet(documentText(value, 0));
    let text = labelOf(value).replace(CONTROLS, ' ');
    for (const { open, close } of pairs) text = text.replaceAll(open, OPEN).replaceAll(close, CLOSE);
    if (format === 'text') return partsOf([{ text, hit: false }]);
    return partsOf(readMarkup(text, classifyTag));
  };
}

function classifyTag(tag: string): boolean | undefined {
  const [, slash] = MARK.exec(tag) ?? [];
  return slash === undefined ? undefined : slash === '';
}

function partsOf(runs: readonly SnippetPart[]): SnippetPart[] {
  return runs.flatMap(({ text, hit }) =>
    text.split(OPEN).flatMap((part, at) => {
      const [marked = '', ...plain] = at === 0 ? ['', part] : part.split(CLOSE);
      return [
        { text: marked, hit: true },
        { text: plain.join(''), hit },
      ].filter((each) => each.text !== '');
    }),
  );
}

/** @see https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/ */
function isDocument(value: unknown): boolean {
  return isObject(value) && value.type === 'doc' && Array.isArray(value.content);
}

function documentText(node: unknown, depth: number): string {
  const { type, text, attrs, content } = asObject(node);
  if (depth > MAX_DEPTH) return '';
  const own = labelOf(text) || labelOf(asObject(attrs).text) || labelOf(asObject(attrs).url);
  const inside = asObjects(content).map((child) => documentText(child, depth + 1));
  return `${own}${inside.join('')}${BLOCKS.has(labelOf(type)) ? ' ' : ''}`;
}
