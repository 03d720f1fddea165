import { v7 as newId } from 'uuid';
import type { Leases } from '../../store/store.ts';
import { ProviderError } from '../providers/identity-provider.ts';
import { sha256 } from '../secrets.ts';
import type { User } from '../user.ts';

/** Longer than one thing at a provider may take, so that a lease ends only with its holder's life. Milliseconds. */
const LEASE = 6_000;
const POLL_INTERVAL_MS = 30;
/** How long somebody waits for a turn: an invoke has to be answered. Milliseconds. */
const MAX_WAIT_MS = 2_500;

/** The name of a person's turn at something; it does not name them. */
export function leaseName(subject: string, { tenantId, objectId }: User): string {
  return `${subject}/${sha256(`${tenantId}/${objectId}`)}`;
}

/** Does the work when nobody else does work of that name, on whichever instance. @throws {ProviderError} when it is not its
 * turn in time */
export async function withLease<T>(leases: Leases, name: string, work: () => Promise<T>): Promise<T> {
  const [holder, end] = [newId(), performance.now() + MAX_WAIT_MS];
  while (!(await leases.acquire(name, holder, Date.now() + LEASE, Date.now()))) {
    if (performance.now() > end) throw new ProviderError('timeout', 'another instance did not finish');
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS * (0.5 + Math.random())));
  }
  try {
    return await work();
  } finally {
    await leases.release(name, holder);
  }
}
