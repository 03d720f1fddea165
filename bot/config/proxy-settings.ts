import { parseNoProxy } from '../platform/no-proxy.ts';
import type { OutboundProxy } from '../platform/outbound-proxy.ts';
import { safeDecodeUriComponent } from '../platform/safe-url.ts';
import type { Env, ReportProblem } from './env.ts';

/** Reads `HTTPS_PROXY` and `NO_PROXY`. The name in lower case wins, as in curl. `HTTP_PROXY` is for plain http, which
 * Latchkey speaks only with this machine. With `NO_PROXY=*` no proxy is used, so its URL may be of any kind.
 * @param bad reports a URL of another kind of proxy: a request without it would not go the way that the operator wants */
export function readOutboundProxy(env: Env, bad: ReportProblem): OutboundProxy | undefined {
  const value = (env.https_proxy || env.HTTPS_PROXY || '').trim();
  const noProxy = (env.no_proxy || env.NO_PROXY || '').trim();
  if (value === '' || noProxy === '*') return undefined;
  const proxy = parseProxyUrl(value);
  if (!proxy) {
    const name = env.https_proxy ? 'HTTPS_PROXY (as https_proxy)' : 'HTTPS_PROXY';
    return bad(
      `${name} must be http:// or https:// and a host, with a port, and with user:password@ if the proxy needs it. A SOCKS proxy does not work. NO_PROXY=* turns the proxy off`,
    );
  }
  return { ...proxy, isExempt: parseNoProxy(noProxy) };
}

function parseProxyUrl(value: string): Pick<OutboundProxy, 'origin' | 'authorization'> | undefined {
  const text = value.includes('://') ? value : `http://${value}`;
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isPlain = url.pathname === '/' && !url.search && !url.hash;
  const [user, password] = [safeDecodeUriComponent(url.username), safeDecodeUriComponent(url.password)];
  if (!/^https?:$/.test(url.protocol) || !isPlain || user === undefined || password === undefined) return undefined;
  const credentials = user || password ? `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` : undefined;
  return { origin: new URL(url.origin), authorization: credentials };
}

/** A machine where only `HTTP_PROXY` is set. */
export function proxyWarnings({ http_proxy, HTTP_PROXY, https_proxy, HTTPS_PROXY }: Env): string[] {
  if (https_proxy || HTTPS_PROXY || !(http_proxy || HTTP_PROXY)) return [];
  return ['HTTP_PROXY is set without HTTPS_PROXY: all requests of Latchkey are https, so they go without a proxy'];
}
