import { parsePointer } from '../../platform/json-pointer.ts';
import { itemOf } from '../entries.ts';
import { getJsonIfFound, requestHeaders } from '../http.ts';
import { type Source, type SourceSession, withSettingName } from '../source.ts';
import type { ErrorReader } from './errors.ts';
import { itemReader } from './item-reader.ts';
import { missingSite } from './search-request.ts';
import type { HttpSettings, PageLookup } from './settings.ts';
import { readLinkTemplate, readUrlTemplate, type UrlTemplate } from './templates/url-template.ts';

interface LookupOptions extends ErrorReader, Pick<HttpSettings, 'url' | 'fields' | 'format' | 'marks'> {
  headers: Record<string, string>;
  baseOf(answer: unknown): string;
}

type LookUp = NonNullable<Source['page']>;

const NOT_FOUND_STATUSES = new Set([404, 410]);

/** Looks up the page of a link by the first entry that the link matches.
 * @throws {TypeError} for an entry that cannot work */
export function pageLookup(pages: readonly PageLookup[], options: LookupOptions): LookUp {
  const lookUps = pages.map((page, at) => oneLookup(page, options, pages.length > 1 ? `page[${at}]` : 'page'));
  return async (link, session) => {
    for (const lookUp of lookUps) {
      const found = await lookUp(link, session);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

function oneLookup(page: PageLookup, options: LookupOptions, setting: string): LookUp {
  const { url, fields, format, marks, headers, baseOf, refuseError, mapError } = options;
  withSettingName(`${setting}.link`, () => readUrlTemplate(page.link, ['id', '*']));
  requireId(`${setting}.link`, page.link);
  const idOf = withSettingName(`${setting}.link`, () => readLinkTemplate(page.link));
  const template = withSettingName(`${setting}.url`, () => readUrlTemplate(page.url, ['id', 'site']));
  requireId(`${setting}.url`, page.url);
  if (new URL(page.url).origin !== new URL(url).origin)
    throw new TypeError(`${setting}.url: must be on the same origin as url, which the access token is for`);
  const item = withSettingName(`${setting}.item`, () => parsePointer(page.item ?? ''));
  const readItem = itemReader(page.fields ?? fields, { format, marks }, `${setting}.fields`);
  return async (link, session) => {
    const id = idOf(link);
    if (id === undefined) return undefined;
    const address = template.fill({ id, site: siteOf(template, session) });
    const found = await getJsonIfFound(address, requestHeaders(session, headers), session.signal, {
      isNotFound: ({ status }) => NOT_FOUND_STATUSES.has(status),
      mapError,
    });
    if (!found) return found;
    refuseError(found.json);
    // Without an address in the answer, the page has that of the link.
    return itemOf(readItem(item(found.json), baseOf(found.json), link.href));
  };
}

function siteOf(template: UrlTemplate<'id' | 'site'>, { site = '' }: SourceSession): string {
  if (site === '' && template.has('site')) throw missingSite();
  return site;
}

function requireId(setting: string, address: string): void {
  if (address.split('{id}').length !== 2) throw new TypeError(`${setting}: must have {id} in it, once`);
}
