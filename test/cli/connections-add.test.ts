import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { builtPath } from '../../local/paths.ts';
import { runScript } from '../support/process/command.ts';

const CLI = builtPath('bot/cli.js');
const SITE = 'https://contoso.atlassian.net';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-add-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = () => join(folder, 'connections.json');
const written = () => JSON.parse(readFileSync(file(), 'utf8'));
const writtenIds = (): string[] => written().connections.map(({ id }: { id: string }) => id);
const latchkey = (args: string[], { input = '', env = {} }: { input?: string; env?: Record<string, string> } = {}) =>
  runScript(CLI, ['connections', ...args], {
    cwd: folder,
    env: { CONNECTIONS_FILE: file(), BASE_URL: 'https://latchkey.contoso.com', ...env },
    input,
  });

const known = ['--id', 'jira', '--value', `site=${SITE}`, '--value', 'clientId=abc'];

describe('connections add', () => {
  test('asks for missing values, corrects mistakes, and writes no secret', async () => {
    const answers = ['jira-clod', 'jira-cloud', '', 'contoso', `${SITE}/`, ''];
    const { code, stdout, stderr } = await latchkey(['add'], { input: answers.map((each) => `${each}\n`).join('') });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain('did you mean jira-cloud?');
    expect(stderr).toContain('site must be a URL');
    expect(stderr).toContain('enter the callback URL https://latchkey.contoso.com/auth/callback/jira');
    expect(written()).toEqual({
      $schema: './connections.schema.json',
      connections: [
        {
          id: 'jira',
          preset: 'jira-cloud',
          site: SITE,
          clientId: '${JIRA_CLIENT_ID}',
          clientSecret: '${JIRA_CLIENT_SECRET}',
        },
      ],
    });
    expect(stdout).toMatch(/JIRA_CLIENT_SECRET=.*\n/);
    expect(stdout).toContain('connections try jira');
  });

  test('reads all values from its command line, and reports as JSON', async () => {
    const args = ['add', 'jira-cloud', '--id', 'it', '--value', `site=${SITE}`, '--value', 'clientId=abc', '--json'];
    const { code, stdout } = await latchkey(args, { env: { IT_CLIENT_SECRET: 'do-not-show' } });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      file: file(),
      entry: { id: 'it', clientId: 'abc', clientSecret: '${IT_CLIENT_SECRET}' },
      redirectUri: 'https://latchkey.contoso.com/auth/callback/it',
      variables: [{ name: 'IT_CLIENT_SECRET', isSet: true }],
    });
    expect(stdout).not.toContain('do-not-show');
  });

  test('leaves the rest of the file unchanged, and chooses a free id', async () => {
    const before = '{\n   "connections": [\n      { "id": "jira",   "title": "Old" }\n   ]\n}\n';
    writeFileSync(file(), before, { mode: 0o640 });
    const { code } = await latchkey(['add', 'jira-cloud', '--value', 'clientId=abc'], { input: `\n${SITE}\n` });
    expect(code).toBe(0);
    expect(writtenIds()).toEqual(['jira', 'jira-2']);
    expect(readFileSync(file(), 'utf8')).toContain('      { "id": "jira",   "title": "Old" }');
    expect(statSync(file()).mode & 0o777).toBe(0o640);
  });

  test('the user and the group of the service can read and write the file as before', async () => {
    const isRoot = process.getuid?.() === 0;
    writeFileSync(file(), '{ "connections": [] }');
    chmodSync(file(), 0o660);
    if (isRoot) chownSync(file(), 4711, 4712);
    const { uid, gid } = statSync(file());
    expect(await latchkey(['add', 'jira-cloud', ...known])).toMatchObject({ code: 0 });
    const after = statSync(file());
    expect([after.uid, after.gid, after.mode & 0o777]).toEqual([uid, gid, 0o660]);
  });

  test('another connection has the title: the command chooses a free one', async () => {
    for (const [preset, id] of [
      ['jira-cloud', 'one'],
      ['jira-data-center', 'two'],
      ['jira-data-center', 'three'],
    ] as const) {
      expect(await latchkey(['add', preset, '--id', id, ...known.slice(2)])).toMatchObject({ code: 0 });
    }
    const titles = written().connections.map(({ title }: { title?: string }) => title);
    expect(titles).toEqual([undefined, 'Jira Data Center', 'Jira 2']);
  });

  test('a symbolic link stays, and its target gets the entry', async () => {
    writeFileSync(join(folder, 'real.json'), '{ "connections": [] }');
    symlinkSync(join(folder, 'real.json'), file());
    expect(await latchkey(['add', 'jira-cloud', ...known])).toMatchObject({ code: 0 });
    expect(lstatSync(file()).isSymbolicLink()).toBe(true);
    expect(JSON.parse(readFileSync(join(folder, 'real.json'), 'utf8')).connections).toHaveLength(1);
    expect(readdirSync(folder).toSorted()).toEqual(['connections.json', 'real.json']);
  });

  test('several commands at once: no entry is lost', async () => {
    const ids = ['one', 'two', 'three', 'four'];
    const add = (id: string) => latchkey(['add', 'jira-cloud', '--id', id, ...known.slice(2)]);
    const results = await Promise.all(ids.map(add));
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(writtenIds().toSorted()).toEqual(ids.toSorted());
  });

  test('a lock that stays: the command says which file to remove, and changes nothing', async () => {
    writeFileSync(`${file()}.lock`, '');
    const { code, stderr } = await latchkey(['add', 'jira-cloud', ...known]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`remove ${file()}.lock`) });
    expect(existsSync(file())).toBe(false);
  });

  test.each(['{}', '{ "connections": [] }', '\uFEFF{ "$schema": "x", "connections": [] }\n'])(
    'starts from %j',
    async (text) => {
      writeFileSync(file(), text);
      expect(await latchkey(['add', 'jira-cloud', ...known])).toMatchObject({ code: 0 });
      expect(written().connections).toHaveLength(1);
    },
  );

  test.each<[string, string[], string, number, string]>([
    ['a file with an error', ['add', 'jira-cloud', ...known], '{ "connections": [', 1, 'is not JSON: line 1'],
    ['a file of another form', ['add', 'jira-cloud', ...known], '{ "connections": {} }', 1, 'is not { "connections"'],
    [
      'an id that is there',
      ['add', 'jira-cloud', ...known],
      '{ "connections": [{ "id": "jira" }] }',
      2,
      'already has a connection jira',
    ],
    ['a part of a name', ['add', 'jira'], '{}', 2, 'did you mean jira-cloud or jira-data-center?'],
    ['a preset that does not exist', ['add', 'jira-clod'], '{}', 2, 'did you mean jira-cloud?'],
    ['an unknown value', ['add', 'jira-cloud', '--value', 'sight=x'], '{}', 2, 'no value "sight", but site, clientId'],
    ['a value without a name', ['add', 'jira-cloud', '--value', SITE], '{}', 2, 'name=value'],
    ['a bad value', ['add', 'jira-cloud', '--id', 'jira', '--value', 'site=contoso'], '{}', 2, 'site must be a URL'],
    [
      'a secret',
      ['add', 'jira-cloud', ...known, '--value', 'clientSecret=abc123'],
      '{}',
      2,
      'write ${JIRA_CLIENT_SECRET}',
    ],
    ['answers that end', ['add', 'jira-cloud', '--id', 'jira'], '{}', 2, 'the input ended'],
    ['two presets', ['add', 'jira-cloud', 'slack'], '{}', 2, 'does not accept "slack"'],
  ])('%s: the command says what to do, and changes nothing', async (_, args, text, code, expected) => {
    writeFileSync(file(), text);
    const result = await latchkey(args);
    expect({ code: result.code, stdout: result.stdout }).toEqual({ code, stdout: '' });
    expect(result.stderr).toContain(expected);
    expect(result.stderr).not.toContain('abc123');
    expect(readFileSync(file(), 'utf8')).toBe(text);
  });
});

