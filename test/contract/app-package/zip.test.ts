import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { zip } from '../../../scripts/package/zip.ts';
import type { CommandResult } from '../../support/process/command.ts';
import { AppProject, SETTINGS } from '../../support/project/app-project.ts';

const VALIDATOR = join(import.meta.dirname, '../../support/project/validate-manifest.mjs');
const project = new AppProject();
beforeEach(() => project.reset());
afterAll(() => project.remove());

const LANGUAGE_FILES = ['ar', 'de', 'es', 'fr', 'hi', 'ja', 'pt', 'uk', 'zh-cn'].map((tag) => `${tag}.json`);

function errorsOf(manifest: unknown): string[] {
  return JSON.parse(execFileSync(process.execPath, [VALIDATOR], { input: JSON.stringify(manifest), encoding: 'utf8' }));
}

describe('what npm run package builds of the example', () => {
  const secret = 'do-not-tell';
  let result: CommandResult;
  let files: Record<string, Uint8Array>;
  let sha256: string;
  beforeAll(async () => {
    const env = { TZ: 'UTC', WIKI_CLIENT_SECRET: secret, BOT_PASSWORD: secret, WIKI_SCOPE: secret };
    result = await project.package([], env);
    [files, sha256] = [project.unzip(), createHash('sha256').update(project.zip()).digest('hex')];
  });

  test('a zip of the manifest, two icons and the languages; the command lists its contents', () => {
    const { code, stdout, stderr } = result;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(Object.keys(files)).toEqual([...LANGUAGE_FILES, 'manifest.json', 'color.png', 'outline.png'].sort());
    for (const name of Object.keys(files)) expect(stdout).toContain(name);
    const told = [SETTINGS.TEAMS_APP_ID, SETTINGS.BOT_ID, SETTINGS.WIKI_CLIENT_ID, 'insertWiki', 'signOut'];
    for (const text of [...told, 'wiki.contoso.example', 'latchkey.contoso.example']) expect(stdout).toContain(text);
    expect(stdout).toContain(sha256);
  });

  test('passes Microsoft’s own validation', () => {
    const manifest = JSON.parse(Buffer.from(files['manifest.json'] ?? []).toString('utf8'));
    expect(manifest.manifestVersion).toBe('1.30');
    expect(errorsOf(manifest)).toEqual([]);
    expect(errorsOf({ ...manifest, id: 'no GUID' })).toEqual([expect.stringContaining('/id must match pattern')]);
  });

  test('no variable and no secret is left in the zip', () => {
    const inside = Object.values(files).map((file) => Buffer.from(file).toString('latin1'));
    expect(inside.filter((text) => text.includes('${') || text.includes(secret))).toEqual([]);
    expect(result.stdout + result.stderr).not.toContain(secret);
  });

  test('the same input makes the same bytes, at any time and in every time zone', async () => {
    expect((await project.packageJson([], { TZ: 'Pacific/Kiritimati' })).sha256).toBe(sha256);
    project.edit('appPackage/manifest.json', (manifest) => ({ ...manifest, version: '1.0.1' }));
    expect((await project.packageJson()).sha256).not.toBe(sha256);
  });
});

describe('npm run package', () => {
  test('makes the same bytes on every Node', () => {
    const text = Buffer.from('the quick brown fox jumps over the lazy dog, again and again. '.repeat(99));
    const bytes = zip(
      new Map([
        ['b.json', text],
        ['a.json', Buffer.from('{}')],
      ]),
    );
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(GOLDEN);
  });

  test('the process’s environment overrides the files, and the user’s file overrides the shared one', async () => {
    project.write('env/.env.dev.user', `BOT_ID=44444444-4444-4444-8444-444444444444\nTEAMS_APP_ID="x"\n`);
    const TEAMS_APP_ID = '55555555-5555-4555-8555-555555555555';
    const { ids } = await project.packageJson([], { TEAMS_APP_ID });
    expect(ids).toEqual({
      app: TEAMS_APP_ID,
      bot: '44444444-4444-4444-8444-444444444444',
      signIn: SETTINGS.WIKI_CLIENT_ID,
    });
  });

  test('BOT_DOMAIN of the Toolkit replaces a missing BASE_URL', async () => {
    const { BASE_URL: _, ...others } = SETTINGS;
    project.setEnvironment('dev', { ...others, BOT_DOMAIN: 'app.contoso.example' });
    expect((await project.packageJson()).validDomains).toEqual(['app.contoso.example']);
  });

  test('names every missing variable and where to set it, and builds no package', async () => {
    project.write('appPackage/build/latchkey.dev.zip', 'built before');
    project.setEnvironment('dev', { APP_NAME_SUFFIX: '' });
    const { code, stdout, stderr } = await project.package();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    for (const name of Object.keys(SETTINGS).filter((name) => name !== 'APP_NAME_SUFFIX'))
      expect(stderr).toContain(name);
    expect(stderr).toContain('env/.env.dev');
    expect(stderr).not.toMatch(/APP_NAME_SUFFIX|CLIENT_SECRET|WIKI_SCOPE/);
    // An earlier package must not remain either: a person could upload it by mistake.
    expect(project.hasZip()).toBe(false);
  });

  test.each([
    ['connections.json', '{ "connections": [{ "clientSecret": do-not-tell'],
    ['appPackage/manifest.json', '{ "id": do-not-tell'],
  ])('T72: for a %s that is not JSON it says only that', async (path, text) => {
    project.write(path, text);
    const { code, stdout, stderr } = await project.package();
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(`${path} is not`),
    });
    expect(stderr).not.toContain('do-');
  });

  test.each([
    [['--env'], 'argument'],
    [['--environment', 'dev'], '--environment'],
    [['--env', '../dev'], '--env must contain only letters'],
    [['dev'], 'dev'],
  ])('%j is an invalid command line', async (args, message) => {
    const { code, stderr } = await project.package(args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
  });

  test('--help explains how to use it', async () => {
    const { code, stdout } = await project.package(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('npm run package [-- --env <name>]');
  });
});

