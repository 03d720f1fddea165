import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { builtPath } from '../../local/paths.ts';
import { built, good, shell } from '../support/process/shell.ts';
import { ROOT } from '../support/project/files.ts';
import { blocksOf, PAGES } from '../support/project/markdown.ts';

const blocks = PAGES.flatMap(blocksOf);
const blockWith = (message: string) => {
  const found = blocks.find(({ text }) => text.includes(message));
  if (!found) throw new Error(`No block with ${message}`);
  return found.text;
};
const folder = mkdtempSync(join(tmpdir(), 'latchkey-by-hand-'));
const inFolder = { cwd: folder, env: {} };
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The values that the portals and the commands give people for the placeholders of the pages. */
const FILLED: Record<string, string> = {
  BOT_PASSWORD: 'x7Q~q1w2e3r4t5z6u7i8o9p0',
  ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
  WIKI_CLIENT_ID: '33333333-3333-4333-8333-333333333333',
  WIKI_CLIENT_SECRET: 'y7Q~q1w2e3r4t5z6u7i8o9p0',
  WIKI_SCOPE: 'api://wiki/wiki.read',
};

function fill(text: string, values: Record<string, string>): string {
  return Object.entries(values).reduce(
    (filled, [name, value]) => filled.replace(new RegExp(`^${name}=.*$`, 'm'), () => `${name}=${value}`),
    text,
  );
}

test('a project set up by the manual steps of docs/TEAMS.md passes the doctor without faults', async () => {
  for (const path of ['appPackage', 'env', 'aad.manifest.json']) {
    cpSync(join(ROOT, path), join(folder, path), { recursive: true, filter: (from) => !from.endsWith('/build') });
  }
  cpSync(join(ROOT, 'connections.example.json'), join(folder, 'connections.json'));
  const settings = fill(blockWith('BASE_URL=https://latchkey.example.com\n'), FILLED);
  writeFileSync(join(folder, 'latchkey.env'), settings);
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(settings)?.[1] ?? '';

  const env = fill(readFileSync(join(folder, 'env/.env.dev'), 'utf8'), {
    DEVELOPER_NAME: 'Contoso',
    DEVELOPER_WEBSITE_URL: 'https://contoso.example/help',
    DEVELOPER_PRIVACY_URL: 'https://contoso.example/privacy',
    DEVELOPER_TERMS_URL: 'https://contoso.example/terms',
    BOT_ID: value('BOT_ID'),
    BOT_DOMAIN: 'latchkey.example.com',
    CONNECTIONS_FILE: './connections.json',
    TEAMS_APP_ID: '44444444-4444-4444-8444-444444444444',
  });
  const named = ['WIKI_CLIENT_ID', 'WIKI_SCOPE', 'WIKI_URL'].map((name) => `${name}=${value(name)}\n`);
  writeFileSync(join(folder, 'env/.env.dev'), `${env}\n${named.join('')}`);

  const [pack = '', doctor = ''] = blockWith('--env-file=latchkey.env').trim().split('\n');
  const packed = await good(built(pack, inFolder));
  const sample = blockWith('appPackage/build/latchkey.dev.zip').trim().split('\n');
  for (const line of sample) expect(packed).toContain(line.split('…')[0]?.trimEnd());
  const command = doctor
    .replace(' node ', ` "${process.execPath}" `)
    .replace('dist/bot/cli.js', `"${builtPath('bot/cli.js')}"`);
  // No server runs at latchkey.example.com. The doctor warns of Node 20.
  const verdict = process.version.startsWith('v20.') ? '\nNo faults, 1 warning. ' : '\nNo faults. ';
  expect(await good(shell(`${command} --offline`, inFolder))).toContain(verdict);
});
