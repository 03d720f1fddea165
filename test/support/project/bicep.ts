/* As much of Bicep as is needed to hold a file against what surrounds it: no compiler can be had from the npm registry. */

interface Bicep {
  /** Parameters: whether each must be given. */
  params: Map<string, { required: boolean; secure: boolean }>;
  /** Outputs, in order. */
  outputs: string[];
  modules: { name: string; path: string; params: string[] }[];
  /** Names that the file declares: parameters, variables, resources, modules. */
  declared: Set<string>;
}

/** Texts and comments taken out, so that braces and words are the language's own; interpolations stay. */
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

/** The file's declarations. @throws {Error} where brackets don't match: that much is always a mistake */
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

/** What stands between the braces that follow. */
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

/** App settings, by name: the expression that each is set to. */
export function appSettings(source: string): Map<string, string> {
  const pairs = source.matchAll(/^\s*([A-Z][A-Z0-9_]+): (.+)$/gm);
  return new Map([...pairs].map(([, name = '', value = '']) => [name, value.trim()]));
}
