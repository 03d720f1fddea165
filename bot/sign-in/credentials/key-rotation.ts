import type { Page, PendingRevocation, Store, StoredLink } from '../../store/store.ts';
import { keyOf, reseal, SealError, type Vault } from './vault.ts';

export interface RotationReport {
  key: string;
  current: number;
  /** Sealed again. In a dry run: to be sealed. */
  resealed: number;
  /** Changed during the run: run it again. */
  changed: number;
  /** Altered, or the key is gone: these people must sign in again. */
  unreadable: number;
  /** Credentials by key id before the run. */
  found: Record<string, number>;
}

interface RotationDependencies {
  store: Store;
  vault: Vault;
  dryRun: boolean;
}

const PAGE = 500;

/** Seals every credential, also in the revocation queue, with the current key. Safe while the service runs: it replaces
 * only unchanged credentials and keeps their version (T60). Skips pending credentials, which expire soon. */
export async function rotateKeys({ store, vault, dryRun }: RotationDependencies): Promise<RotationReport> {
  const { directory, links } = store;
  const rotation: RotationReport = {
    key: vault.currentKeyId,
    current: 0,
    resealed: 0,
    changed: 0,
    unreadable: 0,
    found: {},
  };
  const reseal = async <T extends StoredLink | PendingRevocation>(stored: T, keep: Keep<T>) => {
    const key = keyOf(stored.sealed);
    rotation.found[key] = (rotation.found[key] ?? 0) + 1;
    rotation[key === vault.currentKeyId ? 'current' : await sealAndKeep(vault, stored, dryRun ? pretend : keep)]++;
  };
  for await (const link of paginate(directory.links)) {
    await reseal(link, (link, sealed) => links.updateUsage(link, { sealed, usedAt: link.usedAt }));
  }
  for await (const discarded of paginate(directory.discarded)) await reseal(discarded, directory.resealDiscarded);
  return rotation;
}

type Keep<T> = (stored: T, sealed: string) => Promise<boolean>;

const pretend = async () => true;

async function sealAndKeep<T extends StoredLink | PendingRevocation>(
  vault: Vault,
  stored: T,
  keep: Keep<T>,
): Promise<'resealed' | 'changed' | 'unreadable'> {
  try {
    return (await keep(stored, reseal(vault, stored))) ? 'resealed' : 'changed';
  } catch (error) {
    if (error instanceof SealError) return 'unreadable';
    throw error;
  }
}

export async function* paginate<T>(
  page: (after: string | undefined, limit: number) => Promise<Page<T>>,
): AsyncIterable<T> {
  let after: string | undefined;
  do {
    const { entries, next } = await page(after, PAGE);
    yield* entries;
    after = next;
  } while (after !== undefined);
}
