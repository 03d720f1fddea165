import { describe, expect, test } from '@jest/globals';
import { OpenedCredentials } from '../../../bot/sign-in/credentials/opened-credentials.ts';
import { Vault } from '../../../bot/sign-in/credentials/vault.ts';
import { ADA, GRACE } from '../../../local/people.ts';

const NOW = Date.UTC(2026, 10, 30);
const MINUTE = 60_000;
const CREDENTIAL = {
  accessToken: 'access',
  refreshToken: 'refresh',
  scope: 'read',
  issuer: 'https://login.contoso.example',
  account: { name: 'ada' },
};
const owner = (person = ADA, connectionId = 'wiki') => ({ asker: person, connectionId });
const linkOf = (person = ADA) => ({ ...owner(person), version: 'v1', sealed: 'sealed', usedAt: NOW });

function openedAt(now: number, until = Number.POSITIVE_INFINITY): OpenedCredentials {
  const opened = new OpenedCredentials();
  opened.add(linkOf(), CREDENTIAL, until, now);
  return opened;
}

describe('T61: an opened credential in memory', () => {
  test('T61: has no refresh token', () => {
    const found = openedAt(NOW).get(owner(), NOW);
    expect(found?.active).toEqual({ version: 'v1', credential: { ...CREDENTIAL, refreshToken: undefined } });
    expect(JSON.stringify(found)).not.toContain('refresh');
  });

  test('T61: is deleted within a minute, by the sweep every ten seconds', () => {
    const opened = openedAt(NOW);
    opened.sweep(NOW + MINUTE - 10_000);
    // Asked with the time at which it was opened, so only the sweep can have deleted it.
    expect(opened.get(owner(), NOW)).toBeUndefined();
  });

  test('T61: is not used for longer than a minute, even without a sweep', () => {
    const opened = openedAt(NOW);
    expect(opened.get(owner(), NOW + 30_000)).toBeDefined();
    expect(opened.get(owner(), NOW + MINUTE)).toBeUndefined();
  });

  test('T98: is not used after the clock was set back', () => {
    expect(openedAt(NOW).get(owner(), NOW - 1)).toBeUndefined();
  });

  test('T58: is not used when it must be refreshed', () => {
    const opened = openedAt(NOW, NOW + 1_000);
    expect(opened.get(owner(), NOW + 999)).toBeDefined();
    expect(opened.get(owner(), NOW + 1_000)).toBeUndefined();
  });

  test('T56: belongs to one person and one connection', () => {
    const opened = openedAt(NOW);
    expect(opened.get(owner(GRACE), NOW)).toBeUndefined();
    expect(opened.get(owner({ ...ADA, tenantId: GRACE.objectId }), NOW)).toBeUndefined();
    expect(opened.get(owner(ADA, 'handbook'), NOW)).toBeUndefined();
  });
});

test('T59: no nonce is used twice', () => {
  const vault = new Vault([{ id: 'k', key: Buffer.alloc(32, 7) }]);
  const SEALED = 1_000;
  const nonces = Array.from({ length: SEALED }, () => {
    const [, encoded = ''] = vault.seal('ticket', '', '').split('.');
    return Buffer.from(encoded, 'base64url').subarray(0, 12).toString('hex');
  });
  expect(new Set(nonces).size).toBe(SEALED);
  // Random, not a counter: the first bytes differ too.
  expect(new Set(nonces.map((nonce) => nonce.slice(0, 8))).size).toBe(SEALED);
});
