import { parsePointer } from '../../../platform/json-pointer.ts';
import { ProviderError } from '../identity-provider.ts';
import type { OAuth2Settings } from './settings.ts';

/** It becomes a segment of a path, percent-encoded. */
const SITE = /^(?!\.{1,2}$)[^/\\\p{C}]{1,200}$/u;

/** Finds the user's site in a list, such as Atlassian's `accessible-resources`, or in one object.
 * @throws {ProviderError} `insufficient_scope` if the user granted no access to the site, or chose another one */
export function siteReader({ id, items, address, only }: NonNullable<OAuth2Settings['site']>) {
  const [idAt, itemsAt] = [parsePointer(id), parsePointer(items)];
  const addressAt = address === undefined ? undefined : parsePointer(address);
  const wanted = only === undefined ? undefined : comparable(only);
  return (answer: unknown): string => {
    const found = itemsAt(answer);
    const sites = (Array.isArray(found) ? found : [found]).filter(
      (each) => addressAt === undefined || comparable(addressAt(each)) === wanted,
    );
    const ids = [...new Set(sites.map(idAt))];
    if (ids.length > 1) throw new ProviderError('invalid_response', 'the user has several sites: set site.only');
    const [site] = ids;
    if (typeof site !== 'string' || !SITE.test(site))
      throw new ProviderError('insufficient_scope', 'the user has no access to the site');
    return site;
  };
}

function comparable(address: unknown): string | undefined {
  if (typeof address !== 'string' || !URL.canParse(address)) return undefined;
  const { origin, pathname } = new URL(address);
  return origin + pathname.replace(/\/+$/, '');
}
