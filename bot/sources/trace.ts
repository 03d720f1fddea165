import { randomUUID } from 'node:crypto';

const TRACEPARENT = /^00-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/;

/** The `traceparent` of a call: the one that was handed in, as it is, since no span of ours is recorded in between; or
 * the start of a trace, not sampled. @see https://www.w3.org/TR/trace-context/#traceparent-header */
export function traceparentOf(handedIn: string | undefined): string {
  if (handedIn !== undefined && TRACEPARENT.test(handedIn)) return handedIn;
  return `00-${randomId()}-${randomId().slice(0, 16)}-00`;
}

/** 32 hexadecimal digits, random but for a few that are never zero. Node draws them in advance, many at a time. */
function randomId(): string {
  return randomUUID().replaceAll('-', '');
}