describe('npm run package refuses', () => {
  const PNG = (width: number, height: number) => {
    const png = Buffer.alloc(33);
    Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').copy(png);
    png.writeUInt32BE(width, 16);
    png.writeUInt32BE(height, 20);
    return png;
  };
  const manifest = (change: object) => () =>
    project.edit('appPackage/manifest.json', (whole) => ({ ...whole, ...change }));
  const german = (change: object) => () =>
    project.edit('appPackage/de.json', (messages) => ({ ...messages, ...change }));
  const [written, gone] = [
    (path: string, content: unknown) => () => project.write(path, content),
    (path: string) => () => rmSync(join(project.folder, path), { recursive: true }),
  ];

  test.each<[string, () => void, string, string]>([
    ['without connections.json', gone('connections.json'), 'connections.missing', 'cp connections.example.json'],
    ['connections that are none', written('connections.json', {}), 'connections.file', 'connections.json: connections'],
    ['without appPackage', gone('appPackage'), 'template.missing', 'manifest.json'],
    ['a schema that is not known', manifest({ manifestVersion: '9.9' }), 'schema.unknown', '9.9'],
    ['a version that is a path', manifest({ manifestVersion: '../../..' }), 'schema.unknown', '../../..'],
  ])('%s', async (_, breakIt, code, message) => {
    breakIt();
    const { problems } = await project.packageJson();
    expect(problems).toContainEqual(expect.objectContaining({ code, level: 'error' }));
    expect(JSON.stringify(problems)).toContain(message);
    expect(project.hasZip()).toBe(false);
  });

  test('several mistakes at once, and names each', async () => {
    written('connections.json', '{')();
    written('appPackage/fr.json', '')();
    gone('appPackage/uk.json')();
    manifest({ surprise: true, name: { short: 'L', full: 'x'.repeat(101) } })();
    german({ 'description.short': 'x'.repeat(81), 'description.long': 'x' })();
    written('appPackage/color.png', PNG(96, 192))();
    gone('appPackage/outline.png')();
    const { problems = [] } = await project.packageJson();
    const told = (code: string, message: string) =>
      problems.filter(({ code: is, what: subject }) => is === code && subject.includes(message));
    for (const [code, message] of [
      ['file.json', 'connections.json'],
      ['file.json', 'appPackage/fr.json'],
      ['language.missing', 'uk.json'],
      ['language.stray', 'description.long'],
      ['schema', 'surprise'],
      ['schema', 'manifest.json: /name/full'],
      ['schema', 'de.json: /description.short'],
      ['icon', 'color.png) is 96 × 192 pixels'],
      ['icon', 'outline.png) is missing'],
    ] as const) {
      expect([code, message, told(code, message).length]).toEqual([code, message, 1]);
    }
    expect(project.hasZip()).toBe(false);
  });

  test('icons that are not valid, or from elsewhere', async () => {
    manifest({ icons: { color: 'color.png', outline: '../env/.env.dev' } })();
    written('appPackage/color.png', 'GIF89a')();
    const { problems } = await project.packageJson();
    expect(problems?.map(({ what: subject }) => subject)).toEqual([
      expect.stringContaining('is not a PNG'),
      expect.stringContaining('not a file in appPackage'),
    ]);
  });

  test('an environment that does not exist, and says so', async () => {
    const { code, stderr } = await project.package(['--env', 'staging']);
    expect(code).toBe(1);
    expect(stderr).toContain('env/.env.staging is missing');
  });
});

describe('npm run package -- --env local', () => {
  test('packages a bot behind a tunnel, and says so', async () => {
    project.setEnvironment('local', { ...SETTINGS, BASE_URL: '', BOT_ENDPOINT: 'https://abc-3978.euw.devtunnels.ms' });
    const { validDomains, warnings } = await project.packageJson(['--env', 'local']);
    expect(validDomains).toEqual(['abc-3978.euw.devtunnels.ms']);
    expect(warnings.map(({ code }) => code)).toEqual(['domain.tunnel']);
    expect(project.hasZip('local')).toBe(true);
  });

  test('packages a bot on this machine, with a wiki on it, and says that Teams cannot reach it', async () => {
    const here = { BASE_URL: 'http://localhost:3978', WIKI_URL: 'http://localhost:3983' };
    project.setEnvironment('local', { ...SETTINGS, ...here });
    const { validDomains, linkDomains, warnings } = await project.packageJson(['--env', 'local']);
    expect({ validDomains, linkDomains }).toEqual({ validDomains: ['localhost:3978'], linkDomains: [] });
    expect(warnings.map(({ code }) => code)).toEqual(['domain.loopback', 'domain.loopback']);
  });
});

/** Of the two files above. */
const GOLDEN = '6a126bb45045bb63fb6df7b85b30fb4dc26d8187318f620dddc7e06f0dc6a492';
