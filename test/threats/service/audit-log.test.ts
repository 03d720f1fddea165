import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { AuthClient } from '../../../local/auth-client.ts';
import { ADA, GRACE, LINUS } from '../../../local/people.ts';
import { latchkey, latchkeyJson } from '../../support/process/cli.ts';
import { leaksIn, logLines } from '../../support/process/log.ts';
import { signOut } from '../../support/teams/actions.ts';
import { startAnotherBot, withAnotherBot } from '../../support/world/another-bot.ts';
import { useWorld } from '../../support/world/use-world.ts';
import { eventually } from '../../support/world/world.ts';

type Line = Record<string, unknown> & { event: string; time: string };
interface PersonExport {
  logHashes: { key: string; tenant: string; asker: string }[];
}

const folder = mkdtempSync(join(tmpdir(), 'latchkey-audit-'));
const path = join(folder, 'audit.jsonl');
const world = useWorld({ botEnv: { AUDIT_LOG: path } });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** None, if the file does not exist yet. */
function linesOf(file = path): Line[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.filter(Boolean).map((line) => JSON.parse(line) as Line);
}

/** The lines after this number, once one of them has this event. */
const linesUntil = (before: number, event: string) =>
  eventually(
    () => linesOf().slice(before),
    (lines) => lines.some((line) => line.event === event),
  );
const personOf = (person: { tenantId: string; objectId: string }) =>
  latchkeyJson<PersonExport>(world, ['person', '--tenant', person.tenantId, '--user', person.objectId]);

