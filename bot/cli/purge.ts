import { PersonHash } from '../sign-in/audit/person-hash.ts';
import { parseGuid } from '../sign-in/user.ts';
import { type Link, type PurgeTarget, paginate, type Store } from '../store/store.ts';
import { type Command, count, type Options, type Report, UsageError } from './command.ts';

const DAY_MS = 86_400_000;

/** Deletes the data of a user, a tenant, or all idle users, and revokes their tokens. */
export const purge: Command = {
  options: ['tenant', 'user', 'idle-days', 'dry-run'],
  check: (options) => void readTarget(options),
  async run({ config, store, signIn, audit }, options, now) {
    const target = readTarget(options);
    if (options['dry-run']) return dryRunReport(await countLinks(store, target, now));
    const hash = new PersonHash(config.encryptionKeys[0]?.key);
    const unlinked = await forget(store, target, now, ({ asker, connectionId }) =>
      audit?.write({
        event: 'data.purged',
        ...hash.person(asker),
        connection: connectionId,
        reason: 'idle',
        credentials: 1,
      }),
    );
    if ('tenantId' in target) {
      const { tenantId, objectId } = target;
      const person = objectId === undefined ? { tenant: hash.id(tenantId) } : hash.person({ tenantId, objectId });
      const reason = objectId === undefined ? 'tenant' : 'person';
      audit?.write({ event: 'data.purged', ...person, reason, credentials: unlinked });
    }
    await signIn.sweep(now);
    await signIn.workOffRevocations();
    const awaitingRevocation = await countPendingRevocations(store, target);
    return done({ unlinked, awaitingRevocation, logScrubbed: await store.directory.compactLog() });
  },
};

type Target = PurgeTarget | { idleDays: number };

function readTarget({ tenant, user, 'idle-days': idle }: Options): Target {
  if (idle !== undefined) {
    if (tenant !== undefined || user !== undefined)
      throw new UsageError('--idle-days cannot be used with --tenant or --user');
    if (!/^[1-9]\d{0,4}$/.test(idle)) throw new UsageError('--idle-days must be a number of days, 1 or more');
    return { idleDays: Number(idle) };
  }
  const tenantId = parseGuid(tenant);
  if (!tenantId)
    throw new UsageError('purge needs --tenant <GUID>, with --user <GUID> for one person; or --idle-days <n>');
  if (user === undefined) return { tenantId };
  const objectId = parseGuid(user);
  if (!objectId) throw new UsageError("--user must be the person's object id in the tenant, a GUID");
  return { tenantId, objectId };
}

async function forget(store: Store, target: Target, now: number, idle: (link: Link) => void): Promise<number> {
  if (!('idleDays' in target)) return store.directory.purge(target, now);
  const before = now - target.idleDays * DAY_MS;
  let unlinked = 0;
  for await (const link of paginate(store.directory.links)) {
    if (link.usedAt >= before || !(await store.links.unlink(link, now, before))) continue;
    idle(link);
    unlinked++;
  }
  return unlinked;
}

async function countLinks(store: Store, target: Target, now: number): Promise<number> {
  let found = 0;
  for await (const link of paginate(store.directory.links)) {
    const meant = 'idleDays' in target ? link.usedAt < now - target.idleDays * DAY_MS : isOf(target, link);
    if (meant) found++;
  }
  return found;
}

/** Only queued tokens still name the user. */
async function countPendingRevocations(store: Store, target: Target): Promise<number> {
  let found = 0;
  for await (const discarded of paginate(store.directory.discarded)) {
    if ('idleDays' in target || isOf(target, discarded)) found++;
  }
  return found;
}

function isOf({ tenantId, objectId }: PurgeTarget, { asker }: Link): boolean {
  return asker.tenantId === tenantId && (objectId === undefined || asker.objectId === objectId);
}

function dryRunReport(unlinked: number): Report {
  const text = [`${count(unlinked, 'credential')} would be forgotten, and revoked at their providers.`];
  return { text, json: { unlinked, dryRun: true } };
}

function done(purged: { unlinked: number; awaitingRevocation: number; logScrubbed: boolean }): Report {
  const { unlinked, awaitingRevocation, logScrubbed } = purged;
  const text = [`${count(unlinked, 'credential')} forgotten.`];
  if (awaitingRevocation === 0) text.push('No credential is left to revoke.');
  else
    text.push(
      `${count(awaitingRevocation, 'credential')} could not be revoked yet: the service keeps trying for up to five days.`,
    );
  if (!logScrubbed) text.push("The store's own log may still hold what was deleted, until it is next rewritten.");
  return { text, json: { ...purged, dryRun: false } };
}
