import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

/** DESIGN.md section 6: a folder says what it is about, an import goes one way. */
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

interface Module {
  /** From the project's root, with forward slashes. */
  path: string;
  imports: string[];
  text: string;
}

const SPECIFIER =
  /^\s*(?:import|export)\b[^'"=;]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;

const modules = ['bot', 'auth-page', 'local', 'test', 'bench'].flatMap((folder) => readModules(folder));
const bot = modules.filter(({ path }) => path.startsWith('bot/'));

function readModules(folder: string): Module[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  const ours = files.filter((file) => /\.(ts|mts|mjs)$/.test(file) && !file.includes('node_modules'));
  return ours.map((file) => readModule(join(folder, file)));
}

function readModule(file: string): Module {
  const text = readFileSync(join(root, file), 'utf8');
  const path = file.replaceAll('\\', '/');
  const imports = [...text.matchAll(SPECIFIER)].map(([, from, bare, dynamic]) => {
    return resolve(path, from ?? bare ?? dynamic ?? '');
  });
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

function isOutsideChat(path: string): boolean {
  return !path.startsWith('bot/chat/');
}

/** The base class of all our errors: every folder throws some. */
const COMMON = 'bot/platform/latchkey-error.ts';

/** Imports that leave `folder` for another place than those allowed. */
function strays(folder: string, allowed: RegExp): string[] {
  return bot
    .filter(({ path }) => path.startsWith(folder))
    .flatMap(({ path, imports }) =>
      imports
        .filter(
          (target) =>
            target.startsWith('bot/') && target !== COMMON && !target.startsWith(folder) && !allowed.test(target),
        )
        .map((target) => `${path} → ${target}`),
    );
}

test('the scan sees the modules and their imports', () => {
  expect(bot.length).toBeGreaterThan(20);
  expect(bot.find(({ path }) => path === 'bot/index.ts')?.imports).toContain('bot/http/server.ts');
});

describe('imports go one way', () => {
  test('nothing in bot/ imports local/, test/, bench/ or auth-page/', () => {
    expect(importersOf((target) => /^(local|test|bench|auth-page)\//.test(target), bot)).toEqual([]);
  });

  test('nobody imports bench/, which takes the bot as it was built: its parts put together, and its rows', () => {
    const bench = modules.filter(({ path }) => path.startsWith('bench/'));
    const others = modules.filter(({ path }) => !path.startsWith('bench/'));
    expect(importersOf((target) => target.startsWith('bench/'), others)).toEqual([]);
    expect(importersOf((target) => /^(auth-page|test)\//.test(target), bench)).toEqual([]);
    expect(importersOf((target) => target.startsWith('bot/'), bench).sort()).toEqual([
      'bench/growth/expire.ts',
      'bench/growth/seed.ts',
      'bench/servers/latchkey.ts',
    ]);
  });

  test('local/ speaks to the bot only over HTTP', () => {
    const local = modules.filter(({ path }) => path.startsWith('local/'));
    expect(importersOf((target) => /^(bot|auth-page|test)\//.test(target), local)).toEqual([]);
  });

  test('tests speak to the bot over HTTP; contract suites import their seams, and forgers the vault', () => {
    const others = modules.filter(({ path }) => path.startsWith('test/') && !path.startsWith('test/contract/'));
    const vault = /^bot\/sign-in\/(vault|sealed-credential|identity-provider)\.ts$/;
    expect(importersOf((target) => target.startsWith('bot/') && !vault.test(target), others)).toEqual([]);
  });

  test('the auth pages know nothing of the server', () => {
    const pages = modules.filter(({ path }) => path.startsWith('auth-page/'));
    expect(importersOf((target) => /^(bot|local|test)\//.test(target), pages)).toEqual([]);
  });

  test('a source knows neither Teams, sign-in nor HTTP routes', () => {
    expect(strays('bot/sources/', /^bot\/(call|documents)\.ts$/)).toEqual([]);
  });

  test('sign-in knows neither Teams nor HTTP', () => {
    expect(strays('bot/sign-in/', /^bot\/(store\/store|documents|limited-response|loopback)\.ts$/)).toEqual([]);
  });

  test('what counts knows the source seam alone', () => {
    expect(strays('bot/metrics/', /^bot\/sources\/source\.ts$/)).toEqual([]);
  });

  test('the store knows nobody but the asker', () => {
    expect(strays('bot/store/', /^bot\/sign-in\/asker\.ts$/)).toEqual([]);
  });

  test('teams knows sign-in and the source seam, not how either is built', () => {
    const allowed =
      /^bot\/(sign-in\/(sign-in|asker|credentials|keeper|outcomes|token-service|identity-provider|bounded-fetch|msal-network)|sources\/(source|fair-turns|typing)|store\/store|config|language|loopback|call|documents|limited-response)\.ts$/;
    expect(strays('bot/teams/', allowed)).toEqual([]);
  });

  test('a chat knows what Teams shows and how to sign in; nothing of teams/ knows the chat', () => {
    const allowed =
      /^bot\/(teams\/[a-z/-]+|sign-in\/(sign-in|asker|secrets|magic-codes|keeper|outcomes|connected-account|identity-provider)|sources\/source|language|loopback)\.ts$/;
    expect(strays('bot/chat/', allowed)).toEqual([]);
    expect(importersOf((target) => target.startsWith('bot/chat/'), bot).filter(isOutsideChat)).toEqual([
      'bot/build-chat.ts',
    ]);
  });

  test('the token broker knows who a browser is, and neither Teams nor HTTP routes', () => {
    expect(
      strays('bot/direct-line/', /^bot\/(sign-in\/(asker|browser-sessions)|documents|limited-response)\.ts$/),
    ).toEqual([]);
  });

  test('what makes the app package knows the settings alone, and reads no file', () => {
    const allowed = /^bot\/(config\/[a-z-]+|language|loopback|sign-in\/asker)\.ts$/;
    expect(strays('bot/app-package/', allowed)).toEqual([]);
    const makers = modules.filter(({ path }) => path.startsWith('bot/app-package/'));
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

describe('what has one place stays there', () => {
  // A module's own path, or the beginning that all of its importers share.
  test.each([
    ['restify', 'bot/http/server.ts'],
    ['@microsoft/teams-js', 'auth-page/teams.ts'],
    ['openid-client', 'bot/sign-in/'],
    ['@microsoft/teamsfx', 'bot/sign-in/sso/on-behalf-of.ts'],
    ['libsql', 'bot/store/sqlite'],
    ['ioredis', 'bot/store/redis'],
    ['rate-limiter-flexible', 'bot/store/'],
  ])('%s', (name, place) => {
    const found = importersOf(
      (target) => target === name || target.startsWith(`${name}/`),
      modules.filter(({ path }) => /^(bot|auth-page)\//.test(path)),
    );
    expect(found).not.toEqual([]);
    expect(found.filter((path) => !path.startsWith(place))).toEqual([]);
  });

  test('the service and its command line alone read the environment', () => {
    const readers = bot.filter(({ text }) => text.includes('process.env')).map(({ path }) => path);
    expect(readers.sort()).toEqual(['bot/cli.ts', 'bot/index.ts']);
  });

  test('no barrels: no module does nothing but hand on others', () => {
    const barrels = modules.filter(({ text }) => /^\s*export\s+(\*|\{[^}]*\})\s+from\b/m.test(text));
    expect(barrels.map(({ path }) => path)).toEqual([]);
  });
});