describe('connections show', () => {
  test('prints the entry in full, with its variables, as an entry that the bot accepts', async () => {
    const entry = {
      id: 'jira',
      preset: 'jira-cloud',
      site: '${JIRA_SITE}',
      clientId: 'abc',
      clientSecret: '${JIRA_CLIENT_SECRET}',
      source: { recent: null },
    };
    writeFileSync(file(), JSON.stringify({ connections: [entry] }));
    const { code, stdout } = await latchkey(['show', 'jira'], { env: { JIRA_CLIENT_SECRET: 'do-not-show' } });
    expect(code).toBe(0);
    const full = JSON.parse(stdout);
    expect(full).toMatchObject({
      id: 'jira',
      title: 'Jira',
      signIn: { clientSecret: '${JIRA_CLIENT_SECRET}', site: { only: '${JIRA_SITE}' } },
      source: { fields: { url: '${JIRA_SITE}/browse/{/key}' } },
    });
    expect(full).not.toHaveProperty('preset');
    expect(full.source).not.toHaveProperty('recent');
  });

  test.each([
    ['an unknown id', '{ "connections": [{ "id": "wiki" }] }'],
    ['a missing file', undefined],
  ])('%s: the command says that there is no such connection', async (_, text) => {
    if (text !== undefined) writeFileSync(file(), text);
    const missing = await latchkey(['show', 'jira']);
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('no connection "jira"') });
    expect(existsSync(file())).toBe(text !== undefined);
  });
});
