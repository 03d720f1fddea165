/** The origin of an address that is nothing but one. @param hint what to do with the rest of it
 * @throws {TypeError} for any other address */
export function parseOrigin(url: string, hint = 'such as https://search.example.com'): string {
  const parsed = parseBaseUrl(url);
  if (parsed.pathname !== '/') throw new TypeError(`url: only the origin; ${hint}`);
  return parsed.origin;
}

/** An address that paths can be added to. @throws {TypeError} for one that is none, or that carries more than a path */
export function parseBaseUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const web = parsed?.protocol === 'https:' || parsed?.protocol === 'http:';
  if (!parsed || !web || parsed.username || parsed.password) throw new TypeError(`url: not a web address: ${url}`);
  if (parsed.search || parsed.hash) throw new TypeError('url: without a query and a fragment');
  return parsed;
}

/** As one segment of a path, or one value in a query. By URLSearchParams, which takes half a surrogate pair too. */
export function percentEncode(value: string): string {
  return new URLSearchParams({ value }).toString().slice('value='.length).replaceAll('+', '%20');
}
