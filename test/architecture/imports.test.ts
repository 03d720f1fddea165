import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { pathsBelow, read } from '../support/project/files.ts';

/* The code map (docs/ARCHITECTURE.md): each folder has one subject, and imports go one way. */

interface Module {
  path: string;
  imports: string[];
  text: string;
}

const SPECIFIER =
  /^\s*(?:import|export)\b[^'"=;]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;

const modules = ['bot', 'auth-page', 'local', 'test', 'bench'].flatMap(readModules);
const modulesIn = (folder: string) => modules.filter(({ path }) => path.startsWith(`${folder}/`));
const bot = modulesIn('bot');

function readModules(folder: string): Module[] {
  const paths = pathsBelow(folder).filter((path) => /\.(ts|mts|mjs)$/.test(path) && !path.includes('node_modules'));
  return paths.map(readModule);
}

function readModule(path: string): Module {
  const text = read(path);
  const imports = [...text.matchAll(SPECIFIER)].map(([, from, bare, dynamic]) =>
    resolve(path, from ?? bare ?? dynamic ?? ''),
  );
  return { path, imports, text };
}

/** Relative ones as paths from the root; packages as they are. */
function resolve(from: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return relative('.', normalize(join(dirname(from), specifier))).replaceAll('\\', '/');
}

function importersOf(isWanted: (specifier: string) => boolean, among = modules): string[] {
  return among.filter(({ imports }) => imports.some(isWanted)).map(({ path }) => path);
}

test('the scan finds the modules and their imports', () => {
  expect(bot.length).toBeGreaterThan(20);
  expect(bot.find(({ path }) => path === 'bot/index.ts')?.imports).toContain('bot/app.ts');
});

test('requests to other services leave in one place, so that the proxy and the limits apply to all of them', () => {
  const clients = new Set(['axios', 'got', 'node-fetch', 'node:http2', 'node:https', 'undici']);
  const place = ['bot/platform/http-client.ts', 'bot/platform/outbound-proxy.ts'];
  expect(importersOf((target) => clients.has(target), bot).sort()).toEqual(place);
  const requests = /^import (?!type)[^;]*\brequest\b[^;]*from 'node:http'/m;
  const requesters = bot.filter(({ text }) => requests.test(text)).map(({ path }) => path);
  expect(requesters.sort()).toEqual(place);
  // All others are called `fetch` after a parameter or a constant of the same function, which comes from boundedFetch.
  const fetchers = bot.filter(({ text }) => /\b(?:globalThis|global)\.fetch\b|[^.#\w]fetch\(/.test(text));
  const own = /\bfetch\b(?:: [\w.]+)?(?:[,)]| = boundedFetch\()|\[client\.customFetch\]: fetch/;
  expect(fetchers.filter(({ text }) => !own.test(text)).map(({ path }) => path)).toEqual([]);
});

describe('imports go one way', () => {
  test.each([
    ['bot', /^(local|test|bench|auth-page)\//],
    ['auth-page', /^(bot|local|test|bench)\//],
    // It speaks to the bot only over HTTP.
    ['local', /^(bot|auth-page|test|bench)\//],
    ['test', /^bench\//],
    ['bench', /^(auth-page|test)\//],
  ])('no module of %s/ imports a module that matches %s', (folder, forbidden) => {
    expect(importersOf((target) => forbidden.test(target), modulesIn(folder))).toEqual([]);
  });

  test('in bench/, three files import the bot', () => {
    expect(importersOf((target) => target.startsWith('bot/'), modulesIn('bench')).sort()).toEqual([
      'bench/growth/expire.ts',
      'bench/growth/seed.ts',
      'bench/servers/latchkey.ts',
    ]);
  });

  test('tests use the bot over HTTP; only contract suites import their seam, and tests with forged rows the vault', () => {
    const others = modulesIn('test').filter(({ path }) => !path.startsWith('test/contract/'));
    const vault = /^bot\/sign-in\/(credentials\/vault|providers\/identity-provider)\.ts$/;
    expect(importersOf((target) => target.startsWith('bot/') && !vault.test(target), others)).toEqual([]);
  });

  /** What a folder of bot/ may import from other folders of bot/. */
  const MAY_IMPORT: Readonly<Record<string, RegExp>> = {
    platform: /^$/,
    store: /^bot\/(platform\/|sign-in\/user\.ts)/,
    sources: /^bot\/platform\//,
    'sign-in': /^bot\/(store\/|platform\/)/,
    config: /^bot\/(sign-in|sources|platform)\/|^bot\/store\/redis\/keys\.ts/,
    teams: /^bot\/(sign-in|sources|platform)\/|^bot\/(connection|config\/config)\.ts/,
    chat: /^bot\/(teams|sign-in|platform)\/|^bot\/(connection|sources\/(source|user-source))\.ts/,
    'web-chat': /^bot\/(sign-in|platform)\//,
    http: /^bot\/(telemetry|teams|web-chat|sign-in|store|platform)\/|^bot\/sources\/source\.ts/,
    telemetry: /^bot\/(sign-in|sources|store|platform)\/|^bot\/config\/telemetry\.ts/,
    'app-package': /^bot\/(config|platform)\/|^bot\/sign-in\/user\.ts/,
    cli: /^bot\/(app-package|config|web-chat|sign-in|sources|store|platform)\/|^bot\/(connection|teams\/user-token-client)\.ts/,
  };

  test('the table names every folder of bot/', () => {
    const folders = bot.map(({ path }) => path.split('/')).filter(({ length }) => length > 2);
    expect([...new Set(folders.map(([, folder]) => folder))].sort()).toEqual(Object.keys(MAY_IMPORT).sort());
  });

  test.each(Object.entries(MAY_IMPORT))('%s imports only the folders below it', (folder, allowed) => {
    const own = `bot/${folder}/`;
    const strays = modulesIn(`bot/${folder}`)
      .flatMap(({ path, imports }) => imports.map((target) => [path, target] as const))
      .filter(([, target]) => target.startsWith('bot/') && !target.startsWith(own) && !allowed.test(target));
    expect(strays.map(([path, target]) => `${path} → ${target}`)).toEqual([]);
  });

  test('only app.ts and cli.ts import from more than six folders', () => {
    const others = bot.filter(({ path }) => !['bot/app.ts', 'bot/cli.ts'].includes(path));
    const wide = others.filter(({ imports }) => {
      const folders = imports.flatMap((target) => /^bot\/([^/]+)\//.exec(target)?.[1] ?? []);
      return new Set(folders).size > 6;
    });
    expect(wide.map(({ path }) => path)).toEqual([]);
  });

  test('the modules of the app package import no Node API, so they read no file', () => {
    const makers = modulesIn('bot/app-package');
    expect(makers.length).toBeGreaterThan(5);
    expect(importersOf((target) => target.startsWith('node:'), makers)).toEqual([]);
  });

  test('there are no cycles', () => {
    const graph = new Map(modules.map(({ path, imports }) => [path, imports]));
    const done = new Set<string>();
    const visit = (path: string, trail: readonly string[]): string[] => {
      if (trail.includes(path)) return [[...trail.slice(trail.indexOf(path)), path].join(' → ')];
      if (done.has(path)) return [];
      const found = (graph.get(path) ?? []).flatMap((next) => visit(next, [...trail, path]));
      done.add(path);
      return found;
    };
    expect([...graph.keys()].flatMap((path) => visit(path, []))).toEqual([]);
  });
});

describe('the size of the map', () => {
  const MAX_FILES = 290;
  const MAX_FILES_IN_FOLDER = 15;

  test(`bot/ has fewer than ${MAX_FILES} files, and no folder more than ${MAX_FILES_IN_FOLDER}`, () => {
    expect(bot.length).toBeLessThan(MAX_FILES);
    const counts = new Map<string, number>();
    for (const { path } of bot) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count > MAX_FILES_IN_FOLDER)).toEqual([]);
  });
});

describe('a package is imported in one place only', () => {
  // The path of a module, or the beginning that all its importers share.
  test.each([
    ['restify', 'bot/http/server.ts'],
    ['@microsoft/teams-js', 'auth-page/opener/teams.ts'],
    ['openid-client', 'bot/sign-in/providers/'],
    ['@microsoft/teamsfx', 'bot/sign-in/sso/on-behalf-of.ts'],
    ['libsql', 'bot/store/sqlite/'],
    ['ioredis', 'bot/store/redis/'],
    ['rate-limiter-flexible', 'bot/store/'],
  ])('%s', (name, place) => {
    const found = importersOf(
      (target) => target === name || target.startsWith(`${name}/`),
      modules.filter(({ path }) => /^(bot|auth-page)\//.test(path)),
    );
    expect(found).not.toEqual([]);
    expect(found.filter((path) => !path.startsWith(place))).toEqual([]);
  });

  test('only index.ts and cli.ts read the environment', () => {
    const readers = bot.filter(({ text }) => text.includes('process.env')).map(({ path }) => path);
    expect(readers.sort()).toEqual(['bot/cli.ts', 'bot/index.ts']);
  });

  test('no barrels: no module only re-exports others', () => {
    const barrels = modules.filter(({ text }) => /^\s*export\s+(\*|\{[^}]*\})\s+from\b/m.test(text));
    expect(barrels.map(({ path }) => path)).toEqual([]);
  });
});
