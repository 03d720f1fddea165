import MarkdownIt from 'markdown-it';
import type { SnippetPart } from '../source.ts';
import { type HtmlMarks, htmlSnippet } from './html.ts';
import { plainSnippet } from './snippet.ts';

/** Badges, links and tables may come before the text. Read in at most some milliseconds. */
const MAX_MARKDOWN_LENGTH = 4_000;
const MAX_NESTING = 20;
const MARKDOWN = /[\\`*_[\]<>&#~|!]|^[ \t]*(?:[-+=]|\d+[.)])/m;
const MAX_CELLS = 2_000;
const LINE_BREAK = /\r\n?|\n/;

const markdown = createReader();
const withoutTables = createReader().disable('table');

function createReader() {
  const reader = new MarkdownIt({ html: true, maxNesting: MAX_NESTING });
  const { renderer, utils } = reader;
  // Text that an author emphasises is no match.
  for (const rule of ['strong_open', 'strong_close', 'em_open', 'em_close']) renderer.rules[rule] = () => '';
  renderer.rules.image = (tokens, at, options, env) =>
    utils.escapeHtml(renderer.renderInlineAsText(tokens[at]?.children ?? [], options, env));
  return reader;
}

/** Converts Markdown (CommonMark, tables, strikethrough) to plain text. HTML in it is read as HTML. */
export function markdownSnippet(text: string, marks: HtmlMarks): SnippetPart[] {
  const input = text.slice(0, MAX_MARKDOWN_LENGTH);
  if (!MARKDOWN.test(input)) return plainSnippet(input);
  return htmlSnippet((hasLargeTable(input) ? withoutTables : markdown).render(input), marks);
}

/** A short row gets the cells that it lacks, so 4,000 characters can become 65,536 cells. */
function hasLargeTable(text: string): boolean {
  const lines = text.split(LINE_BREAK);
  const widest = Math.max(...lines.map((line) => line.split('|').length));
  return lines.length * widest > MAX_CELLS;
}
