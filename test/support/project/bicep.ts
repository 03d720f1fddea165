/* The part of Bicep that the tests need to compare a file with its surroundings: the npm registry has no compiler. */

interface Bicep {
  /** Parameters, and whether each is required. */
  params: Map<string, { required: boolean; secure: boolean }>;
  /** Outputs, in order. */
  outputs: string[];
  modules: { name: string; path: string; params: string[] }[];
  /** Names declared in the file: parameters, variables, resources, modules. */
  declared: Set<string>;
}

/** Removes texts and comments, so that braces and words belong to the language. Interpolations stay. */
export function strip(source: string): string {
  const withoutComments = source.replace(
    /('(?:[^'\\\n]|\\.)*')|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (_, text?: string) => text ?? '',
  );
  return withoutComments.replace(/'(?:[^'\\\n]|\\.)*'/g, (text) => {
    const inside = [...text.matchAll(/\$\{((?:[^{}'])*)\}/g)].map(([, expression = '']) => expression);
    return inside.length === 0 ? "''" : `(${inside.join(', ')})`;
  });
}

/** The file's declarations. @throws {Error} if brackets do not match, which is always a mistake */
export function parseBicep(source: string): Bicep {
  const text = strip(source);
  checkBrackets(text);
  const params = new Map<string, { required: boolean; secure: boolean }>();
  for (const [, secure, name = '', rest = ''] of text.matchAll(
    /(@secure\(\)\s+)?(?:@\w+\([^)]*\)\s+)*^param (\w+) \w+(.*)$/gm,
  )) {
    params.set(name, { required: !rest.includes('='), secure: secure !== undefined });
  }
  const outputs = [...text.matchAll(/^output (\w+) \w+ =/gm)].map(([, name = '']) => name);
  const modules = [...source.matchAll(/^module (\w+) '([^']+)' = /gm)].map(({ 1: name = '', 2: path = '', index }) => ({
    name,
    path,
    params: keysOf(blockAfter(strip(source.slice(index)), /\bparams:\s*/)),
  }));
  const declared = [...text.matchAll(/^(?:param|var|resource|module) (\w+)/gm)].map(([, name = '']) => name);
  return { params, outputs, modules, declared: new Set(declared) };
}

function checkBrackets(text: string): void {
  const open: string[] = [];
  const closes: Record<string, string> = { '}': '{', ']': '[', ')': '(' };
  for (const sign of text) {
    if ('{[('.includes(sign)) open.push(sign);
    else if (sign in closes && open.pop() !== closes[sign]) throw new Error(`a ${sign} that closes nothing`);
  }
  if (open.length > 0) throw new Error(`a ${open.at(-1)} is never closed`);
}

/** The text between the next pair of braces. */
function blockAfter(text: string, start: RegExp): string {
  const found = start.exec(text);
  if (!found) return '';
  const from = found.index + found[0].length;
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '{') depth++;
    if (text[at] === '}' && --depth === 0) return text.slice(from + 1, at);
  }
  return '';
}

/** An object's own keys. */
function keysOf(block: string): string[] {
  const keys: string[] = [];
  let depth = 0;
  for (const line of block.split('\n')) {
    const [, key] = /^\s*(\w+):/.exec(line) ?? [];
    if (depth === 0 && key) keys.push(key);
    for (const sign of line) depth += '{[('.includes(sign) ? 1 : '}])'.includes(sign) ? -1 : 0;
  }
  return keys;
}

/** App settings by name, each with its expression. */
export function appSettings(source: string): Map<string, string> {
  const pairs = source.matchAll(/^\s*([A-Z][A-Z0-9_]+): (.+)$/gm);
  return new Map([...pairs].map(([, name = '', value = '']) => [name, value.trim()]));
}
