import * as z from 'zod';
import { places, sourceType, text } from '../source-type.ts';
import { opensearchSource } from './source.ts';

export const opensearch = sourceType({
  schema: z.strictObject({
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
  }),
  build: (settings, userAgent) => opensearchSource({ ...settings, userAgent }),
  addresses: ({ linkOrigins, urlTemplate }) => ({ linkOrigins, urlTemplate }),
  cardUrls: ({ url, linkOrigins }) => [url, ...linkOrigins],
  pageUrls: ({ url, linkOrigins }) => [url, ...linkOrigins],
});
