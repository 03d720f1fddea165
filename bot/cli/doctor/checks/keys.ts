import type { EncryptionKey } from '../../../config/config.ts';
import type { Check } from '../check.ts';

const NEW_KEY = `node -p "'k2:' + require('crypto').randomBytes(32).toString('base64')"`;
const ROTATE = `${NEW_KEY}   and put it first in ENCRYPTION_KEYS, then node dist/bot/cli.js keys rotate`;
/** Of 32 random bytes, 30 are different on average. */
const MIN_DISTINCT_BYTES = 16;

export const keyChecks: readonly Check[] = [
  {
    id: 'key-weak',
    section: 'Keys',
    severity: 'error',
    needs: ['ENCRYPTION_KEYS'],
    why: "Whoever gets a copy of the store can guess it, and has everybody's tokens.",
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
    why: 'Changing from one to the other changes nothing: who knows the old key can read on.',
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
    why: 'Those people are asked to sign in again, though nothing is wrong with their sign-in.',
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

/** 0, 1, 2, … and the like. */
function isProgression(key: Buffer): boolean {
  const steps = key.subarray(1).map((byte, at) => byte - (key[at] ?? 0));
  return new Set(steps).size === 1;
}
