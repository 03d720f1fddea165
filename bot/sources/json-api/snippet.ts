import { labelOf } from '../../platform/json.ts';
import type { SnippetPart } from '../source.ts';
import { asAtlassianDocument, atlassianDocumentText } from '../text/atlassian-document.ts';
import { type HtmlMarks, htmlSnippet } from '../text/html.ts';
import { markdownSnippet } from '../text/markdown.ts';
import { joinParts, plainSnippet } from '../text/snippet.ts';

interface Marks {
  open: string;
  close: string;
}

interface SnippetSettings {
  format: 'html' | 'markdown' | 'text';
  marks?: Marks | undefined;
}

const MAX_LENGTH = 64_000;
const CONFLUENCE: Marks = { open: '@@@hl@@@', close: '@@@endhl@@@' };
/** Elasticsearch and most others: `em`; MediaWiki: `span.searchmatch`; Azure DevOps: `highlighthit`. */
const HTML_MARKS: HtmlMarks = {
  hits: new Set(['em', 'mark', 'b', 'strong', 'span.searchmatch', 'highlighthit']),
};

/** Stand for the texts around a match while markup is read. Unicode reserves them for such uses. */
const [OPEN, CLOSE] = ['\ufdd0', '\ufdd1'];
const OPEN_OR_CLOSE = /([\ufdd0\ufdd1])/;

export function snippetReader({ format, marks }: SnippetSettings): (value: unknown) => SnippetPart[] {
  const pairs = marks ? [marks, CONFLUENCE] : [CONFLUENCE];
  return (value) => {
    const document = asAtlassianDocument(value);
    if (document) return plainSnippet(atlassianDocumentText(document));
    const text = labelOf(value).slice(0, MAX_LENGTH);
    return pairs.some(({ open }) => text.includes(open))
      ? splitAtMarks(textParts(replaceMarks(text, pairs), format))
      : textParts(text, format);
  };
}

/** A title shows no matches. */
export function marksRemover({ marks }: Pick<SnippetSettings, 'marks'>): (title: string) => string {
  const texts = [marks?.open, marks?.close, CONFLUENCE.open, CONFLUENCE.close].filter((text) => text !== undefined);
  return (title) => texts.reduce((left, text) => left.replaceAll(text, ''), title);
}

function textParts(text: string, format: SnippetSettings['format']): SnippetPart[] {
  if (format === 'text') return plainSnippet(text);
  return format === 'markdown' ? markdownSnippet(text, HTML_MARKS) : htmlSnippet(text, HTML_MARKS);
}

function replaceMarks(text: string, pairs: readonly Marks[]): string {
  let replaced = text;
  for (const { open, close } of pairs) {
    // Some APIs put one text on both sides.
    if (open === close) replaced = replaced.split(open).reduce((all, part, at) => all + (at % 2 ? OPEN : CLOSE) + part);
    else replaced = replaced.replaceAll(open, OPEN).replaceAll(close, CLOSE);
  }
  return replaced;
}

function splitAtMarks(parts: readonly SnippetPart[]): SnippetPart[] {
  let isOpen = false;
  const split: SnippetPart[] = [];
  for (const { text, hit } of parts) {
    for (const piece of text.split(OPEN_OR_CLOSE)) {
      if (piece === OPEN || piece === CLOSE) isOpen = piece === OPEN;
      else split.push({ text: piece, hit: hit || isOpen });
    }
  }
  return joinParts(split);
}
