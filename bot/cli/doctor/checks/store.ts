import type { Check, CheckContext } from '../check.ts';

const UNOPENED = { unchecked: 'the store could not be looked at' };

export const storeChecks: readonly Check[] = [
  {
    id: 'store-opens',
    section: 'Store',
    severity: 'error',
    needs: ['STORE_URL'],
    why: 'The service does not start, or answers every search with "try again later".',
    find: ({ store, project }) => {
      if ('unchecked' in store) return store;
      const problem = store.unusable ?? store.sqlite?.unusable ?? schemaProblem(store.sqlite?.schema);
      if (problem === undefined) return [];
      const sqlite = project.settings.storeUrl.startsWith('sqlite:');
      const fix = sqlite
        ? 'Name a store of this version in STORE_URL, or a path where there is none yet: STORE_URL=sqlite:./data/latchkey.db'
        : 'Start Redis 7 there, or correct STORE_URL; look with: redis-cli -u "$STORE_URL" ping';
      return [{ what: problem, fix }];
    },
  },
  {
    id: 'store-writable',
    section: 'Store',
    severity: 'error',
    needs: ['STORE_URL'],
    why: 'Nobody can sign in: what the pop-up obtained cannot be kept.',
    find: ({ store }) => {
      if ('unchecked' in store) return store;
      const problem = store.unwritable ?? store.sqlite?.unwritable;
      if (problem === undefined) return [];
      const fix = store.sqlite
        ? `Give the service's user the folder, or set STORE_URL to a path that it may write: chown -R latchkey "$(dirname ${store.sqlite.path})"`
        : 'Point STORE_URL to the primary (not a replica), with a user who may write';
      return [{ what: `the store cannot be written: ${problem}`, fix }];
    },
  },
  {
    id: 'store-durable',
    section: 'Store',
    severity: 'error',
    needs: ['STORE_URL'],
    why: 'Everybody is asked to sign in again after a restart, or at random.',
    find: ({ store }) => {
      if ('unchecked' in store) return store;
      if (store.unusable !== undefined) return UNOPENED;
      const fix = store.sqlite
        ? 'STORE_URL=sqlite:/var/lib/latchkey/latchkey.db   (a disk of this machine), or a Redis'
        : 'redis-cli config set appendonly yes; redis-cli config set maxmemory-policy noeviction; redis-cli config rewrite';
      return store.lossy.map((what) => ({ what, fix, severity: store.accepted ? 'warning' : 'error' }));
    },
  },
  {
    id: 'store-permissions',
    section: 'Store',
    severity: 'warning',
    needs: ['STORE_URL'],
    why: "Others on this machine can copy people's sealed tokens, and wait for the key.",
    find: ({ store }) => {
      if ('unchecked' in store) return store;
      const { sqlite } = store;
      if (!sqlite) return { unchecked: 'the store is no file' };
      if (sqlite.openTo === 0) return [];
      const mode = sqlite.openTo.toString(8).padStart(3, '0');
      return [{ what: `${sqlite.path} is open to other users (${mode})`, fix: `chmod 600 ${sqlite.path}*` }];
    },
  },
  {
    id: 'store-left-behind',
    section: 'Store',
    severity: 'warning',
    needs: ['STORE_URL', 'ENCRYPTION_KEYS', 'CONNECTIONS_FILE'],
    why: 'Nobody can sign out of what is not there; their tokens stay good at the provider.',
    find: ({ store }) => {
      if ('unchecked' in store) return store;
      if (!store.credentials) return UNOPENED;
      return store.credentials.leftBehind.map(({ connectionId, count }) => ({
        what: `${count} credentials are of the connection ${connectionId}, which is in the connections file no more`,
        fix: `Put ${connectionId} back until they are gone: node dist/bot/cli.js purge --idle-days 90`,
      }));
    },
  },
];

type StoreInspection = Exclude<CheckContext['store'], { unchecked: string }>;

function schemaProblem(schema: NonNullable<StoreInspection['sqlite']>['schema']): string | undefined {
  if (!schema || schema.found <= schema.known) return undefined;
  return `the store has schema ${schema.found}, this Latchkey knows up to ${schema.known}: it is of a later version`;
}
