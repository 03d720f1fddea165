import { shardOf, type User } from '../../../bot/sign-in/user.ts';
import type { Link, Owner, Parked, StoredLink, Transaction } from '../../../bot/store/store.ts';

/* Records for the store suites. */

export const NOW = 1_800_000_000_000;
export const MINUTE = 60_000;
export const ADA: User = {
  tenantId: '11111111-aaaa-4aaa-8aaa-111111111111',
  objectId: 'aaaaaaaa-0001-4001-8001-000000000001',
};
export const GRACE: User = { ...ADA, objectId: 'aaaaaaaa-0002-4002-8002-000000000002' };
/** The waits between two tries of a revocation. */
export const WAITS = { leaseMs: MINUTE, longestWaitMs: 2 * 24 * 60 * MINUTE };

/** A key like those of the sign-in: as long as a hash, and in its owner's shard. */
export const k = (name: string, asker: User = ADA) => shardOf(asker) + name.padEnd(42, '_');
export const owner = (asker = ADA, connectionId = 'wiki'): Owner => ({ asker, connectionId });
export const link = (version: string, of = owner()): Link => ({ ...of, version, sealed: `sealed ${version}` });
export const stored = (version: string, usedAt = NOW): StoredLink => ({ ...link(version), usedAt });
export const parked = (keyHash: string, of = owner(), rest: Partial<Parked> = {}): Parked => ({
  ...of,
  keyHash: k(keyHash, of.asker),
  version: `v-${keyHash}`,
  sealed: `sealed v-${keyHash}`,
  createdAt: NOW,
  expiresAt: NOW + 3 * MINUTE,
  ...rest,
});
export const transaction = (stateHash: string, rest: Partial<Transaction> = {}): Transaction => ({
  ...owner(),
  stateHash: k(stateHash, rest.asker),
  cookieHash: `cookie of ${stateHash}`,
  createdAt: NOW,
  expiresAt: NOW + 10 * MINUTE,
  sealed: 'sealed transaction',
  ...rest,
});
export const match = (
  stateHash: string,
  rest: { asker?: User; cookieHashes?: string[]; connectionId?: string } = {},
) => ({
  stateHash: k(stateHash, rest.asker),
  cookieHashes: [`cookie of ${stateHash}`],
  connectionId: 'wiki',
  ...rest,
});

/** All entries of a directory, read in pages of this size. */
export async function everyEntry<T>(
  list: (after: string | undefined, limit: number) => Promise<{ entries: readonly T[]; next?: string | undefined }>,
  pageSize: number,
): Promise<T[]> {
  const seen: T[] = [];
  let next: string | undefined;
  do {
    const page = await list(next, pageSize);
    seen.push(...page.entries);
    next = page.next;
  } while (next !== undefined);
  return seen;
}
