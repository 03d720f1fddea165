import * as z from 'zod';
import { places, sourceType, text } from '../source-type.ts';
import { jsonApiSource } from './source.ts';

const pointers = z.strictObject({
  title: z.string(),
  url: z.string(),
  snippet: z.string().optional(),
  image: z.string().optional(),
  edited: z.string().optional(),
  by: z.string().optional(),
});

export const http = sourceType({
  schema: z
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
    }),
  build: (settings, userAgent) => jsonApiSource({ ...settings, userAgent }),
  addresses: ({ linkOrigins, recentUrl, linkBase, page }) => ({
    linkOrigins,
    recentUrl,
    linkBase,
    'page.url': page?.url,
    'page.link': page?.link,
  }),
  cardUrls: ({ url, linkOrigins }) => [url, ...linkOrigins],
  pageUrls: ({ page }) => (page ? [page.link] : []),
});

/** Another problem names an address that is none. */
function isOnOneOf(url: string, places: readonly string[]): boolean {
  return !URL.canParse(url) || places.some((place) => URL.canParse(place) && sameOrigin(url, place));
}

function sameOrigin(one: string, other: string): boolean {
  return new URL(one).origin === new URL(other).origin;
}
