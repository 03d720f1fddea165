import { randomBytes } from 'node:crypto';

const TRACEPARENT = /^00-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/;

/** The `traceparent` of a call: the one that was handed in, as it is, since no span of ours is recorded in between; or
 * the start of a trace, not sampled. @see https://www.w3.org/TR/trace-context/#traceparent-header */
export function traceparentOf(handedIn: string | undefined): string {
  if (handedIn !== undefined && TRACEPARENT.test(handedIn)) return handedIn;
  return `00-${randomId(16)}-${randomId(8)}-00`;
}

/** Random and not all zeros, which would be no id. */
function randomId(bytes: number): string {
  const id = randomBytes(bytes);
  return id.some((byte) => byte !== 0) ? id.toString('hex') : randomId(bytes);
}
