import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { MICROSOFT_CLIENTS } from '../../bot/sign-in/sso/teams-token.ts';

const page = readFileSync(new URL('../../docs/SIGN-IN.md', import.meta.url), 'utf8');

test('docs/SIGN-IN.md lists every client id to authorize, and no other', () => {
  const rows = [...page.matchAll(/^\| ([^|`]+) \| `([0-9a-f-]{36})` \| `(\w+)` \|$/gm)];
  expect(rows.map(([, name, id, host]) => ({ host, name, id }))).toEqual(MICROSOFT_CLIENTS);
});
