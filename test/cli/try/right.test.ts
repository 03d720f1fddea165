import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePorts } from '../../../local/processes.ts';
import { type Base, leaked, useTryWorld } from './try-world.ts';

const world = useTryWorld();

const BOT = {
  BOT_ID: '33333333-cccc-4ccc-8ccc-333333333333',
  BOT_TYPE: 'MultiTenant',
  BOT_PASSWORD: 'a-password-of-the-bot',
};

describe('a correct connection', () => {
  test.each<[Base]>([['plain'], ['jira'], ['oidc']])('%s: the command ends with 0 and has no finding', async (base) => {
    const tried = await world.run(world.entry(base), { person: 'ada' });
    expect(tried.report?.findings).toEqual([]);
    expect(tried.code).toBe(0);
    expect(leaked(tried)).toEqual([]);
  });

  test('the report shows the requests, the findings of each setting, and the first card', async () => {
    const tried = await world.run(world.entry('plain'), { person: 'ada', json: false });
    expect([tried.code, leaked(tried)]).toEqual([0, []]);
    expect(tried.stdout).toMatch(/^plain {2}Contoso pages\n {2}Signed in as ada; scopes: wiki\.read; /);
    expect(tried.stdout).toMatch(
      / {2}search: GET http:\/\/localhost:\d+\/v2\/search\/island\?offset=0&limit=5&tenant=contoso\n/,
    );
    expect(tried.stdout).toMatch(/ {4}answer {3}200, \d+ bytes, \d+ ms\n/);
    expect(tried.stdout).toMatch(/source\.fields\.title +\/names\/0\/text +Island 1 \| Island 2 \| Island 3\n/);
    expect(tried.stdout).toContain('\n  An «island», number 1, in the sea.\n  status: In progress\n');
    expect(tried.stdout).toMatch(/\n\nThe connection works\.\n$/);
  });

  test('the command revokes the tokens of the try', async () => {
    const before = world.services.plain.requests('revocation').ok;
    const { report, secrets } = await world.examine(world.entry('plain'), { person: 'ada' });
    expect(report?.notes).toContain('The tokens of this try were revoked');
    expect(world.services.plain.requests('revocation').ok).toBe(before + 2);
    expect(secrets.filter((each) => world.services.plain.isGood(each))).toEqual([]);
  });

  test('a mistake ends the command with 1, and the report names the setting and the fix', async () => {
    const entry = world.entry('plain');
    entry.source.fields.title = '/name';
    const { code, stdout } = await world.run(entry, { person: 'ada', json: false });
    expect(code).toBe(1);
    expect(stdout).toMatch(/ {2}FAULT {4}pointer-finds-nothing: source\.fields\.title\n {4}saw .*\n {4}fix .*\/names/);
    expect(stdout).toMatch(/\n1 fault\.\n$/);
  });

  test('a person refuses at the provider: the finding says so, and the command does not search', async () => {
    const { code, report } = await world.examine(world.entry('plain'), {
      person: 'ada',
      atCallback: (url) => fetch(url.replace(/code=[^&]+/, 'error=access_denied')),
    });
    expect([code, report?.findings]).toEqual([1, [expect.objectContaining({ id: 'sign-in-refused' })]]);
    expect(report?.requests.filter(({ step }) => step === 'search')).toEqual([]);
  });

  test('the command skips a gate, and the report says so', async () => {
    const entry = world.entry('plain');
    const authority = world.services.plain.url;
    entry.signIn.gate = { type: 'entra', authority, clientId: 'gate', clientSecret: 'secret-of-the-gate' };
    const tried = await world.examine(entry, { person: 'ada' });
    expect([tried.code, tried.report?.notes]).toEqual([
      0,
      expect.arrayContaining([expect.stringContaining('(gate) was skipped')]),
    ]);
  });
});

describe('a token instead of a sign-in', () => {
  const TOKEN = 'token-of-the-operator';
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-try-token-'));
    writeFileSync(join(folder, 'token'), `${TOKEN}\n`);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ['LATCHKEY_TOKEN', () => ({ env: { LATCHKEY_TOKEN: TOKEN } })],
    ['--token-file', () => ({ args: ['--token-file', join(folder, 'token')] })],
    ['--token-file with the standard input', () => ({ args: ['--token-file', '-'], typed: TOKEN })],
    ['--token', () => ({ args: ['--token', TOKEN] })],
  ])('%s: no person signs in, and the command does not print the token', async (_, options) => {
    const tried = await world.run(world.entry('plain'), options());
    expect([tried.code, tried.report?.findings, tried.stderr]).toEqual([0, [], '']);
    expect(tried.secrets).toContain(TOKEN);
    expect(leaked(tried)).toEqual([]);
  });

  test('the help of --token says that other users of the machine can see it', async () => {
    const { report } = await world.examine(world.entry('plain'), { args: ['--token', TOKEN] });
    expect(report?.notes.join()).toContain('Other processes on this machine can see --token');
  });

  test('the command finds the site with the token, as after a sign-in', async () => {
    const { secrets } = await world.examine(world.entry('jira'), { person: 'ada' });
    const token = secrets.find((secret) => world.services.jira.isGood(secret));
    if (!token) throw new Error('there is no token');
    const tried = await world.examine(world.entry('jira'), { env: { LATCHKEY_TOKEN: token } });
    expect([tried.code, tried.report?.findings]).toEqual([0, []]);
  });

  test.each(['tokenService', 'teamsSso'])('%s needs it', async (type) => {
    const entry = world.entry('plain');
    entry.signIn =
      type === 'tokenService'
        ? { type, connectionName: 'tickets' }
        : {
            type,
            clientId: 'latchkey',
            clientSecret: 'secret-of-the-sso',
            resource: 'api://latchkey',
            scopes: ['openid'],
          };
    const { code, stderr } = await world.run(entry, { env: BOT });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/LATCHKEY_TOKEN or --token-file/)]);
    const tried = await world.run(entry, { env: { ...BOT, LATCHKEY_TOKEN: TOKEN } });
    expect([tried.code, tried.report?.findings]).toEqual([0, []]);
  });
});

