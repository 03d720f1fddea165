import type { Broken } from '../support/project/doctor-project.ts';

/** A redis-server with these settings, and what STORE_URL adds. */
type BrokenRedis = Omit<Broken, 'break'> & { settings: string; query: string };

const EVICTS = {
  id: 'store-durable',
  settings: '--appendonly yes --maxmemory-policy allkeys-lru',
  what: /maxmemory-policy is allkeys-lru/,
  fix: 'config set maxmemory-policy noeviction',
};

export const BROKEN_REDIS: readonly BrokenRedis[] = [
  { ...EVICTS, by: 'Redis with allkeys-lru', query: '' },
  {
    ...EVICTS,
    by: 'Redis with allkeys-lru, which the operator accepts',
    query: '/?durability=ignore',
    severity: 'warning',
  },
  {
    id: 'store-durable',
    by: 'Redis without an append-only file',
    settings: '--appendonly no --maxmemory-policy noeviction',
    query: '',
    what: /appendonly is off/,
    fix: 'config set appendonly yes',
  },
  {
    id: 'store-writable',
    by: 'a Redis replica',
    settings: '--appendonly yes --maxmemory-policy noeviction --replicaof 127.0.0.1 1 --replica-serve-stale-data yes',
    query: '',
    what: /the store cannot be written: /,
    fix: 'Point STORE_URL to the primary',
  },
];
