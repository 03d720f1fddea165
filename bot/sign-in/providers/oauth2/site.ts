import { parsePointer } from '../../../platform/json-pointer.ts';
import { parseUrl } from '../../../platform/safe-url.ts';
import { ProviderError } from '../identity-provider.ts';
import type { OAuth2Settings } from './settings.ts';

/** One segment of a path, or one label of a host: it replaces `{site}` in addresses to which tokens are sent. */
const SITE = /^(?!\.{1,2}$)[A-Za-z0-9._~-]{1,200}$/;

/** Finds the user's site in a list, such as Atlassian's `accessible-resources`, or in one object.
 * @see https://developer.atlassian.com/cloud/confluence/oauth-2-3lo-apps/
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
    const ids = [...new Set(sites.map((each) => idAt(each)).filter((each) => each !== undefined))];
    if (ids.length > 1) throw new ProviderError('invalid_response', 'the user has several sites: set site.only');
    const site = typeof ids[0] === 'number' ? String(ids[0]) : ids[0];
    if (site === undefined) throw new ProviderError('insufficient_scope', 'the user has no access to the site');
    if (typeof site !== 'string' || !SITE.test(site))
      throw new ProviderError('invalid_response', `there is no usable id at site.id (${id})`);
    return site;
  };
}

function comparable(address: unknown): string | undefined {
  const url = typeof address === 'string' ? parseUrl(address) : undefined;
  return url && url.origin + url.pathname.replace(/\/+$/, '');
}
