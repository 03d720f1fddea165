import { itemOf } from '../entries.ts';
import { requestHeaders } from '../http.ts';
import { getJsonIfFound } from '../one-page.ts';
import { withSettingName } from '../setting-name.ts';
import type { Source } from '../source.ts';
import { parsePointer } from './json-pointer.ts';
import { readLinkTemplate } from './link-template.ts';
import { type ItemPointers, type ItemReader, itemReader } from './response.ts';
import { readUrlTemplate, type UrlTemplate } from './url-template.ts';

/** How a link becomes a page. */
export interface JsonApiPage {
  /** Where people read it: `https://tickets.example.com/t/{id}`. */
  link: string;
  /** Where the API has it: `https://api.example.com/v2/tickets/{id}`. */
  url: string;
  /** A JSON pointer (RFC 6901) into the answer: to the page. The whole answer unless said. */
  item?: string | undefined;
  /** And into that; those of searches unless said. */
  fields?: ItemPointers | undefined;
}

const NOT_FOUND_STATUSES = new Set([404, 410]);

/** @param searches where they go, what their items are like, and the headers of every call
 * @throws {TypeError} where the options can't be used */
export function pageLookup(
  page: JsonApiPage,
  searches: { url: string; linkBase: string; fields: ItemPointers; headers: Record<string, string> },
): NonNullable<Source['page']> {
  const { origin } = new URL(searches.url);
  templateWithId('page.link', page.link);
  const idOf = readLinkTemplate(page.link);
  const template = templateWithId('page.url', page.url);
  if (new URL(page.url).origin !== origin) {
    throw new TypeError('page.url: must be on the same origin as url, which the access token is for');
  }
  const item = withSettingName('page.item', () => parsePointer(page.item ?? ''));
  const readItem: ItemReader = itemReader(page.fields ?? searches.fields, searches.linkBase, 'page.fields');
  return async (link, session) => {
    const id = idOf(link);
    if (id === undefined) return undefined;
    const found = await getJsonIfFound(
      template.fill({ id }),
      requestHeaders(session, searches.headers),
      session.signal,
      {
        isNone: ({ status }) => NOT_FOUND_STATUSES.has(status),
      },
    );
    return found && itemOf(readItem(item(found.json)));
  };
}

function templateWithId(setting: string, address: string): UrlTemplate<'id'> {
  const template = withSettingName(setting, () => readUrlTemplate(address, ['id']));
  if (address.split('{id}').length === 2) return template;
  throw new TypeError(`${setting}: must have {id} in it, once`);
}
