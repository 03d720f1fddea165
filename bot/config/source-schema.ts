import * as z from 'zod';

/** What a connection searches, as `connections.json` says it. The sources check the rest at the start. */
export type SourceConfig = z.infer<typeof sourceSchema>;

const text = z.string().min(1);
const origins = z.array(z.url()).default([]);
/** Where cards may lead, and show images from, beside the source's own origin. */
const places = { linkOrigins: origins, imageOrigins: origins };

const mediawiki = z.strictObject({
  type: z.literal('mediawiki'),
  url: z.url(),
  apiPath: z.string().startsWith('/').optional(),
  namespaces: z.array(z.int().min(0)).min(1).max(50).optional(),
  imageOrigins: origins,
});
const graph = z
  .strictObject({
    type: z.literal('graph'),
    url: z.url().default('https://graph.microsoft.com'),
    entities: z.array(z.enum(['driveItem', 'listItem', 'message', 'chatMessage'])).min(1),
    path: text.optional(),
    ...places,
  })
  .refine(({ entities, linkOrigins }) => linkOrigins.length > 0 || entities.every(isMessage), {
    path: ['linkOrigins'],
    message: 'must say where files are read, such as https://contoso.sharepoint.com',
  });
const github = z.strictObject({
  type: z.literal('github'),
  url: z.url().default('https://api.github.com'),
  webUrl: z.url().optional(),
  kinds: z.array(z.enum(['issues', 'pullRequests', 'repositories'])).min(1),
  scope: text.optional(),
  imageOrigins: origins,
});
const opensearch = z.strictObject({
  type: z.literal('opensearch'),
  url: z.url(),
  index: text,
  fields: z.strictObject({
    title: text,
    body: text,
    url: text.optional(),
    image: text.optional(),
    edited: text.optional(),
    by: text.optional(),
  }),
  urlTemplate: text.optional(),
  ...places,
});
const pointers = z.strictObject({
  title: z.string(),
  url: z.string(),
  snippet: z.string().optional(),
  image: z.string().optional(),
  edited: z.string().optional(),
  by: z.string().optional(),
});
const http = z
  .strictObject({
    type: z.literal('http'),
    url: text,
    recentUrl: text.optional(),
    items: z.string(),
    total: z.string().optional(),
    incomplete: z.string().optional(),
    fields: pointers,
    linkBase: z.url().optional(),
    page: z
      .strictObject({ link: z.url(), url: z.url(), item: z.string().optional(), fields: pointers.optional() })
      .optional(),
    firstPage: z.int().min(0).max(1).optional(),
    headers: z.record(z.string(), z.string()).optional(),
    ...places,
  })
  .refine(({ linkBase, url, linkOrigins }) => !linkBase || isOnOneOf(linkBase, [url, ...linkOrigins]), {
    path: ['linkBase'],
    message: 'must be on one of linkOrigins, where cards lead, or on the origin of url',
  })
  .refine(({ page, url, linkOrigins }) => !page || isOnOneOf(page.link, [url, ...linkOrigins]), {
    path: ['page.link'],
    message: 'must be on one of linkOrigins, where cards lead, or on the origin of url',
  });
export const sourceSchema = z.discriminatedUnion('type', [mediawiki, graph, github, opensearch, http]);

/** Outlook's and Teams' own places: the same for everybody. */
const OUTLOOK = ['https://outlook.office365.com', 'https://outlook.office.com', 'https://teams.microsoft.com'];

/** Where the source's results are read: the origins that a card may lead to. */
export function linkOriginsOf(source: SourceConfig): string[] {
  return linkUrls(source).map((url) => new URL(url).origin);
}

function linkUrls(source: SourceConfig): string[] {
  switch (source.type) {
    case 'mediawiki':
      return [source.url];
    case 'github':
      return [webUrlOf(source)];
    case 'graph':
      return [...(source.entities.some(isMessage) ? OUTLOOK : []), ...source.linkOrigins];
    default:
      return [source.url, ...source.linkOrigins];
  }
}

/** What is no address has been told of by then. */
function isOnOneOf(url: string, places: readonly string[]): boolean {
  return !URL.canParse(url) || places.some((place) => URL.canParse(place) && sameOrigin(url, place));
}

function sameOrigin(one: string, other: string): boolean {
  return new URL(one).origin === new URL(other).origin;
}

export function isMessage(entity: string): boolean {
  return entity === 'message' || entity === 'chatMessage';
}

/** github.com for its API; an Enterprise Server is one origin. */
function webUrlOf({ url, webUrl }: Extract<SourceConfig, { type: 'github' }>): string {
  return webUrl ?? (new URL(url).hostname === 'api.github.com' ? 'https://github.com' : url);
}

/** Every address that the source's settings name, by the setting's name: all must be safe to send a token to, or to send people to. */
export function sourceUrls(source: SourceConfig): [string, string][] {
  const some = (name: string, urls: readonly (string | undefined)[]) =>
    urls.flatMap((url): [string, string][] => (url === undefined ? [] : [[`source.${name}`, url]]));
  return [
    ...some('url', [source.url]),
    ...some('imageOrigins', source.imageOrigins),
    ...('linkOrigins' in source ? some('linkOrigins', source.linkOrigins) : []),
    ...(source.type === 'github' ? some('webUrl', [source.webUrl]) : []),
    ...(source.type === 'opensearch' ? some('urlTemplate', [source.urlTemplate]) : []),
    ...(source.type === 'http' ? some('recentUrl', [source.recentUrl]) : []),
    ...(source.type === 'http' ? some('linkBase', [source.linkBase]) : []),
    ...(source.type === 'http' ? some('page.url', [source.page?.url]) : []),
    ...(source.type === 'http' ? some('page.link', [source.page?.link]) : []),
  ];
}
