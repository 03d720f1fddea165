import { SHARDS, type User } from '../../sign-in/user.ts';

export const ALL_SHARDS: readonly string[] = [...SHARDS];

/** Names of the keys in a shard. The braces are a cluster's hash tag: what has the same tag is on the same server. */
export function keysOf(shard: string) {
  const prefix = `latchkey:{${shard}}:`;
  const of = (kind: string) => (asker: User) => `${prefix}${kind}:${asker.tenantId}/${asker.objectId}`;
  return {
    prefix,
    transaction: (stateHash: string) => `${prefix}tx:${stateHash}`,
    parked: (keyHash: string) => `${prefix}parked:${keyHash}`,
    transactionsOf: of('txs'),
    parkedOf: of('parkedof'),
    links: of('links'),
    attempts: of('attempts'),
    preferred: of('preferred'),
    /** Parked, by the end of its time. */
    expiry: `${prefix}expiry`,
    /** Discarded, by when it is due; and the records themselves. */
    due: `${prefix}due`,
    queue: `${prefix}discarded`,
    /** Records that could not be read; and the names of those that no log has yet. */
    damaged: `${prefix}damaged`,
    newDamaged: `${prefix}damaged:new`,
    /** What a probe writes. */
    ready: `${prefix}ready`,
  };
}
