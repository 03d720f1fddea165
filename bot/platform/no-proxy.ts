import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

type Rule = { port: string | undefined } & (
  | { type: 'name'; name: string }
  | { type: 'network'; network: Address; bits: number }
);

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' };

/** Reads `NO_PROXY`. A name stands for itself and for each name below it, with or without a dot or `*.` in front, as in
 * curl. An address may have a prefix length, and each entry may have a port. `*` stands for every host. An entry that is
 * none of these matches no host.
 * @returns whether a request to this URL skips the proxy */
export function parseNoProxy(text: string): (url: URL) => boolean {
  const entries = text.split(/[\s,]+/).filter(Boolean);
  if (entries.includes('*')) return () => true;
  const rules = entries.map(parseRule);
  return (url) => {
    const host = hostOf(url);
    const address = ipaddr.isValid(host) ? ipaddr.process(host) : undefined;
    const port = url.port || DEFAULT_PORTS[url.protocol];
    return rules.some((rule) => {
      if (rule.port !== undefined && rule.port !== port) return false;
      if (rule.type === 'network') return address !== undefined && contains(rule, address);
      return address === undefined && (host === rule.name || host.endsWith(`.${rule.name}`));
    });
  };
}

/** Loopback and link-local addresses (RFC 1122, RFC 3927, RFC 4291) are on this machine or beside it: a proxy would reach
 * its own, and would read the tokens of a managed identity, which come without encryption (T48). */
export function isNeverProxied(url: URL): boolean {
  const host = hostOf(url);
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  return ipaddr.isValid(host) && ['loopback', 'linkLocal', 'unspecified'].includes(ipaddr.process(host).range());
}

/** In lower case, without the brackets of IPv6 and the dot of the root. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

function parseRule(entry: string): Rule {
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]*))(?::(\d{1,5}))?$/.exec(entry) ?? [];
  const host = (bracketed ?? plain ?? entry).toLowerCase();
  const network = parseNetwork(host);
  if (network) return { type: 'network', port, ...network };
  return { type: 'name', port, name: host.replace(/^\*?\./, '').replace(/\.$/, '') };
}

function parseNetwork(text: string): { network: Address; bits: number } | undefined {
  if (ipaddr.isValid(text)) {
    // ipaddr.js reads `10` as 0.0.0.10.
    const network = /[.:]/.test(text) ? ipaddr.process(text) : undefined;
    return network && { network, bits: network.kind() === 'ipv4' ? 32 : 128 };
  }
  try {
    const [network, bits] = ipaddr.parseCIDR(text);
    return { network, bits };
  } catch {
    return undefined;
  }
}

function contains({ network, bits }: { network: Address; bits: number }, address: Address): boolean {
  if (network instanceof ipaddr.IPv4) return address instanceof ipaddr.IPv4 && address.match(network, bits);
  return address instanceof ipaddr.IPv6 && address.match(network, bits);
}
