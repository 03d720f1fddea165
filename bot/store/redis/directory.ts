import type { Redis } from 'ioredis';
import { shardOf, type User } from '../../sign-in/user.ts';
import type { Owner, Page, PendingRevocation, PurgeTarget, Store, StoredLink } from '../store.ts';
import type { RedisClient } from './client.ts';
import { ALL_SHARDS, keysOf } from './keys.ts';
import { personIn } from './person.ts';
import { placeOf, readDiscarded, readLink } from './records.ts';

const ASKERS_AT_ONCE = 100;

/** Scans all keys by cursor: too slow for a request. */
export function createDirectory(client: RedisClient): Store['directory'] {
  return {
    links: (after, limit) => linksPage(client, after, limit),
    discarded: (after, limit) => discardedPage(client, after, limit),
    async resealDiscarded({ asker, version, sealed }, anew) {
      const { queue } = keysOf(shardOf(asker));
      return (await client.run('resealRevocation', [queue], [version, sealed, anew])) === 1;
    },
    async purge(target, now) {
      const askers = await askersOf(client, target);
      let unlinked = 0;
      // T95: a command behind thousands of others times out, so the purge works in batches.
      for (let at = 0; at < askers.length; at += ASKERS_AT_ONCE) {
        const batch = askers.slice(at, at + ASKERS_AT_ONCE).map((asker) => purgeAsker(client, asker, now));
        for (const count of await Promise.all(batch)) unlinked += count;
      }
      await purgeDamaged(client, target);
      return unlinked;
    },
    person: (asker) => personIn(client, asker),
    async compactLog() {
      // A hosted Redis may forbid this command.
      const responses = await Promise.allSettled(client.nodes().map((node) => node.bgrewriteaof()));
      return responses.every(({ status }) => status === 'fulfilled');
    },
  };
}

/** A cursor consists of a part (server or shard) and the position in it. */
function parseCursor(after: string | undefined): { part: number; cursor: string } {
  const [part = '0', cursor = '0'] = after?.split(' ') ?? [];
  return { part: Number(part), cursor };
}

function nextCursor(part: number, parts: number, cursor: string): string | undefined {
  if (cursor !== '0') return `${part} ${cursor}`;
  return part + 1 < parts ? `${part + 1} 0` : undefined;
}

async function linksPage(client: RedisClient, after: string | undefined, limit: number): Promise<Page<StoredLink>> {
  const nodes = client.nodes();
  const { part, cursor } = parseCursor(after);
  const node = nodes[part];
  if (!node) return { entries: [], next: undefined };
  const [next, names] = await node.scan(cursor, 'MATCH', 'latchkey:{*}:links:*', 'COUNT', limit);
  const links = await Promise.all(names.map((name) => linksAt(client, name)));
  return { entries: links.flat(), next: nextCursor(part, nodes.length, next) };
}

async function linksAt(client: RedisClient, name: string): Promise<StoredLink[]> {
  const [tenantId = '', objectId = ''] = name.slice(name.lastIndexOf(':') + 1).split('/');
  const asker = { tenantId, objectId };
  const fields = Object.entries(await client.redis.hgetall(name));
  const links = fields.map(async ([connectionId, json]) => {
    const owner = { asker, connectionId };
    return readLink(json, owner) ?? (await setLinkAside(client, owner, json));
  });
  return (await Promise.all(links)).filter((link) => link !== undefined);
}

export async function setLinkAside(client: RedisClient, owner: Owner, json: string): Promise<undefined> {
  const { links, damaged } = keysOf(shardOf(owner.asker));
  await client.run('setFieldAside', [links(owner.asker), damaged], [owner.connectionId, json, 'link', placeOf(owner)]);
}

async function discardedPage(
  client: RedisClient,
  after: string | undefined,
  limit: number,
): Promise<Page<PendingRevocation>> {
  const { part, cursor } = parseCursor(after);
  const { queue, damaged } = keysOf(ALL_SHARDS[part] ?? '');
  const [next, fields] = await client.redis.hscan(queue, cursor, 'COUNT', limit);
  const entries: PendingRevocation[] = [];
  for (let at = 0; at < fields.length; at += 2) {
    const [version = '', json = ''] = fields.slice(at, at + 2);
    const discarded = readDiscarded(json);
    if (discarded) entries.push(discarded);
    else await client.run('setFieldAside', [queue, damaged], [version, json, 'revocation', version]);
  }
  return { entries, next: nextCursor(part, ALL_SHARDS.length, next) };
}

async function purgeAsker(client: RedisClient, asker: User, now: number): Promise<number> {
  const keys = keysOf(shardOf(asker));
  const own = [keys.links(asker), keys.due, keys.queue, keys.attempts(asker), keys.transactionsOf(asker)];
  const rest = [keys.parkedOf(asker), keys.expiry, keys.preferred(asker), keys.damaged];
  const name = `${asker.tenantId}/${asker.objectId}`;
  return Number(await client.run('purgeAsker', [...own, ...rest], [now, keys.prefix, name]));
}

/** Damaged records that name the person may be in any shard. */
async function purgeDamaged(client: RedisClient, { tenantId, objectId }: PurgeTarget): Promise<void> {
  const names = objectId === undefined ? [tenantId] : [tenantId, objectId];
  await Promise.all(ALL_SHARDS.map((shard) => client.run('purgeDamaged', [keysOf(shard).damaged], names)));
}

async function askersOf(client: RedisClient, { tenantId, objectId }: PurgeTarget): Promise<User[]> {
  if (objectId !== undefined) return [{ tenantId, objectId }];
  const kinds = ['links', 'parkedof', 'txs', 'attempts', 'preferred'];
  const patterns = kinds.map((kind) => `latchkey:{*}:${kind}:${tenantId}/*`);
  const names = await Promise.all(client.nodes().flatMap((node) => patterns.map((pattern) => scan(node, pattern))));
  const ids = new Set(names.flat().map((name) => name.slice(name.lastIndexOf('/') + 1)));
  return [...ids].map((objectId) => ({ tenantId, objectId }));
}

async function scan(node: Redis, pattern: string): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | undefined = '0'; cursor !== undefined; ) {
    const [next, names]: [string, string[]] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', 1000);
    found.push(...names);
    cursor = next === '0' ? undefined : next;
  }
  return found;
}
