/** Whether tokens and secrets may go to a URL: https; plain http only to this very machine, and only where that is
 * allowed at all. Anything else in an absolute URL's place is refused too. */
export function isSafeUrl(value: unknown, allowInsecureLoopback: boolean): value is string {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const url = new URL(value);
  return url.protocol === 'https:' || (allowInsecureLoopback && url.protocol === 'http:' && isLoopback(url.hostname));
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
