/** `URL.canParse` of Node 20 refuses a host such as `bücher.example` after some thousand calls.
 * @param base of a relative address
 * @returns `undefined` if it is no URL */
export function parseUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** True if the URL may receive tokens and secrets: https without credentials, or loopback if `BASE_URL` is loopback. */
export function isSafeUrl(value: unknown, loopback: boolean): value is string {
  const url = typeof value === 'string' ? parseUrl(value) : undefined;
  if (!url || url.username || url.password) return false;
  if (isLoopback(url)) return loopback && /^https?:$/.test(url.protocol);
  return url.protocol === 'https:';
}

const MAX_URL_LENGTH = 2048;

/** Returns `undefined` unless the URL is on one of the origins. Only the loopback rule allows an http origin. */
export function safeUrl(url: string | undefined, origins: ReadonlySet<string>): string | undefined {
  const parsed = url === undefined || url.length > MAX_URL_LENGTH ? undefined : parseUrl(url);
  if (!parsed) return undefined;
  const { origin, protocol, href, username, password } = parsed;
  const web = protocol === 'https:' || protocol === 'http:';
  if (!web || username || password || !origins.has(origin)) return undefined;
  return href.replace(/[{}]/g, encodeURIComponent);
}

/** @returns `undefined` for a broken escape */
export function safeDecodeUriComponent(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
