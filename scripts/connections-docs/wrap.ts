const WIDTH = 120;
/** A code span and what is next to it stay together. */
const WORD = /(?:`[^`]*`|[^\s`])+/g;
/** At the start of a line these would begin a list, a heading or a quotation. */
const MARKUP = /^(?:[-+*#>]|\d+[.)])$/;

/** Wraps one paragraph of Markdown.
 * @param first what stands before the first line, such as "- "
 * @param indent what stands before the other lines */
export function wrap(paragraph: string, first = '', indent = ' '.repeat(first.length)): string {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const [word] of paragraph.matchAll(WORD)) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH && !MARKUP.test(word)) {
      lines.push(line);
      line = indent;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line].join('\n');
}

/** @returns JSON with as few lines as the width allows */
export function formatJson(value: unknown, indent = ''): string {
  const inline = inlineJson(value);
  if (typeof value !== 'object' || value === null) return inline;
  if (indent.length + inline.length <= WIDTH && indent !== '') return inline;
  const inner = `${indent}  `;
  const lines = Array.isArray(value)
    ? value.map((entry) => inner + formatJson(entry, inner))
    : Object.entries(value).map(([name, entry]) => `${inner}${JSON.stringify(name)}: ${formatJson(entry, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

function inlineJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inlineJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, entry]) => `${JSON.stringify(name)}: ${inlineJson(entry)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}
