import { parseUrl } from '../platform/safe-url.ts';
/** @param hint advice about a path @throws {TypeError} unless the address is only an origin */
export function parseOrigin(url: string, hint = 'such as https://search.example.com'): string {
  const parsed = parseBaseUrl(url);
  if (parsed.pathname !== '/') throw new TypeError(`url: only the origin; ${hint}`);
  return parsed.origin;
}

/** @throws {TypeError} unless the address is only an origin and a path */
export function parseBaseUrl(url: string): URL {
  const parsed = parseUrl(url);
  const web = parsed?.protocol === 'https:' || parsed?.protocol === 'http:';
  if (!parsed || !web || parsed.username || parsed.password) throw new TypeError(`url: not a web address: ${url}`);
  if (parsed.search || parsed.hash) throw new TypeError('url: without a query and a fragment');
  return parsed;
}

/** For one path segment or query value. `encodeURIComponent` throws on half a surrogate pair. */
export function percentEncode(value: string): string {
  return new URLSearchParams({ value }).toString().slice('value='.length).replaceAll('+', '%20');
}

/** For typed text in a path segment. A proxy that decodes `%2F` could leave the path: `x/../admin`. */
export function percentEncodeSegment(value: string): string {
  return percentEncode(value.replace(/[/\\]+/g, ' ').trim());
}
