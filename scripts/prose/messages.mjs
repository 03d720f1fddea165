import { parseSync } from '@swc/core';
import { CODE, sentencesOf } from './sentences.mjs';

/** Expressions that only add a type. */
const TYPED = /^Ts(?:As|Const|Satisfies|NonNull)/;

/** @param {string} source a catalogue of messages, in TypeScript
 * @returns {import('./lint.mjs').Sentence[]} of the strings and templates that are values. Placeholders count as one word. */
export function sentencesOfMessages(source) {
  // The module's span begins at its first token, which must therefore be the first character.
  const bytes = Buffer.from(`;${source}`);
  const { span, body } = parseSync(bytes.toString(), { syntax: 'typescript' });
  const lineOf = (start) =>
    bytes
      .subarray(0, start - span.start)
      .toString()
      .split('\n').length;
  const messages = literalsIn(body).filter(({ text }) => isMessage(text));
  return messages.flatMap(({ text, start }) => {
    const line = lineOf(start);
    return sentencesOf(text, line).map((sentence) => ({ ...sentence, line, prose: true }));
  });
}

/** Not an id, and not a value such as `ltr`. */
function isMessage(text) {
  return /\s|^\p{Lu}/u.test(text.trim());
}

function literalsIn(node) {
  if (Array.isArray(node)) return node.flatMap(literalsIn);
  if (node === null || typeof node !== 'object') return [];
  const { type = '' } = node;
  if (type === 'StringLiteral') return [{ text: withoutPlaceholders(node.value), start: node.span.start }];
  if (type === 'TemplateLiteral') {
    const text = node.quasis.map(({ cooked }) => cooked).join(CODE);
    return [{ text: withoutPlaceholders(text), start: node.span.start }, ...literalsIn(node.expressions)];
  }
  if (type === 'KeyValueProperty') return literalsIn(node.value);
  if (TYPED.test(type)) return literalsIn(node.expression);
  if (/^Ts|^Import|^Export(?:All|Named)/.test(type)) return [];
  return literalsIn(Object.values(node));
}

function withoutPlaceholders(text) {
  return text.replace(/\{\w+\}/g, CODE);
}
