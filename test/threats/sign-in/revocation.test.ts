import { afterEach, expect, test } from '@jest/globals';
import { sealCredential } from '../../../bot/sign-in/credentials/vault.ts';
import { ADA } from '../../../local/people.ts';
import { QUICK_SWEEP } from '../../support/process/quick-sweep.ts';
import { orderProviderFault, providerRequests } from '../../support/provider/provider-view.ts';
import { signOut } from '../../support/teams/actions.ts';
import { eventNamesUntil, eventsSince, type LoggedEvent, logMark } from '../../support/world/evidence.ts';
import { vaultOf } from '../../support/world/opened.ts';
import { useWorld } from '../../support/world/use-world.ts';
import { eventually } from '../../support/world/world.ts';

const world = useWorld({ botEnv: { NODE_OPTIONS: QUICK_SWEEP } });
afterEach(() => orderProviderFault(world, {}));

test('T97: a revoked refresh token is not sent again when the bot tries the rest again', async () => {
  await world.signIn(ADA);
  const before = await providerRequests(world, 'revocation');
  // The refresh token is revoked, and the access token is not.
  await orderProviderFault(world, { endpoint: 'revocation', mode: 'error', status: 503, skip: 1 });
  const mark = await logMark(world);
  await signOut(world.connector, world.botUrl, ADA);
  await eventNamesUntil(world, mark, 'credential.revocation_failed');
  world.sql('UPDATE revocations SET due_at = 0');
  await eventNamesUntil(world, mark, 'credential.revoked');
  // The response of the fault is not the provider's, and is not counted.
  expect((await providerRequests(world, 'revocation')) - before).toBe(2);
});

/** Puts tokens of an issuer that is not configured into the queue. */
function enqueue(connectionId: string): void {
  const { tenantId, objectId } = ADA;
  const credential = { accessToken: 'a', scope: '', issuer: 'https://gone.example', account: { name: 'Ada' } };
  const sealed = sealCredential(vaultOf(world), { asker: { tenantId, objectId }, connectionId }, 'v1', credential);
  const values = ['v1', tenantId, objectId, connectionId, sealed];
  world.sql('INSERT INTO revocations VALUES (?, ?, ?, ?, ?, 0, 0)', ...values);
}

async function nextEvent(mark: number): Promise<LoggedEvent | undefined> {
  const [event] = await eventually(
    () => eventsSince(world, mark),
    ({ length }) => length > 0,
  );
  return event;
}

test('T62: tokens of a connection that is no longer configured stay in the queue, and the log says why', async () => {
  const mark = await logMark(world);
  enqueue('gone');
  const event = await nextEvent(mark);
  const reason = 'the connection is not configured';
  expect(event).toMatchObject({ event: 'credential.revocation_failed', reason, next: 'retried', connection: 'gone' });
  expect(world.rows('revocations')).toMatchObject([{ version: 'v1', attempts: 1 }]);
});

test('T73, T62: tokens that cannot be revoked are not logged as revoked', async () => {
  const mark = await logMark(world);
  enqueue('wiki');
  const event = await nextEvent(mark);
  expect(event).toMatchObject({ event: 'credential.revocation_unsupported', reason: 'granted by another issuer' });
  expect(world.rows('revocations')).toEqual([]);
});
