import * as z from 'zod';
import { parseUrl } from '../../platform/safe-url.ts';
import { places, text } from '../source.ts';
import { errorSettings } from './errors.ts';
import { factSettings } from './facts.ts';

const ITEM_TEXT = 'a JSON pointer into an item, or a text with pointers in braces';

const fields = z.strictObject({
  title: z.string().describe(`The title: ${ITEM_TEXT}, such as "{/key} · {/fields/summary}".`),
  url: z
    .string()
    .describe(
      'The address where people read the item: a JSON pointer, or an address with pointers in braces, such as "https://contoso.atlassian.net/browse/{/key}".',
    ),
  snippet: z.string().optional().describe(`An excerpt: ${ITEM_TEXT}. format says what it is.`),
  image: z.string().optional().describe('The address of an image, like url.'),
  edited: z.string().optional().describe('JSON pointer to the date of the last change.'),
  by: z.string().optional().describe(`The name of the last author: ${ITEM_TEXT}.`),
  facts: factSettings,
});

const total = z.union([
  z.string(),
  z.strictObject({ header: text.describe('The name of the header, such as X-Total-Count.') }),
]);
const next = z.union([
  z.string(),
  z.strictObject({ header: z.literal('Link').describe('Its rel="next" (RFC 8288).') }),
]);
const body = z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]);

const pageLookup = z.strictObject({
  link: z
    .url()
    .describe('The address where people read a page, with {id} once. {*} stands for any text, such as a title.'),
  url: z.url().describe('The address of the page in the API, on the origin of the search, with {id} once.'),
  item: z.string().optional().describe('JSON pointer to the page in the answer. The default is the whole answer.'),
  fields: fields.optional().describe('The fields of the page. The default is those of a search.'),
});

export const httpSettings = z
  .strictObject({
    type: z.literal('http').describe('Any API that answers a GET or a POST with a list in JSON.'),
    url: text.describe('The address of a search, with {query} and if possible {skip} or {page}, and {count}.'),
    method: z.enum(['GET', 'POST']).optional().describe('The default is GET, or POST if there is a body.'),
    body: body.optional().describe('The body of a POST. Its texts have the same places as url.'),
    contentType: text.optional().describe('The media type of the body. The default is application/json.'),
    recentUrl: text.optional().describe('The address of recent changes, on the origin of url.'),
    recent: z
      .strictObject({
        url: text.optional().describe('Like recentUrl.'),
        body: body.optional().describe('The body of a POST for recent changes.'),
        items: z.string().optional().describe('The default is items.'),
        total: total.optional().describe('The default is total.'),
        fields: fields.optional().describe('The default is fields.'),
      })
      .optional()
      .describe('Recent changes, if the API answers them in another form than a search.'),
    answer: z
      .string()
      .optional()
      .describe('JSON pointer to the answer, if the API wraps it in an object or in a text of JSON.'),
    items: z.string().describe('JSON pointer (RFC 6901) to the list. An empty text is the whole answer.'),
    total: total.optional().describe('JSON pointer to the number of all results, or the name of a header.'),
    next: next
      .optional()
      .describe(
        'JSON pointer to the cursor for {cursor}, or to an address that has it in the same parameter. Without {cursor}: JSON pointer to the address of the next page, or the header Link.',
      ),
    incomplete: z
      .string()
      .optional()
      .describe('JSON pointer to a member that is true, or above 0, if the API did not search everything.'),
    error: errorSettings.optional(),
    fields: fields.describe('Where an item has its title, address and more.'),
    format: z
      .enum(['html', 'markdown', 'text'])
      .default('html')
      .describe('What the snippet is. Atlassian documents (ADF) are recognised.'),
    marks: z
      .strictObject({ open: text.describe('The text before a match.'), close: text.describe('The text after it.') })
      .optional()
      .describe('The texts around a match. em, mark, b, strong and those of Confluence are known.'),
    operators: z
      .enum(['allow', 'remove'])
      .default('remove')
      .describe('Whether {query} keeps the operators of the query language that a user types.'),
    minLength: z
      .int()
      .min(1)
      .default(1)
      .describe(
        'How many letters and digits a search must have, for an API that refuses fewer. A shorter search finds nothing, without a request.',
      ),
    linkBase: text
      .optional()
      .describe('The base of relative addresses, or a JSON pointer into the answer: "{/_links/base}".'),
    page: z
      .union([pageLookup, z.array(pageLookup).min(1)])
      .optional()
      .describe('How the bot looks up a link that a user pastes. A list for several kinds of link.'),
    firstPage: z.int().min(0).max(1).optional().describe('The number of the first page. The default is 1.'),
    headers: z.record(z.string(), z.string()).optional().describe('More headers of each call. No secrets.'),
    ...places,
  })
  .superRefine((settings, context) => {
    const origins = [settings.url, ...settings.linkOrigins];
    for (const [path, address] of cardAddresses(settings)) {
      if (isOnOneOf(address, origins)) continue;
      const message =
        'must be on one of linkOrigins, where cards lead, or on the origin of url: add its origin to linkOrigins';
      context.addIssue({ code: 'custom', path: [path], message });
    }
  });

/** As in connections.json: a field with a default may be absent. */
export type HttpSettings = z.input<typeof httpSettings>;
export type ItemFields = z.input<typeof fields>;
export type PageLookup = z.input<typeof pageLookup>;

export function listOf<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as T];
}

type CardSettings = Pick<HttpSettings, 'fields' | 'recent' | 'page' | 'linkBase'>;

/** The addresses of the settings that cards lead to, by field. T51: a card leads only where the configuration says. */
function* cardAddresses({ fields, recent, page, linkBase }: CardSettings): Iterable<[string, string]> {
  const isList = Array.isArray(page);
  const pages = listOf(page).map((each, at) => ({ ...each, name: isList ? `page.${at}` : 'page' }));
  if (linkBase !== undefined) yield ['linkBase', linkBase];
  yield ['fields.url', fields.url];
  if (recent?.fields) yield ['recent.fields.url', recent.fields.url];
  for (const { name, link, fields } of pages) {
    yield [`${name}.link`, link];
    if (fields) yield [`${name}.fields.url`, fields.url];
  }
}

/** Accepts pointers and other values that are no addresses. */
function isOnOneOf(url: string, places: readonly string[]): boolean {
  const parsed = /^https?:/i.test(url) ? parseUrl(url) : undefined;
  return !parsed || places.some((place) => parseUrl(place)?.origin === parsed.origin);
}
