import type { IncomingMessage } from 'node:http';

/** T93: more are refused, not dropped: whether a check sees a header must not be its sender's choice. */
export const MAX_HEADERS = 64;
export const MAX_HEADER_BYTES = 16 * 1024;

/** Headers that may come once. Of two, Node reads the first one or joins both; what stands in front may read the last. A second
 * `Content-Length` is refused by Node itself. */
const SINGLE = new Map([
  ['host', 1],
  ['origin', 2],
  ['content-type', 4],
  ['authorization', 8],
]);
const LENGTHS = new Set([...SINGLE.keys()].map((name) => name.length));

/** Why no route may see a request with these headers; `undefined` where one may. */
export function headersProblem({
  rawHeaders,
  headers,
  httpVersion,
}: IncomingMessage): { status: number; code: string } | undefined {
  if (rawHeaders.length > 2 * MAX_HEADERS) return { status: 431, code: 'request.headers_too_large' };
  // RFC 9112 section 3.2: exactly one Host, since HTTP/1.1.
  const withoutHost = headers.host === undefined && httpVersion !== '1.0';
  return withoutHost || hasRepeated(rawHeaders) ? { status: 400, code: 'request.malformed' } : undefined;
}

function hasRepeated(rawHeaders: readonly string[]): boolean {
  let seen = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    // Most names are passed over by their length alone.
    const bit = LENGTHS.has(name.length) ? (SINGLE.get(name.toLowerCase()) ?? 0) : 0;
    if ((seen & bit) !== 0) return true;
    seen |= bit;
  }
  return false;
}
