import { SHARDS, type User } from '../../sign-in/user.ts';

/** What STORE_URL says of a Redis: `redis://user:password@host:port,host:port/database?durability=ignore`. */
export interface RedisAddress {
  /** A URL for each host. Several are servers of one cluster, and any of them leads to the rest. */
  seeds: readonly string[];
  /** Hosts and ports, for messages: without user and password. */
  hosts: string;
  /** T65: the operator knows that this Redis may lose what it is given. */
  mayLose: boolean;
}

const STORE_URL = /^(rediss?:\/\/)((?:[^/?#]*@)?)([^@/?#]+)((?:\/[^?#]*)?)((?:\?[^#]*)?)$/;

/** @returns `undefined` where it is no address of a Redis */
export function parseRedisAddress(storeUrl: string): RedisAddress | undefined {
  const [, scheme, user, hosts, path, query] = STORE_URL.exec(storeUrl) ?? [];
  if (scheme === undefined || hosts === undefined) return undefined;
  const seeds = hosts.split(',').map((host) => `${scheme}${user}${host}${path}`);
  if (!seeds.every((seed) => URL.canParse(seed) && new URL(seed).hostname !== '')) return undefined;
  return { seeds, hosts, mayLose: new URLSearchParams(query).getAll('durability').includes('ignore') };
}

/** The address of the same Redis, for a command that only looks. */
export function ignoringDurability(storeUrl: string): string {
  return `${storeUrl}${storeUrl.includes('?') ? '&' : '?'}durability=ignore`;
}

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
