import { describe, expect, test } from '@jest/globals';
import { ADA, GRACE, type Person } from '../../../local/people.ts';
import { latchkey, latchkeyJson } from '../../support/process/cli.ts';
import { orderProviderFault } from '../../support/provider/provider-view.ts';
import { describeWithRedis } from '../../support/requirements.ts';
import { signOut } from '../../support/teams/actions.ts';
import { eventsSince, logMark } from '../../support/world/evidence.ts';
import { linkedCredential } from '../../support/world/opened.ts';
import { useRedisWorld, useWorld } from '../../support/world/use-world.ts';
import type { World } from '../../support/world/world.ts';

const ISO = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
const argsOf = ({ tenantId, objectId }: Person) => ['person', '--tenant', tenantId, '--user', objectId];

/** One row of each kind: links, a transaction, a parked credential, a wrong code, tokens to revoke. */
async function leaveTraces(at: World): Promise<void> {
  await at.search(ADA, { connection: 'handbook', text: 'lakers', state: 'x'.repeat(43) });
  await at.signIn(ADA);
  await orderProviderFault(at, { endpoint: 'revocation', mode: 'error', status: 503, times: 1_000 });
  await signOut(at.connector, at.botUrl, ADA);
  await at.untilCallback(ADA);
  await at.signIn(ADA);
  await at.securityCode(ADA, { connection: 'handbook' });
}

/** The export of `latchkey person`. */
const EXPECTED = {
  tenant: ADA.tenantId,
  user: ADA.objectId,
  logHashes: [{ key: expect.any(String), tenant: expect.any(String), asker: expect.any(String) }],
  hasData: true,
  connections: [{ connection: 'wiki', account: { name: ADA.username, subject: expect.any(String) }, lastUse: ISO }],
  signInsUnderWay: [{ connection: 'wiki', begun: ISO, ends: ISO }],
  signInsToFinish: [{ connection: 'handbook', begun: ISO, ends: ISO }],
  revocations: [{ connection: 'wiki', attempts: expect.any(Number), nextTry: ISO }],
  wrongCodes: { count: 1, since: ISO, pausedUntil: null },
  preferences: null,
  damagedRecords: 0,
};

describe('with SQLite', () => {
  const world = useWorld();

  test('T72: all stored data of a person, without a token', async () => {
    await leaveTraces(world);
    const { accessToken, refreshToken } = linkedCredential(world, ADA);
    const { stdout } = await latchkey(world, [...argsOf(ADA), '--json']);
    expect(JSON.parse(stdout)).toEqual(EXPECTED);
    const text = (await latchkey(world, argsOf(ADA))).stdout;
    for (const line of [
      /^In the log: asker \S{16}, tenant \S{16} \(key \w+\)$/m,
      /^Signed in to wiki as ada@contoso\.example \(.+\), last use \d{4}-.*Z \(known to a day\)$/m,
      /^Sign-in at the provider, wiki: begun .*, ends /m,
      /^Sign-in to be finished in Teams, handbook: begun /m,
      /^Tokens of wiki wait for their revocation: tried \d+ times?, next at /m,
      /^1 wrong code since /m,
    ]) {
      expect(text).toMatch(line);
    }
    for (const secret of [accessToken, String(refreshToken), 'eyJ']) expect(stdout + text).not.toContain(secret);
    await orderProviderFault(world, {});
  });

  test('contains the person’s hash in the log, for each key', async () => {
    const mark = await logMark(world);
    await world.signIn(ADA);
    const [event] = (await eventsSince(world, mark)).filter(({ event }) => event === 'signin.completed');
    const { logHashes } = await latchkeyJson<typeof EXPECTED>(world, argsOf(ADA));
    expect(event).toMatchObject({ tenant: logHashes[0]?.tenant, asker: logHashes[0]?.asker });
    const other = `other:${Buffer.alloc(32, 7).toString('base64')}`;
    const keys = { ENCRYPTION_KEYS: `${other},${world.botEnv.ENCRYPTION_KEYS}` };
    const rotated = await latchkeyJson<typeof EXPECTED>(world, argsOf(ADA), keys);
    expect(rotated.logHashes.map(({ key }) => key)).toEqual(['other', logHashes[0]?.key]);
    expect(rotated.logHashes[1]).toEqual(logHashes[0]);
  });

  test('reports a credential that cannot be opened as unreadable', async () => {
    await world.signIn(ADA);
    const keys = { ENCRYPTION_KEYS: `other:${Buffer.alloc(32, 7).toString('base64')}` };
    const { connections } = await latchkeyJson<{ connections: unknown[] }>(world, argsOf(ADA), keys);
    expect(connections).toEqual([{ connection: 'wiki', account: 'unreadable', lastUse: ISO }]);
  });

  test('reports that a person has no data; it contains no other person’s data', async () => {
    await world.signIn(ADA);
    const { code, stdout } = await latchkey(world, argsOf(GRACE));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^In the log: .*\nThe store contains no data of this person\.\n$/);
    expect(await latchkeyJson(world, argsOf(GRACE))).toMatchObject({ hasData: false, connections: [] });
  });

  test.each([[[]], [['--tenant', ADA.tenantId]], [['--tenant', ADA.tenantId, '--user', 'ada']]])(
    'a command line that names no person is refused: %j',
    async (args) => {
      const { code, stderr } = await latchkey(world, ['person', ...args]);
      expect([code, stderr]).toEqual([2, expect.stringContaining('person needs --tenant')]);
    },
  );
});

describeWithRedis('with Redis', () => {
  const { world } = useRedisWorld();

  test('the same', async () => {
    await leaveTraces(world);
    expect(await latchkeyJson(world, argsOf(ADA))).toEqual(EXPECTED);
    expect(await latchkeyJson(world, argsOf(GRACE))).toMatchObject({ hasData: false });
  });
});