describe('the redirect back to this machine', () => {
  test('another port, which the command says to register', async () => {
    const [port] = await freePorts(1);
    const { stderr, report } = await world.examine(world.entry('plain'), {
      args: ['--port', String(port), '--wait', '1'],
    });
    const uri = `http://localhost:${port}/auth/callback/plain`;
    expect(stderr).toBe('');
    expect(report?.findings).toMatchObject([
      { field: 'redirect URI', fix: expect.stringContaining(`exactly ${uri} `) },
    ]);
  });

  test('BASE_URL is public: the browser returns to this machine, and the command says which redirect URI to register', async () => {
    const env = { BASE_URL: 'https://latchkey.example.com', ...BOT };
    const entry = publicEntry();
    const [port] = await freePorts(1);
    const { stderr } = await world.examine(entry, { env, args: ['--wait', '1', '--port', String(port)] });
    expect(stderr).toContain(`http://localhost:${port}/auth/callback/plain\nRegister it at the provider`);
    expect(stderr).toMatch(/does not reach browsers\.invalid \(E\w+\)\. Your browser may\./);
  });

  test('--paste: the person types the final address of the browser, after any other input', async () => {
    const tried = await world.run(world.entry('plain'), {
      person: 'ada',
      args: ['--paste'],
      type: (url) => `something else\n${url.replace(/state=[^&]+/, 'state=of-another')}\n${url}\n`,
    });
    expect([tried.code, tried.report?.findings]).toEqual([0, []]);
    expect(tried.stderr.match(/That is not the address/g)).toHaveLength(2);
    expect(leaked(tried)).toEqual([]);
  });

  test('the port is in use: the command says to stop the bot', async () => {
    const bot = createServer().listen(world.port, '127.0.0.1');
    try {
      const { code, stderr } = await world.run(world.entry('plain'));
      expect([code, stderr]).toEqual([2, expect.stringMatching(/is in use: stop the bot while you try, or .*--port/)]);
    } finally {
      await new Promise((resolve) => bot.close(resolve));
    }
  });
});

/** The address of its provider does not resolve. */
function publicEntry() {
  const host = 'https://nobody.invalid';
  const entry = world.entry('plain');
  const moved = JSON.parse(JSON.stringify(entry).replaceAll(/http:\/\/localhost:\d+/g, host)) as typeof entry;
  // This machine may reach only the token endpoint. The browser may reach both.
  Object.assign(moved.signIn, { authorizationUrl: 'https://browsers.invalid/authorize' });
  return moved;
}

describe('an invalid command line ends with 2', () => {
  test.each([
    ['without a connection', ['connections', 'try', '--query', 'x'], /"connections try" needs <id>/],
    [
      'an option of another command',
      ['connections', 'try', 'plain', '--query', 'x', '--idle-days', '3'],
      /does not accept --idle-days/,
    ],
    ['more than one connection', ['connections', 'try', 'plain', 'jira', '--query', 'x'], /does not accept "jira"/],
  ])('%s', async (_, args, message) => {
    const { code, stderr, stdout } = await world.run(world.entry('plain'), { command: args, json: false });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  test.each([
    ['without a query', ['--query', ' '], /needs --query/],
    ['two ways back', ['--paste', '--port', '1'], /--paste or --port, not both/],
    ['two tokens', ['--token', 'a', '--token-file', 'b'], /not both/],
    ['a token with a line break', ['--token', 'one\ntwo'], /one access token/],
    ['a file that is not there', ['--token-file', '/nowhere/token'], /cannot be read \(ENOENT\)/],
    ['a port that is none', ['--port', '0'], /must be a port/],
    ['a wait that is none', ['--wait', 'long'], /number of seconds/],
  ])('%s', async (_, args, message) => {
    await expect(world.examine(world.entry('plain'), { args })).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringMatching(message),
    });
  });

  test('an unknown connection: the command lists the existing ones', async () => {
    const command = ['connections', 'try', 'wiki', '--query', 'x'];
    const { code, stderr } = await world.run(world.entry('plain'), { command, json: false });
    expect([code, stderr]).toEqual([2, expect.stringContaining('there is no connection "wiki"; there are plain')]);
  });
});
