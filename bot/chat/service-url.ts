import { isLoopback, isSafeUrl } from '../platform/safe-url.ts';

/** Names that lead nowhere but inside (RFC 6761, RFC 6762, RFC 9476). */
const INSIDE = /\.(local|localhost|internal|intranet|lan|home|corp|private|arpa|alt)$/i;

/** T48: whether the bot sends there. The Connector's token vouches for the address; that it leads out, to a name that the
 * world knows, over https, is asked besides.
 * @param loopback `BASE_URL` is loopback: then this machine's stand-ins are what there is */
export function isServiceUrl(value: unknown, loopback: boolean): value is string {
  if (!isSafeUrl(value, loopback)) return false;
  const url = new URL(value);
  // An address in numbers, of either kind, has no such end.
  return isLoopback(url) || (/\.[a-z][a-z0-9-]+$/i.test(url.hostname) && !INSIDE.test(url.hostname));
}
