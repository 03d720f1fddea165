// Finds the code that a mutation of test/mutations/ removes from a source, and removes it.
import { parseSync } from '@swc/core';

/** The changed source. The forms of a change are in test/mutations/mutation.ts.
 * @throws {Error} if the source has no such place, or more than one */
export function applyChange(source, change) {
  const { start, end, replacement } = placeOf(source, change);
  const changed = source.slice(0, start) + replacement + source.slice(end);
  if (changed === source) throw new Error('is the same after the change');
  return changed;
}

function placeOf(source, change) {
  if (change.constant !== undefined)
    return { ...only(constantsOf(source), change.constant), replacement: change.value };
  if (change.function === undefined) return { ...textIn(source, change.find), replacement: change.replace };
  const found = only(functionsOf(source), change.function);
  if (change.body !== undefined) return { ...found, replacement: `{ ${change.body} }` };
  const statements = statementsIn(found).filter(({ start, end }) => source.slice(start, end).includes(change.without));
  // Not nothing: the statement can be all that an `if` has.
  return { ...innermost(statements, change), replacement: '{}' };
}

/** Finds a text across the formatter's line breaks. White space at both ends counts. */
function textIn(source, find) {
  const [, start, middle, end] = /^(\s*)(.*?)(\s*)$/s.exec(find);
  const characters = [...middle.replace(/\s+/g, '')];
  const escaped = characters.map((character) => character.replace(/[\\^$.*+?()[\]{}|]/, '\\$&'));
  const tokens = escaped.map((each) => (/[)\]}]$/.test(each) ? `,?\\s*${each}` : each));
  const matches = [...source.matchAll(new RegExp(start + tokens.join('\\s*') + end, 'g'))];
  if (matches.length !== 1) throw new Error(`must contain this text once, but has it ${matches.length} times: ${find}`);
  const [{ 0: text, index }] = matches;
  return { start: index, end: index + text.length };
}

function only(places, name) {
  const found = places.filter((place) => place.name === name);
  if (found.length !== 1) throw new Error(`must define ${name} once, but defines it ${found.length} times`);
  return found[0];
}

/** Of statements that stand in each other. */
function innermost(statements, { function: name, without }) {
  const smallest = statements.filter((one) => !statements.some((other) => other !== one && isIn(other, one)));
  if (smallest.length !== 1) throw new Error(`${name} has ${smallest.length} statements with ${without}, not one`);
  return smallest[0];
}

function isIn(inner, outer) {
  return inner.start >= outer.start && inner.end <= outer.end;
}

/** Functions and methods by name: `listen`, `Vault.seal`, `Vault.#open`, `readPage.mayMoveTo`; `node` is the body. */
function functionsOf(source) {
  return named(source, (node) => {
    if (node.type === 'FunctionDeclaration') return node.body;
    if (node.type === 'ClassMethod' || node.type === 'PrivateMethod') return node.function.body;
    if (node.type === 'Constructor') return node.body;
    if (node.type === 'VariableDeclarator' && node.init?.type === 'ArrowFunctionExpression') return node.init.body;
    return undefined;
  });
}

/** The values of constants of the module, and of static and other fields. */
function constantsOf(source) {
  return named(source, (node) => {
    if (node.type === 'VariableDeclarator') return node.init;
    return node.type === 'ClassProperty' || node.type === 'PrivateProperty' ? node.value : undefined;
  });
}

function named(source, partOf) {
  const { body, positionOf } = parse(source);
  const found = [];
  const walk = (node, path) => {
    if (node === null || typeof node !== 'object') return;
    const name = Array.isArray(node) ? undefined : nameOf(node);
    const inside = name === undefined ? path : [...path, name];
    const part = name !== undefined && partOf(node);
    if (part) found.push({ name: inside.join('.'), node: part, ...positionOf(part), positionOf });
    for (const [key, child] of Object.entries(node)) if (key !== 'span') walk(child, inside);
  };
  walk(body, []);
  return found;
}

function nameOf(node) {
  switch (node.type) {
    case 'ClassDeclaration':
    case 'FunctionDeclaration':
      return node.identifier.value;
    case 'VariableDeclarator':
      return node.id.value;
    case 'Constructor':
      return 'constructor';
    case 'ClassMethod':
    case 'ClassProperty':
      return node.key.value;
    case 'PrivateMethod':
    case 'PrivateProperty':
      return `#${node.key.value}`;
    default:
      return undefined;
  }
}

function statementsIn({ node, positionOf }) {
  const found = [];
  const walk = (child) => {
    if (child === null || typeof child !== 'object') return;
    if (/(Statement|Declaration)$/.test(child.type ?? '') && child.type !== 'BlockStatement' && child.span)
      found.push(positionOf(child));
    for (const [key, value] of Object.entries(child)) if (key !== 'span') walk(value);
  };
  walk(node);
  return found;
}

/** SWC counts bytes, from where its last source ended: the `;` marks the start of this one. */
function parse(source) {
  const { body } = parseSync(`;${source}`, { syntax: 'typescript', target: 'es2023' });
  const [mark, ...statements] = body;
  const bytes = Buffer.from(source);
  const characterAt = (offset) => bytes.subarray(0, offset - mark.span.end).toString().length;
  const positionOf = ({ span }) => ({ start: characterAt(span.start), end: characterAt(span.end) });
  return { body: statements, positionOf };
}
