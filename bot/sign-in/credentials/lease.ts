import { v7 as newId } from 'uuid';
import type { Leases } from '../../store/store.ts';
import { ProviderError } from '../providers/identity-provider.ts';
import { sha256 } from '../secrets.ts';
import type { User } from '../user.ts';

/** Longer than a provider call can take, so that a lease expires only if its holder died. */
export const LEASE_MS = 6_000;
const POLL_INTERVAL_MS = 30;
/** An invoke has four seconds (deadline.ts). */
const MAX_WAIT_MS = 2_500;

/** Hashed, so that the name contains no ids of the user. */
export function leaseName(subject: string, { tenantId, objectId }: User): string {
  return `${subject}/${sha256(`${tenantId}/${objectId}`)}`;
}

interface LeaseOptions {
  maxWaitMs?: number;
  /** Another instance has done the work: `work` runs without the lease and finds that out. */
  isDone?(): Promise<boolean>;
}

/** At most one instance runs the work of a name at a time.
 * @throws {ProviderError} if its turn does not come in time */
export async function withLease<T>(
  leases: Leases,
  name: string,
  work: () => Promise<T>,
  { maxWaitMs = MAX_WAIT_MS, isDone }: LeaseOptions = {},
): Promise<T> {
  const [holder, end] = [newId(), performance.now() + maxWaitMs];
  while (!(await leases.acquire(name, holder, Date.now() + LEASE_MS, Date.now()))) {
    if (performance.now() > end) {
      throw new ProviderError('timeout', `${name.split('/')[0]}: another instance did not finish`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS * (0.5 + Math.random())));
    if (await isDone?.()) return work();
  }
  try {
    return await work();
  } finally {
    await leases.release(name, holder);
  }
}
