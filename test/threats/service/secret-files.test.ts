import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { builtPath } from '../../../local/paths.ts';
import { TENANTS } from '../../../local/people.ts';
import { runScript } from '../../support/process/command.ts';
import {
  CONNECTION,
  SECRET,
  type Settings,
  type StartAttempts,
  startAttempts,
  WIKI_URL,
} from '../../support/process/start-attempt.ts';

interface LoadedConfig {
  config: {
    encryptionKeys: { key: Buffer }[];
    bot: { password: string };
    allowedTenants: Set<string>;
    connections: { signIn: Record<string, string>; source: Record<string, string> }[];
    outboundProxy: { authorization: string } | undefined;
  };
  warnings: string[];
}

let starts: StartAttempts;
let files = 0;
beforeAll(() => {
  starts = startAttempts();
});
afterAll(() => starts?.close());

function file(content: string | Buffer): string {
  const path = join(starts.folder, `sentinel-${++files}`);
  writeFileSync(path, content);
  return path;
}

/** The configuration of a successful start. */
async function load(change: Settings): Promise<LoadedConfig> {
  const { loadConfig } = (await import(builtPath('bot/connection.js'))) as { loadConfig(env: Settings): LoadedConfig };
  return loadConfig({ ...starts.good, ...change });
}

/** Refused with this problem only, and without the path and the content. */
async function refusal(change: Settings): Promise<string> {
  const { code, output } = await starts.read(change);
  expect([code, output]).toEqual([1, expect.stringMatching(/^Latchkey cannot start: 1 setting to fix\.\n.*\n$/)]);
  expect(output).not.toContain('sentinel');
  return String(output.split('\n')[1]).replace('  - ', '');
}

describe('a variable from a file', () => {
  test.each([
    ['a newline at the end', `${SECRET}\n`],
    ['as Windows ends lines', `${SECRET}\r\n`],
    ['a byte order mark', `\ufeff${SECRET}`],
    ['no line end', SECRET],
  ])('%s', async (_, content) => {
    const { config, warnings } = await load({
      BOT_PASSWORD_FILE: file(content),
      WIKI_CLIENT_SECRET: undefined,
      WIKI_CLIENT_SECRET_FILE: file(content),
    });
    expect([config.bot.password, config.connections[0]?.signIn.clientSecret]).toEqual([SECRET, SECRET]);
    expect(warnings.filter((warning) => warning.includes('_FILE'))).toEqual([]);
  });

  test('keys, tenants, addresses and the proxy, through a link as in Kubernetes; blanks and inner line ends stay', async () => {
    const keys = String(starts.good.ENCRYPTION_KEYS);
    const link = join(starts.folder, 'link');
    symlinkSync(file(`${keys}\n`), link);
    const { config } = await load({
      ENCRYPTION_KEYS: '',
      ENCRYPTION_KEYS_FILE: link,
      ALLOWED_TENANTS: undefined,
      ALLOWED_TENANTS_FILE: file(`${TENANTS.fabrikam}\n`),
      WIKI_URL: undefined,
      WIKI_URL_FILE: file(`${WIKI_URL}\n`),
      WIKI_CLIENT_SECRET: undefined,
      WIKI_CLIENT_SECRET_FILE: file('line 1\nline 2 \n\n'),
      HTTPS_PROXY_FILE: file('http://ada:secret@proxy.example:3128\n'),
    });
    expect(config.encryptionKeys[0]?.key.toString('base64')).toBe(keys.replace('k1:', ''));
    expect([...config.allowedTenants]).toEqual([TENANTS.fabrikam]);
    expect(config.connections[0]?.source.url).toBe(WIKI_URL);
    expect(config.connections[0]?.signIn.clientSecret).toBe('line 1\nline 2 ');
    expect(config.outboundProxy?.authorization).toBe(`Basic ${Buffer.from('ada:secret').toString('base64')}`);
  });

  test('names that end in _FILE keep their own meaning, also in connections.json', async () => {
    const tokenFile = {
      type: 'tokenFile',
      file: '${AZURE_FEDERATED_TOKEN_FILE}',
    };
    const { clientSecret: _, ...signIn } = CONNECTION.signIn;
    const entry = { ...CONNECTION, title: '${CONNECTIONS}', signIn: { ...signIn, federatedCredential: tokenFile } };
    const change = { AZURE_FEDERATED_TOKEN_FILE: '/var/run/secrets/token' };
    const problem = await refusal({ ...change, CONNECTIONS_FILE: starts.connectionsFile({ connections: [entry] }) });
    // CONNECTIONS_FILE is not the file of a variable CONNECTIONS.
    expect(problem).toMatch(/names \$\{CONNECTIONS\}, which the environment does not set$/);
    const fine = { ...entry, title: 'Wiki' };
    const { config } = await load({ ...change, CONNECTIONS_FILE: starts.connectionsFile({ connections: [fine] }) });
    expect(config.connections[0]?.signIn.federatedCredential).toMatchObject({ file: '/var/run/secrets/token' });
  });

  test('the bot and the command line start with it', async () => {
    const change = {
      WIKI_CLIENT_SECRET: undefined,
      WIKI_CLIENT_SECRET_FILE: file(`${SECRET}\n`),
      PORT_FILE: file('0'),
    };
    const env = { ...starts.good, PORT: undefined, ...change };
    await starts.untilStore(env);
    const listed = await runScript(builtPath('bot/cli.js'), ['connections', 'list'], { cwd: starts.folder, env });
    expect([listed.code, listed.stdout]).toEqual([0, expect.stringContaining('wiki')]);
  });
});

