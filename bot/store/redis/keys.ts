import { SHARDS, type User } from '../../sign-in/user.ts';

/** STORE_URL: `redis://user:password@host:port,host:port/database?durability=ignore`. */
export interface RedisAddress {
  /** One URL per host. Several hosts form one cluster. */
  seeds: readonly string[];
  /** For messages: without user and password. */
  hosts: string;
  /** T65: the operator accepts that this Redis may lose data. */
  mayLose: boolean;
}

const STORE_URL = /^(rediss?:\/\/)((?:[^/?#]*@)?)([^@/?#]+)((?:\/[^?#]*)?)((?:\?[^#]*)?)$/;

/** @returns `undefined` if it is not the address of a Redis */
export function parseRedisAddress(storeUrl: string): RedisAddress | undefined {
  const [, scheme, user, hosts, path, query] = STORE_URL.exec(storeUrl) ?? [];
  if (scheme === undefined || hosts === undefined) return undefined;
  const seeds = hosts.split(',').map((host) => `${scheme}${user}${host}${path}`);
  if (!seeds.every((seed) => URL.canParse(seed) && new URL(seed).hostname !== '')) return undefined;
  return { seeds, hosts, mayLose: new URLSearchParams(query).getAll('durability').includes('ignore') };
}

/** For commands that only read: they need no durability. */
export function ignoringDurability(storeUrl: string): string {
  return `${storeUrl}${storeUrl.includes('?') ? '&' : '?'}durability=ignore`;
}

export const ALL_SHARDS: readonly string[] = [...SHARDS];

/** The braces are a Redis Cluster hash tag: keys with one tag are on one server. */
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
    expiry: `${prefix}expiry`,
    /** Credentials to revoke: `due` sorts them by time, `queue` contains the records. */
    due: `${prefix}due`,
    queue: `${prefix}discarded`,
    /** Unreadable records; `newDamaged` contains the names of those that are not in the log yet. */
    damaged: `${prefix}damaged`,
    newDamaged: `${prefix}damaged:new`,
    ready: `${prefix}ready`,
  };
}