describe('the audited events', () => {
  test('T73: a sign-in and a sign-out, with the hash that the command prints', async () => {
    const before = linesOf().length;
    await world.signIn(ADA);
    await signOut(world.connector, world.botUrl, ADA);
    const lines = await linesUntil(before, 'credential.signed_out');
    const [{ tenant, asker } = { tenant: '', asker: '' }] = (await personOf(ADA)).logHashes;
    const common = { audit: true, time: expect.stringMatching(/^\d{4}-.*Z$/), tenant, asker, connection: 'wiki' };
    expect(lines).toEqual([
      { ...common, event: 'signin.completed' },
      { ...common, event: 'credential.signed_out' },
    ]);
  });

  test('T12, T73: another person’s account; T91: another person’s Teams, also of another tenant', async () => {
    const before = linesOf().length;
    const { page, body } = await world.untilCallback(ADA, { as: GRACE });
    expect((await page.post('complete', body)).status).toBe(403);
    for (const tenantId of [LINUS.tenantId, ADA.tenantId]) {
      const teamsUser = { id: GRACE.objectId, tenantId };
      const start = { ticket: await world.ticket(LINUS), teamsUser };
      expect((await new AuthClient(world.botUrl).post('start', start)).status).toBe(403);
    }
    const lines = await eventually(
      () => linesOf().slice(before),
      (all) => all.length >= 3,
    );
    expect(lines.map(({ event, reason }) => [event, reason])).toEqual([
      ['signin.identity_mismatch', 'other_person'],
      ['signin.other_teams_user', 'other_person'],
      ['signin.other_teams_user', 'other_tenant'],
    ]);
  });

  test('T73: a purge and a rotation of keys by the command line', async () => {
    await world.signIn(ADA);
    await world.signIn(GRACE);
    const before = linesOf().length;
    await latchkeyJson(world, ['purge', '--tenant', ADA.tenantId, '--user', ADA.objectId]);
    await latchkeyJson(world, ['purge', '--tenant', ADA.tenantId, '--dry-run']);
    await latchkeyJson(world, ['keys', 'rotate']);
    world.sql('UPDATE links SET used_at = 0');
    await latchkeyJson(world, ['purge', '--idle-days', '9']);
    await latchkeyJson(world, ['purge', '--tenant', ADA.tenantId]);
    const [hash] = (await personOf(ADA)).logHashes;
    const lines = linesOf().slice(before);
    expect(lines).toEqual([
      expect.objectContaining({ event: 'data.purged', reason: 'person', asker: hash?.asker, credentials: 1 }),
      expect.objectContaining({ event: 'keys.rotated', key: hash?.key, resealed: 0, unreadable: 0 }),
      expect.objectContaining({ event: 'data.purged', reason: 'idle', connection: 'wiki', credentials: 1 }),
      expect.objectContaining({ event: 'data.purged', reason: 'tenant', tenant: hash?.tenant, credentials: 0 }),
    ]);
    expect(lines.at(-1)).not.toHaveProperty('asker');
  });

  test('T72: no name, no id, no token and no query; only the owner can read the file', () => {
    const content = readFileSync(path, 'utf8');
    expect(leaksIn(content, ['lakers'])).toEqual([]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(linesOf()[0]).toMatchObject({ audit: true, event: 'audit.started' });
  });
});

describe('the file', () => {
  test('is created again with the next line after a rotation, without a signal', async () => {
    renameSync(path, `${path}.1`);
    await world.signIn(ADA);
    const lines = await linesUntil(0, 'signin.completed');
    expect(lines.map(({ event }) => event)).toEqual(['signin.completed']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test.each([
    ['a full disk', '/dev/full', /AUDIT_LOG cannot be written.*ENOSPC/],
    ['a folder that is not there', join(folder, 'missing', 'audit.jsonl'), /AUDIT_LOG cannot be written.*ENOENT/],
    ['a folder', folder, /AUDIT_LOG cannot be written.*EISDIR/],
  ])('%s: the service does not start, and says why', async (_, target, reason) => {
    await expect(startAnotherBot(world, { AUDIT_LOG: target })).rejects.toThrow(reason);
  });

  test('a disk that fills up later: sign-ins continue, and the log has an error; then the next line is complete', async () => {
    const later = join(folder, 'later.jsonl');
    await withAnotherBot(world, { AUDIT_LOG: later }, async (bot) => {
      unlinkSync(later);
      symlinkSync('/dev/full', later);
      const state = await world.securityCode(ADA, { connection: 'handbook' });
      const first = await world.search(ADA, { connection: 'handbook', text: 'lakers', state }, bot.url);
      expect(first.type).toBe('result');
      const errors = await eventually(
        () => logLines(bot.output()).filter(({ msg }) => msg === 'a line of the audit log was lost'),
        (lost) => lost.length > 0,
      );
      expect(JSON.stringify(errors)).toContain('ENOSPC');
      unlinkSync(later);
      await signOut(world.connector, bot.url, ADA);
      await eventually(
        () => linesOf(later),
        (lines) => lines.some(({ event }) => event === 'credential.signed_out'),
      );
    });
  });

  test('a file that a command cannot open: the command does nothing', async () => {
    await world.signIn(ADA);
    const args = ['purge', '--tenant', ADA.tenantId, '--user', ADA.objectId];
    const { code, stderr } = await latchkey(world, args, { AUDIT_LOG: folder });
    expect([code, stderr]).toEqual([1, expect.stringContaining('AUDIT_LOG cannot be written')]);
    expect(world.rows('links')).toHaveLength(1);
  });
});

test('AUDIT_LOG=stdout: between the lines of the log; a command writes to standard error, and its report stays JSON', async () => {
  await withAnotherBot(world, { AUDIT_LOG: 'stdout' }, async (bot) => {
    await world.signIn(ADA);
    await signOut(world.connector, bot.url, ADA);
    await eventually(
      () => logLines(bot.output()).filter(({ audit }) => audit === true),
      (lines) => lines.some(({ event }) => event === 'credential.signed_out'),
    );
  });
  const args = ['purge', '--tenant', ADA.tenantId, '--user', ADA.objectId, '--json'];
  const { stdout, stderr } = await latchkey(world, args, { AUDIT_LOG: 'stdout' });
  expect(JSON.parse(stdout)).toMatchObject({ unlinked: 0 });
  expect(JSON.parse(stderr)).toMatchObject({ audit: true, event: 'data.purged' });
});
