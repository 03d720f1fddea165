import type { EncryptionKey } from '../../../config/config.ts';
import type { Check, CheckContext } from '../check.ts';

const NEW_KEY = `node -p "'k2:' + require('crypto').randomBytes(32).toString('base64')"`;
const ROTATE = `${NEW_KEY}   and put it first in ENCRYPTION_KEYS, then node dist/bot/cli.js keys rotate`;
/** 32 random bytes have about 30 distinct values. */
const MIN_DISTINCT_BYTES = 16;

export const keyChecks: readonly Check[] = [
  {
    id: 'key-weak',
    section: 'Keys',
    severity: 'error',
    needs: ['ENCRYPTION_KEYS'],
    why: 'An attacker with a copy of the store can guess the key and decrypt all tokens.',
    find: ({ project: { settings } }) =>
      settings.encryptionKeys.filter(isWeak).map(({ id }) => ({
        what: `the key ${id} of ENCRYPTION_KEYS is not random: text, a pattern or a placeholder`,
        fix: ROTATE,
      })),
  },
  {
    id: 'key-duplicate',
    section: 'Keys',
    severity: 'error',
    needs: ['ENCRYPTION_KEYS'],
    why: 'A rotation between equal keys has no effect: a person who knows the old key can still decrypt the store.',
    find: ({ project: { settings } }) => {
      const same = settings.encryptionKeys.filter(({ key }, at, all) => all.findIndex((k) => k.key.equals(key)) < at);
      return same.map(({ id }) => ({ what: `the key ${id} of ENCRYPTION_KEYS is another one's twin`, fix: ROTATE }));
    },
  },
  {
    id: 'store-unreadable',
    section: 'Keys',
    severity: 'warning',
    needs: ['ENCRYPTION_KEYS'],
    why: 'These users must sign in again, although their sign-in is still valid.',
    find: ({ store, project: { settings } }) => {
      if (!('credentials' in store) || store.credentials === undefined) return { unchecked: 'the store is not open' };
      const { unreadable, kids: keyIds } = store.credentials;
      const lost = keyIds.filter((kid) => !settings.encryptionKeys.some(({ id }) => id === kid));
      if (unreadable === 0) return [];
      return [
        {
          what: `no key of ENCRYPTION_KEYS opens ${unreadable} of the credentials in the store${
            lost.length > 0 ? `; they were sealed with ${lost.join(', ')}` : ''
          }`,
          fix:
            lost.length > 0
              ? `Put the key ${lost.join(', ')} back at the end of ENCRYPTION_KEYS, then node dist/bot/cli.js keys rotate`
              : 'Put the keys back that the store was written with; if they are lost, people sign in again by themselves',
        },
      ];
    },
  },
];

function isWeak({ key }: EncryptionKey): boolean {
  const text = key.every((byte) => byte >= 0x20 && byte < 0x7f);
  return text || new Set(key).size < MIN_DISTINCT_BYTES || isProgression(key);
}

/** Finds keys such as 0, 1, 2, … */
function isProgression(key: Buffer): boolean {
  const steps = key.subarray(1).map((byte, at) => byte - (key[at] ?? 0));
  return new Set(steps).size === 1;
}

const UNOPENED = { unchecked: 'the store could not be looked at' };

export const storeChecks: readonly Check[] = [
  {
    id: 'store-opens',
    section: 'Store',
    severity: 'error',
    needs: ['STORE_URL'],
    why: 'The service does not start, or users read "try again later" for every search.',
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
    why: 'No user can sign in: the bot cannot store the tokens.',
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
    why: 'All users must sign in again after a restart, or at random times.',
    find: ({ store }) => {
      if ('unchecked' in store) return store;
      if (store.unusable !== undefined) return UNOPENED;
      const fix = store.sqlite
        ? 'STORE_URL=sqlite:/var/lib/latchkey/latchkey.db   (a disk of this machine), or a Redis'
        : 'redis-cli config set appendonly yes; redis-cli config set maxmemory-policy noeviction; redis-cli config rewrite';
      return store.lossy.map((problem) => ({ what: problem, fix, severity: store.accepted ? 'warning' : 'error' }));
    },
  },
  {
    id: 'store-permissions',
    section: 'Store',
    severity: 'warning',
    needs: ['STORE_URL'],
    why: 'Other accounts on this machine can copy the encrypted tokens, and wait for the key.',
    find: ({ store }) => {
      if ('unchecked' in store) return store;
      const { sqlite } = store;
      if (!sqlite) return { unchecked: 'the store is not a file' };
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
    why: 'Users cannot sign out of a connection that was removed. Their tokens stay valid at the provider.',
    find: ({ store }) => {
      if ('unchecked' in store) return store;
      if (!store.credentials) return UNOPENED;
      return store.credentials.orphaned.map(({ connectionId, count }) => ({
        what: `${count} credentials are of the connection ${connectionId}, which is no longer in the connections file`,
        fix: `Add ${connectionId} again until they are gone: node dist/bot/cli.js purge --idle-days 90`,
      }));
    },
  },
];

type StoreInspection = Exclude<CheckContext['store'], { unchecked: string }>;

function schemaProblem(schema: NonNullable<StoreInspection['sqlite']>['schema']): string | undefined {
  if (!schema || schema.found <= schema.known) return undefined;
  return `the store has schema ${schema.found}, this Latchkey knows up to ${schema.known}: it is of a later version`;
}
