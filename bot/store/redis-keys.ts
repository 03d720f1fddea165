import { type Asker, SHARDS } from '../sign-in/asker.ts';

export const ALL_SHARDS: readonly string[] = [...SHARDS];

/** The shard in a key's last letter; the first one for a key that has none, or another. */
export function shardOfKey(keyHash: string): string {
  const letter = keyHash.charAt(43);
  return letter !== '' && SHARDS.includes(letter) ? letter : SHARDS.charAt(0);
}

/** Names of the keys in a shard. The braces are a cluster's hash tag: what has the same tag is on the same server. */
export function keysOf(shard: string) {
  const prefix = `latchkey:{${shard}}:`;
  const of = (kind: string) => (asker: Asker) => `${prefix}${kind}:${asker.tenantId}/${asker.objectId}`;
  return {
    prefix,
    transaction: (stateHash: string) => `${prefix}tx:${stateHash}`,
    parked: (keyHash: string) => `${prefix}parked:${keyHash}`,
    transactionsOf: of('txs'),
    parkedOf: of('parkedof'),
    links: of('links'),
    attempts: of('attempts'),
    /** Parked, by the end of its time. */
    expiry: `${prefix}expiry`,
    /** Discarded, by when it is due; and the records themselves. */
    due: `${prefix}due`,
    queue: `${prefix}discarded`,
  };
}
