import { keyIdOf, openCredential, SealError, Vault } from '../../../sign-in/credentials/vault.ts';
import { openStore } from '../../../store/open-store.ts';
import { ignoringDurability, parseRedisAddress } from '../../../store/redis/keys.ts';
import { type Inspection, inspectSqlite } from '../../../store/sqlite/inspection.ts';
import { paginate, type Store } from '../../../store/store.ts';
import type { Project } from '../checks/project.ts';
import type { Skipped } from './probe.ts';

export type StoreState = Skipped | StoreInspection;

interface StoreInspection {
  sqlite?: Inspection;
  unusable?: string;
  unwritable?: string;
  lossy: string[];
  /** `?durability=ignore`: the operator accepts the loss. */
  accepted: boolean;
  /** Absent without a key. */
  credentials?: Credentials;
}

interface Credentials {
  unreadable: number;
  kids: string[];
  /** Of connections that are no longer configured. */
  orphaned: { connectionId: string; count: number }[];
}

/** A large store is read only in part. */
const MAX_CREDENTIALS = 20_000;
const MAX_DURATION_MS = 4_000;

export async function inspectStore({ settings, usable }: Project, offline: boolean): Promise<StoreState> {
  if (!usable('STORE_URL')) return { unchecked: 'STORE_URL is not usable' };
  const { storeUrl } = settings;
  if (!storeUrl.startsWith('sqlite:')) {
    return offline ? { unchecked: 'needs the network, and --offline is set' } : inspectRedis(storeUrl, settings);
  }
  const sqlite = inspectSqlite(storeUrl.slice('sqlite:'.length));
  const inspection = { sqlite, lossy: sqlite.filesystem ? [`it lies on ${sqlite.filesystem}`] : [], accepted: false };
  // Opening would upgrade an older schema, which only the service should do.
  if (!sqlite.schema || sqlite.unwritable !== undefined || sqlite.schema.found !== sqlite.schema.known)
    return inspection;
  const store = await openStore(storeUrl, () => undefined);
  try {
    return { ...inspection, ...(await credentialsIn(store, settings)) };
  } finally {
    await store.close();
  }
}

async function inspectRedis(storeUrl: string, settings: Project['settings']): Promise<StoreState> {
  const accepted = parseRedisAddress(storeUrl)?.mayLose ?? false;
  const durabilityProblems: string[] = [];
  let store: Store | undefined;
  try {
    store = await openStore(ignoringDurability(storeUrl), (message) => durabilityProblems.push(message));
  } catch (error) {
    return { unusable: (error as Error).message, lossy: durabilityProblems, accepted };
  }
  try {
    await tryWrite(store);
    return { lossy: durabilityProblems, accepted, ...(await credentialsIn(store, settings)) };
  } catch (error) {
    return { unwritable: (error as Error).message, lossy: durabilityProblems, accepted };
  } finally {
    await store.close();
  }
}

/** A released lease leaves no data. */
async function tryWrite({ leases }: Store): Promise<void> {
  const now = Date.now();
  const holder = `doctor-${process.pid}-${now}`;
  if (await leases.acquire('doctor', holder, now + 1_000, now)) await leases.release('doctor', holder);
}

async function credentialsIn(
  store: Store,
  { encryptionKeys, connections }: Project['settings'],
): Promise<{ credentials?: Credentials }> {
  if (encryptionKeys.length === 0) return {};
  const vault = new Vault(encryptionKeys);
  const keyIds = new Set<string>();
  const left = new Map<string, number>();
  const end = Date.now() + MAX_DURATION_MS;
  let [checked, unreadable] = [0, 0];
  for await (const link of paginate(store.directory.links)) {
    if (!opens(vault, link)) {
      unreadable++;
      keyIds.add(keyIdOf(link.sealed));
    }
    if (!connections.some(({ id }) => id === link.connectionId)) {
      left.set(link.connectionId, (left.get(link.connectionId) ?? 0) + 1);
    }
    if (++checked >= MAX_CREDENTIALS || Date.now() > end) break;
  }
  const orphaned = [...left].map(([connectionId, count]) => ({ connectionId, count }));
  return { credentials: { unreadable, kids: [...keyIds], orphaned } };
}

function opens(vault: Vault, link: Parameters<typeof openCredential>[1]): boolean {
  try {
    openCredential(vault, link);
    return true;
  } catch (error) {
    if (error instanceof SealError) return false;
    throw error;
  }
}
