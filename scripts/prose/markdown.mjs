import MarkdownIt from 'markdown-it';
import { CODE, sentencesOf } from './sentences.mjs';

const parser = new MarkdownIt({ html: true });

/** @param {string} text a Markdown page
 * @returns {import('./lint.mjs').Sentence[]} without code and the addresses of links. Sentences of headings, table cells and
 * images' descriptions are not `prose`: only their words count. */
export function sentencesOfMarkdown(text) {
  const sentences = [];
  const add = (part, line, prose) => {
    for (const sentence of sentencesOf(part, line)) sentences.push({ ...sentence, prose });
  };
  let container = '';
  let line = 1;
  for (const { type, map, children } of parser.parse(text, {})) {
    if (/^(?:heading|paragraph|t[hd])_open$/.test(type)) container = type;
    if (map) line = map[0] + 1;
    if (type !== 'inline') continue;
    add(textOf(children), line, container === 'paragraph_open');
    for (const image of children.filter((child) => child.type === 'image')) add(textOf(image.children), line, false);
  }
  return sentences;
}

function textOf(tokens) {
  return tokens.map(partOf).join('');
}

function partOf({ type, content }) {
  if (type === 'code_inline') return CODE;
  if (type === 'softbreak' || type === 'hardbreak') return '\n';
  return type === 'text' ? content : '';
}
