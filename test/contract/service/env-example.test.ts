import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readSettings } from '../../../bot/config/config.ts';
import { parseEnvFile } from '../../../bot/config/env.ts';
import { ROOT } from '../../support/project/files.ts';

const TEXT = readFileSync(join(ROOT, '.env.example'), 'utf8');
/** A start needs these. The connections are those of this repository, with their variables set. */
const REQUIRED = {
  BASE_URL: 'https://latchkey.example.com',
  BOT_ID: '11111111-1111-4111-8111-111111111111',
  BOT_TENANT_ID: '22222222-2222-4222-8222-222222222222',
  ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
  CONNECTIONS_FILE: join(ROOT, 'connections.teams.json'),
  DIRECT_LINE_SECRET: 'x'.repeat(32),
  AAD_APP_CLIENT_ID: '33333333-3333-4333-8333-333333333333',
  AAD_APP_CLIENT_SECRET: 'x',
};

test('a value that .env.example shows for an optional setting is its default', () => {
  const shown = parseEnvFile(TEXT.replaceAll(/^#(?=[A-Z][A-Z0-9_]*=)/gm, ''));
  const defaults = Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== ''));
  expect(Object.keys(defaults)).toEqual(expect.arrayContaining(['PORT', 'STORE_URL', 'LOG_LEVEL', 'TICKET_TTL']));
  const withDefaults = readSettings({ ...defaults, ...REQUIRED });
  expect(withDefaults.problems).toEqual([]);
  expect(withDefaults.settings).toEqual(readSettings(REQUIRED).settings);
  expect(defaults.CONNECTIONS_FILE).toBe('./connections.json');
});

test('a copy of .env.example that is filled in starts: empty values count as not set', () => {
  expect(readSettings({ ...parseEnvFile(TEXT), ...REQUIRED }).problems).toEqual([]);
});
