import { h } from '../dom/dom.ts';

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi;

/** Text nodes and spans, never markup. */
export function jsonView(value: unknown): HTMLElement {
  if (value === undefined) return h('pre', { class: 'json' }, h('i', {}, 'empty'));
  const json = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  const parts: (Node | string)[] = [];
  let done = 0;
  for (const match of json.matchAll(TOKEN)) {
    const [token, quoted, colon] = match;
    const word = quoted ?? token;
    const kind = colon ? 'json-key' : quoted ? 'json-text' : 'json-value';
    parts.push(json.slice(done, match.index), h('span', { class: kind }, word), token.slice(word.length));
    done = match.index + token.length;
  }
  parts.push(json.slice(done));
  return h('pre', { class: 'json', tabindex: '0' }, ...parts);
}
