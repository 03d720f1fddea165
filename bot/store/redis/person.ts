import { parseJsonObject } from '../../platform/json.ts';
import { shardOf, type User } from '../../sign-in/user.ts';
import type { PersonRecords } from '../store.ts';
import type { RedisClient } from './client.ts';
import { ALL_SHARDS, keysOf } from './keys.ts';
import { readDiscarded, readLink } from './records.ts';

/** Reads without changes: unreadable records are left out. Reads the whole revocation queue of a shard. */
export async function personIn({ redis }: RedisClient, asker: User): Promise<PersonRecords> {
  const keys = keysOf(shardOf(asker));
  const [links, states, keyHashes, attempts, preferred, queue, damaged] = await Promise.all([
    redis.hgetall(keys.links(asker)),
    redis.zrange(keys.transactionsOf(asker), 0, -1),
    redis.smembers(keys.parkedOf(asker)),
    redis.hgetall(keys.attempts(asker)),
    redis.get(keys.preferred(asker)),
    redis.hgetall(keys.queue),
    Promise.all(ALL_SHARDS.map((shard) => redis.hgetall(keysOf(shard).damaged))),
  ]);
  const pending = async (names: string[]) => {
    const records = await Promise.all(names.map((name) => redis.get(name)));
    return records.flatMap((json) => toPending(json));
  };
  const waiting = Object.values(queue)
    .map(readDiscarded)
    .filter((each) => each?.asker.tenantId === asker.tenantId && each.asker.objectId === asker.objectId)
    .filter((each) => each !== undefined);
  const named = damaged.flatMap((records) => Object.entries(records)).filter((entry) => names(entry.join(' '), asker));
  return {
    links: Object.entries(links)
      .map(([connectionId, json]) => readLink(json, { asker, connectionId }))
      .filter((link) => link !== undefined),
    transactions: await pending(states.map(keys.transaction)),
    parked: await pending(keyHashes.map(keys.parked)),
    revocations: await Promise.all(
      waiting.map(async ({ connectionId, attempts, version }) => {
        return { connectionId, attempts, dueAt: Number((await redis.zscore(keys.due, version)) ?? 0) };
      }),
    ),
    attempts:
      Object.keys(attempts).length === 0
        ? undefined
        : {
            failures: Number(attempts.failures ?? 0),
            since: Number(attempts.since ?? 0),
            pausedUntil: Number(attempts.pausedUntil ?? 0),
          },
    defaultConnection: preferred ?? undefined,
    damaged: named.length,
  };
}

function toPending(json: string | null): PersonRecords['parked'] {
  const { connectionId, createdAt, expiresAt } = (json !== null && parseJsonObject(json)) || {};
  if (typeof connectionId !== 'string' || typeof createdAt !== 'number' || typeof expiresAt !== 'number') return [];
  return [{ connectionId, createdAt, expiresAt }];
}

function names(text: string, { tenantId, objectId }: User): boolean {
  return text.includes(tenantId) && text.includes(objectId);
}
