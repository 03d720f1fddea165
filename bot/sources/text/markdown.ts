import MarkdownIt from 'markdown-it';
import type { SnippetPart } from '../source.ts';
import { type HtmlMarks, htmlSnippet } from './html.ts';
import { plainSnippet } from './snippet.ts';

/** Badges, links and tables may come before the text. Read in at most some milliseconds. */
const MAX_MARKDOWN_LENGTH = 4_000;
const MAX_NESTING = 20;
const MARKDOWN = /[\\`*_[\]<>&#~|!]|^\s*(?:[-+=]|\d+[.)])/m;

const markdown = new MarkdownIt({ html: true, maxNesting: MAX_NESTING });
// Text that an author emphasises is no match.
for (const rule of ['strong_open', 'strong_close', 'em_open', 'em_close']) markdown.renderer.rules[rule] = () => '';
markdown.renderer.rules.image = (tokens, at, options, env, renderer) =>
  markdown.utils.escapeHtml(renderer.renderInlineAsText(tokens[at]?.children ?? [], options, env));

/** Converts Markdown (CommonMark, tables, strikethrough) to plain text. HTML in it is read as HTML. */
export function markdownSnippet(text: string, marks: HtmlMarks): SnippetPart[] {
  const input = text.slice(0, MAX_MARKDOWN_LENGTH);
  return MARKDOWN.test(input) ? htmlSnippet(markdown.render(input), marks) : plainSnippet(input);
}