describe('T72: the message about an unusable file names its variable, never its path or content', () => {
  const unusable: [string, () => string, RegExp][] = [
    ['that is not there', () => join(starts.folder, 'sentinel-missing'), /cannot be read \(ENOENT\)$/],
    ['the secret in the place of the path', () => SECRET, /cannot be read \(ENOENT\)$/],
    ['empty', () => file(''), /names an empty file$/],
    ['of newlines alone', () => file('\n\r\n'), /names an empty file$/],
    ['a folder', () => folder(), /names something that is not a file$/],
    ['a device', () => '/dev/zero', /names something that is not a file$/],
    ['too large', () => file(`sentinel${'x'.repeat(64 * 1024)}`), /larger than 64 KB$/],
    ['in UTF-16', () => file(Buffer.from(SECRET, 'utf16le')), /is not text in UTF-8$/],
    ['in Latin-1', () => file(Buffer.from('sentinel-ü', 'latin1')), /is not text in UTF-8$/],
  ];
  function folder(): string {
    const path = join(starts.folder, `sentinel-folder-${++files}`);
    mkdirSync(path);
    return path;
  }

  test.each(unusable)('%s', async (_, path, fault) => {
    const own = await refusal({ ENCRYPTION_KEYS: undefined, ENCRYPTION_KEYS_FILE: path() });
    expect(own).toMatch(/^ENCRYPTION_KEYS: ENCRYPTION_KEYS_FILE names /);
    expect(own).toMatch(fault);
    const named = await refusal({ WIKI_CLIENT_SECRET: undefined, WIKI_CLIENT_SECRET_FILE: path() });
    expect(named).toMatch(/^CONNECTIONS_FILE \(.*\): WIKI_CLIENT_SECRET: WIKI_CLIENT_SECRET_FILE names /);
    expect(named).toMatch(fault);
  });

  test('both the variable and its file: the message names both', async () => {
    const path = file(SECRET);
    expect(await refusal({ BOT_PASSWORD: SECRET, BOT_PASSWORD_FILE: path })).toBe(
      'BOT_PASSWORD and BOT_PASSWORD_FILE are both set: remove one',
    );
    expect(await refusal({ WIKI_CLIENT_SECRET_FILE: path })).toMatch(
      /: WIKI_CLIENT_SECRET and WIKI_CLIENT_SECRET_FILE are both set: remove one$/,
    );
  });

  test('a bad value in a file is a problem of its variable', async () => {
    expect(await refusal({ PORT: undefined, PORT_FILE: file('sentinel') })).toMatch(/^PORT must be a whole number/);
    expect(await refusal({ HTTPS_PROXY_FILE: file('socks5://sentinel') })).toMatch(/^HTTPS_PROXY must be /);
  });

  test('a misspelt name gets a suggestion', async () => {
    const { warnings } = await load({ ENCRYPTION_KEY_FILE: file(SECRET) });
    expect(warnings).toContain('ENCRYPTION_KEY_FILE is not a variable of Latchkey: did you mean ENCRYPTION_KEYS_FILE?');
  });
});
