import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BOT_ID, TENANTS } from '../../local/people.ts';
import { BOT_SCRIPT } from '../../local/stack.ts';
import { appSettings } from '../support/project/bicep.ts';
import { ROOT, read } from '../support/project/files.ts';
import { parseJsonc, readProject } from '../support/project/toolkit.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-settings-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Values that Azure or the Toolkit would set. */
const VALUES: Record<string, () => string> = {
  BASE_URL: () => 'https://latchkey.azurewebsites.net',
  BOT_ID: () => BOT_ID,
  BOT_PASSWORD: () => 'a-password',
  BOT_TENANT_ID: () => TENANTS.fabrikam,
  ALLOWED_TENANTS: () => TENANTS.contoso,
  STORE_URL: () => `sqlite:${join(folder, 'latchkey.db')}`,
  ENCRYPTION_KEYS: () => `k1:${Buffer.alloc(32, 7).toString('base64')}`,
  CONNECTIONS_FILE: () => join(ROOT, 'connections.teams.json'),
  AAD_APP_CLIENT_ID: () => '3f0b6a0c-8f5e-4b0e-9c7e-0d6d7d0b1a11',
  AAD_APP_CLIENT_SECRET: () => 'a-secret',
};

/** Expressions and references become an example, the rest stays. */
function valuesOf(settings: Iterable<readonly [string, string]>): Record<string, string> {
  return Object.fromEntries(
    [...settings].map(([name, written]) => [name, VALUES[name]?.() ?? written.replace(/^'(.*)'$/, '$1')]),
  );
}

/** Starts the built bot, or a script that starts it, with only these settings. @returns its output until it listened or
 * ended */
async function start(settings: Record<string, string>, args = [BOT_SCRIPT]): Promise<string> {
  const bot = spawn(process.execPath, args, {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  bot.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const ended = new Promise((resolve) => bot.once('close', resolve));
  for await (const line of createInterface({ input: bot.stdout })) {
    output += `${line}\n`;
    if (line.includes('listening')) break;
  }
  // Not SIGKILL: a script must pass the signal on to its bot.
  bot.kill('SIGTERM');
  await ended;
  return output;
}

test('the bot starts with the app settings of infra/azure.bicep and a managed identity, and listens', async () => {
  const settings = valuesOf(appSettings(read('infra/azure.bicep')));
  expect(settings.BOT_TYPE).toBe('UserAssignedMSI');
  expect(await start({ ...settings, PORT: '0' })).toContain('listening on port');
});

test('all of them are needed: without them the bot does not start, and names each', async () => {
  const settings = valuesOf(appSettings(read('infra/azure.bicep')));
  const { AAD_APP_CLIENT_ID, AAD_APP_CLIENT_SECRET, ...noClient } = settings;
  const { BASE_URL, BOT_ID, BOT_TENANT_ID, ENCRYPTION_KEYS, CONNECTIONS_FILE, ...rest } = settings;
  const [one, other] = [await start(noClient), await start(rest)];
  expect(['AAD_APP_CLIENT_ID', 'AAD_APP_CLIENT_SECRET'].filter((name) => !one.includes(name))).toEqual([]);
  const names = ['BASE_URL', 'BOT_ID', 'BOT_TENANT_ID', 'ENCRYPTION_KEYS', 'CONNECTIONS_FILE'];
  expect(names.filter((name) => !other.includes(`- ${name}`))).toEqual([]);
});

test('npm run dev:teamsfx starts the bot with the settings of F5, and adds the key that the Toolkit cannot create', async () => {
  const deploy = readProject('teamsapp.local.yml').deploy ?? [];
  const written = deploy.find(({ uses }) => uses === 'file/createOrUpdateEnvironmentFile')?.with.envs ?? {};
  const pairs = Object.entries(written).map(([name, value]) => [name, String(value)] as const);
  // The origin of a dev tunnel is https.
  const settings = { ...valuesOf(pairs), BASE_URL: 'https://abc-3978.euw.devtunnels.ms', PORT: '0' };
  const file = join(folder, '.localConfigs');
  // As the Toolkit writes it: without a final line end.
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  writeFileSync(file, lines.join('\n'));
  // Other tests run the built files, so they must not be built again now.
  const args = [join(ROOT, 'scripts/dev-teamsfx.mjs'), '.localConfigs', '--inspect', '0', '--no-build'];
  // The file overrides the terminal.
  const output = await start({ BASE_URL: 'not a URL' }, args);
  expect(output).toContain('Debugger listening');
  const { tasks } = parseJsonc(read('.vscode/tasks.json')) as { tasks: Task[] };
  const waited = tasks.find(({ label }) => label === 'Start application')?.problemMatcher?.background.endsPattern ?? '';
  expect(waited).toContain('listening on port 3978');
  expect(output).toMatch(new RegExp(waited.replace('3978', '\\d+').replace(/\|.*$/, '')));
  const ENCRYPTION_KEYS = expect.stringMatching(/^k1:[A-Za-z0-9+/]{43}=$/);
  expect(parseEnv(readFileSync(file, 'utf8'))).toEqual({ ...settings, ENCRYPTION_KEYS });
  // T61: the Toolkit left it readable to all users of this machine.
  expect(statSync(file).mode & 0o077).toBe(0);
});

interface Task {
  label: string;
  problemMatcher?: { background: { endsPattern: string } };
}
