import type { Broken } from '../support/doctor-project.ts';

/** A redis-server with these settings, and what STORE_URL adds. */
type BrokenRedis = Omit<Broken, 'break'> & { settings: string[]; query: string };

const EVICTS = ['--appendonly', 'yes', '--maxmemory-policy', 'allkeys-lru'];

export const BROKEN_REDIS: readonly BrokenRedis[] = [
  {
    id: 'store-durable',
    by: 'Redis with allkeys-lru',
    settings: EVICTS,
    query: '',
    what: /maxmemory-policy is allkeys-lru/,
    fix: 'config set maxmemory-policy noeviction',
  },
  {
    id: 'store-durable',
    by: 'Redis without an append-only file',
    settings: ['--appendonly', 'no', '--maxmemory-policy', 'noeviction'],
    query: '',
    what: /appendonly is off/,
    fix: 'config set appendonly yes',
  },
  {
    id: 'store-durable',
    by: 'Redis with allkeys-lru, where the operator goes on all the same',
    settings: EVICTS,
    query: '/?durability=ignore',
    what: /maxmemory-policy is allkeys-lru/,
    fix: 'config set maxmemory-policy noeviction',
    severity: 'warning',
  },
  {
    id: 'store-writable',
    by: 'a Redis replica',
    settings: [
      '--appendonly',
      'yes',
      '--maxmemory-policy',
      'noeviction',
      '--replicaof',
      '127.0.0.1',
      '1',
      '--replica-serve-stale-data',
      'yes',
    ],
    query: '',
    what: /the store cannot be written: /,
    fix: 'Point STORE_URL to the primary',
  },
];
