import { type PendingRevocation, paginate, type Store, type StoredLink } from '../../store/store.ts';
import { keyIdOf, reseal, SealError, type Vault } from './vault.ts';

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

/** Seals every credential, also in the revocation queue, with the current key. Safe while the service runs: it replaces
 * only unchanged credentials and keeps their version (T60). Skips pending credentials, which expire soon. */
export async function rotateKeys({ store, vault, dryRun }: RotationDependencies): Promise<RotationReport> {
  const { directory, links } = store;
  const report: RotationReport = {
    key: vault.currentKeyId,
    current: 0,
    resealed: 0,
    changed: 0,
    unreadable: 0,
    found: {},
  };
  const rotate = async <T extends StoredLink | PendingRevocation>(stored: T, replace: Replace<T>) => {
    const keyId = keyIdOf(stored.sealed);
    report.found[keyId] = (report.found[keyId] ?? 0) + 1;
    const isCurrent = keyId === vault.currentKeyId;
    report[isCurrent ? 'current' : await resealStored(vault, stored, dryRun ? undefined : replace)]++;
  };
  for await (const link of paginate(directory.links)) {
    await rotate(link, (link, sealed) => links.updateUsage(link, { sealed, usedAt: link.usedAt }));
  }
  for await (const discarded of paginate(directory.discarded)) await rotate(discarded, directory.resealDiscarded);
  return report;
}

/** @returns false if the stored credential has changed */
type Replace<T> = (stored: T, sealed: string) => Promise<boolean>;

/** @param replace absent in a dry run */
async function resealStored<T extends StoredLink | PendingRevocation>(
  vault: Vault,
  stored: T,
  replace: Replace<T> | undefined,
): Promise<'resealed' | 'changed' | 'unreadable'> {
  try {
    const sealed = reseal(vault, stored);
    return !replace || (await replace(stored, sealed)) ? 'resealed' : 'changed';
  } catch (error) {
    if (error instanceof SealError) return 'unreadable';
    throw error;
  }
}
