interface Cookie {
  name: string;
  value: string;
  path: string;
  host: string;
}

/** RFC 6265: host, path and deletion. */
export class CookieJar {
  #cookies: Cookie[] = [];

  take(url: URL, setCookie: readonly string[]): void {
    for (const header of setCookie) this.#set(parse(url, header));
  }

  header(url: URL): string {
    return this.#cookies
      .filter((cookie) => cookie.host === url.hostname && covers(cookie.path, url.pathname))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  #set({ cookie, gone }: { cookie: Cookie; gone: boolean }): void {
    const same = ({ name, path, host }: Cookie) => name === cookie.name && path === cookie.path && host === cookie.host;
    this.#cookies = this.#cookies.filter((each) => !same(each));
    if (!gone) this.#cookies.push(cookie);
  }
}

/** RFC 6265 section 5.1.4. */
function covers(path: string, pathname: string): boolean {
  return pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
}

function parse(url: URL, header: string): { cookie: Cookie; gone: boolean } {
  const [pair = '', ...attributes] = header.split(';').map((part) => part.trim());
  const split = pair.indexOf('=');
  const named = (name: string) =>
    attributes.find((each) => each.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1);
  const expires = named('expires');
  const gone = named('max-age') === '0' || (expires !== undefined && Date.parse(expires) <= Date.now());
  const path = named('path') ?? '/';
  return { cookie: { name: pair.slice(0, split), value: pair.slice(split + 1), path, host: url.hostname }, gone };
}
