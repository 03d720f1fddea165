import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from '@jest/globals';
import { pathsBelow, ROOT, read } from '../support/project/files.ts';

/* An export that no other module imports should not exist. */

const FOLDERS = ['bot', 'auth-page', 'local', 'test', 'bench', 'scripts'];
/** Modules that are started by their path, and one that writes modules as text. */
const ENTRIES = /\.test\.ts$|^test\/support\/reporter\.mjs$|^bench\/servers\/|^auth-page\/build\/teams-js\.mjs$/;

const DECLARED =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|const|let|interface|type|enum) (?:([\w$]+)|\[([^\]]*)\]|\{([^}]*)\})/gm;
const LISTED = /^export (?:type )?\{([^}]*)\}/gm;
const IMPORTED = /\b(?:import|export)\s+(?:type\s+)?(?:[\w$]+\s*,\s*)?\{([^}]*)\}\s*from\s*['"]([^'"]+)['"]/g;
/** For such a module, every export counts as imported. */
const WHOLE = /\*\s*as\s+[\w$]+\s+from\s*['"]([^'"]+)['"]|\bimport\(\s*[`'"]([^`'"]+)[`'"]/g;

const modules = FOLDERS.flatMap(pathsBelow).filter(
  (path) => /\.(ts|mts|mjs)$/.test(path) && !/node_modules|\.d\.m?ts$/.test(path),
);
const texts = new Map(modules.map((path) => [path, read(path)]));

/** @returns the names of a list: `b` of an exported `a as b`, `a` of an imported one */
function namesIn(list: string, side: 'exported' | 'imported'): string[] {
  const entries = list.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '').split(',');
  return entries.flatMap((entry) => {
    const [own = '', other = own] = entry
      .trim()
      .replace(/^type /, '')
      .split(/\s+as\s+/);
    const name = (side === 'exported' ? other : own).split(/[:=\s]/)[0];
    return name ? [name] : [];
  });
}

function exportsOf(text: string): string[] {
  const declared = [...text.matchAll(DECLARED)].flatMap(([, name, ...lists]) =>
    name === undefined ? lists.flatMap((list) => namesIn(list ?? '', 'exported')) : [name],
  );
  return [...declared, ...[...text.matchAll(LISTED)].flatMap(([, list]) => namesIn(list ?? '', 'exported'))];
}

/** The specifier of a module: relative to its importer, or as built. */
function targetOf(from: string, specifier: string): string | undefined {
  const built = /dist\/((?:bot|auth-page|local)\/.*)\.js$/.exec(specifier)?.[1];
  if (built !== undefined) return `${built}.ts`;
  return specifier.startsWith('.') ? normalize(join(dirname(from), specifier)).replaceAll('\\', '/') : undefined;
}

test('another module imports each export', () => {
  const imported = new Set<string>();
  for (const [path, text] of texts) {
    for (const [, list, specifier] of text.matchAll(IMPORTED)) {
      for (const name of namesIn(list ?? '', 'imported')) imported.add(`${targetOf(path, specifier ?? '')} ${name}`);
    }
    for (const [, namespace, dynamic] of text.matchAll(WHOLE)) {
      imported.add(`${targetOf(path, namespace ?? dynamic ?? '')} *`);
    }
  }
  const unused = [...texts]
    .filter(([path]) => !ENTRIES.test(path) && !imported.has(`${path} *`))
    .flatMap(([path, text]) => exportsOf(text).map((name) => `${path} ${name}`))
    .filter((name) => !imported.has(name));
  expect(unused.sort()).toEqual([]);
});

test('another module imports each module, or a start command names it', () => {
  const named = new Set<string>();
  for (const [path, text] of texts) {
    for (const [, specifier = ''] of text.matchAll(/['"`]([^'"`\n]*\.(?:ts|mjs|js))['"`]/g)) {
      named.add(targetOf(path, specifier) ?? specifier);
      named.add(specifier.split('/').at(-1) ?? '');
    }
  }
  const starters = ['package.json', 'jest.config.mjs', '.ci/run', 'deploy/Dockerfile', 'docs/ARCHITECTURE.md'];
  const started = starters.filter((file) => existsSync(join(ROOT, file)));
  const text = started.map(read).join('\n');
  const stray = [...texts.keys()].filter((path) => {
    const name = path.split('/').at(-1) ?? '';
    return !ENTRIES.test(path) && !named.has(path) && !named.has(name) && !text.includes(name);
  });
  expect(stray).toEqual([]);
});
