import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { Revocations } from '../../../bot/sign-in/credentials/revocation.ts';
import { Vault } from '../../../bot/sign-in/credentials/vault.ts';
import type { PendingRevocation, RevocationQueue } from '../../../bot/store/store.ts';
import { ADA } from '../../../local/people.ts';

const BATCHES = 20;

test('T95: between two batches of revocations, requests are answered', async () => {
  const { tenantId, objectId } = ADA;
  const entry: PendingRevocation = {
    asker: { tenantId, objectId },
    connectionId: 'wiki',
    version: 'v1',
    sealed: 'does not open',
    attempts: 0,
  };
  let left = BATCHES;
  // A queue at its fastest: it never waits.
  const queue: RevocationQueue = {
    add: async () => undefined,
    take: async () => (left-- > 0 ? [entry] : []),
    settle: async () => undefined,
  };
  const vault = new Vault([{ id: 'k1', key: randomBytes(32) }]);
  const revocations = new Revocations({ queue, vault, provider: () => undefined, events: () => undefined });
  let turns = 0;
  const takeTurn = () => {
    turns += 1;
    next = setImmediate(takeTurn);
  };
  let next = setImmediate(takeTurn);
  await revocations.workOff();
  clearImmediate(next);
  expect(turns).toBeGreaterThanOrEqual(BATCHES);
});
