import type { Redis } from 'ioredis';
import { type Asker, shardOf } from '../sign-in/asker.ts';
import type { RedisClient } from './redis-client.ts';
import { ALL_SHARDS, keysOf } from './redis-keys.ts';
import { unflat } from './redis-records.ts';
import type { Discarded, Page, Store, StoredLink, Whose } from './store.ts';

/** For those who run the service. Goes through all names by cursor: not for a request. */
export function directoryIn(client: RedisClient): Store['directory'] {
  return {
    links: (after, limit) => linksPage(client, after, limit),
    discarded: (after, limit) => discardedPage(client, after, limit),
    async resealDiscarded({ asker, version, sealed }, anew) {
      const { queue } = keysOf(shardOf(asker));
      return (await client.run('resealRevocation', queue, version, sealed, anew)) === 1;
    },
    async purge(who, now) {
      const counts = await Promise.all((await askersOf(client, who)).map((asker) => purgeAsker(client, asker, now)));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    async scrub() {
      // A service that keeps the file itself may not let anybody do this.
      const answers = await Promise.allSettled(client.nodes().map((node) => node.bgrewriteaof()));
      return answers.every(({ status }) => status === 'fulfilled');
    },
  };
}

/** Where a walk stands: at which of its parts, and how far in that one. */
function placeIn(after: string | undefined): { part: number; cursor: string } {
  const [part = '0', cursor = '0'] = after?.split(' ') ?? [];
  return { part: Number(part), cursor };
}

function placeAfter(part: number, parts: number, cursor: string): string | undefined {
  if (cursor !== '0') return `${part} ${cursor}`;
  return part + 1 < parts ? `${part + 1} 0` : undefined;
}

async function linksPage(client: RedisClient, after: string | undefined, limit: number): Promise<Page<StoredLink>> {
  const nodes = client.nodes();
  const { part, cursor } = placeIn(after);
  const node = nodes[part];
  if (!node) return { entries: [], next: undefined };
  const [next, names] = await node.scan(cursor, 'MATCH', 'latchkey:{*}:links:*', 'COUNT', limit);
  const values = await Promise.all(names.map((name) => client.redis.hvals(name)));
  return { entries: values.flat().map((json) => unflat(json)), next: placeAfter(part, nodes.length, next) };
}

async function discardedPage(client: RedisClient, after: string | undefined, limit: number): Promise<Page<Discarded>> {
  const { part, cursor } = placeIn(after);
  const { queue } = keysOf(ALL_SHARDS[part] ?? '');
  const [next, fields] = await client.redis.hscan(queue, cursor, 'COUNT', limit);
  const records = fields.filter((_, at) => at % 2 === 1);
  return { entries: records.map((json) => unflat(json)), next: placeAfter(part, ALL_SHARDS.length, next) };
}

async function purgeAsker(client: RedisClient, asker: Asker, now: number): Promise<number> {
  const keys = keysOf(shardOf(asker));
  const own = [keys.links(asker), keys.due, keys.queue, keys.attempts(asker), keys.transactionsOf(asker)];
  const args = [...own, keys.parkedOf(asker), keys.expiry, keys.preferred(asker), now, keys.prefix];
  return Number(await client.run('purgeAsker', ...args));
}

/** The person; or all of a tenant that have anything here: a link, something parked, a transaction, a wrong code or a
 * preference. */
async function askersOf(client: RedisClient, { tenantId, objectId }: Whose): Promise<Asker[]> {
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
