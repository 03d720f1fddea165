import type { IncomingMessage } from 'node:http';
import type { Limit, Limits } from '../store/store.ts';
import { HttpProblem } from './problem.ts';
import type { RemoteAddress } from './remote-address.ts';

/** A whole organisation may sit behind one address, and a sign-in takes two to four calls: generous to a thousand
 * sign-ins a minute, and an end to floods. Nothing that is guessed at here is short enough to need less (T16). */
const LIMIT: Limit = { name: 'address', points: 3_000, window: 60_000 };

/** Counts a request to `/auth/api/*` against its remote address. @throws {HttpProblem} 429 */
export function addressLimit(limits: Limits, addressOf: RemoteAddress): (request: IncomingMessage) => Promise<void> {
  return async (request) => {
    const wait = await limits.consume(LIMIT, addressOf(request));
    if (wait !== undefined) throw new HttpProblem(429, 'limit.exceeded', { retryAfter: wait });
  };
}
