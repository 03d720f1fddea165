import * as z from 'zod';
import { origins, sourceType } from '../source-type.ts';
import { mediawikiSource } from './source.ts';

export const mediawiki = sourceType({
  schema: z.strictObject({
    type: z.literal('mediawiki'),
    url: z.url(),
    apiPath: z.string().startsWith('/').optional(),
    namespaces: z.array(z.int().min(0)).min(1).max(50).optional(),
    imageOrigins: origins,
  }),
  build: (settings, userAgent) => mediawikiSource({ ...settings, userAgent }),
  addresses: () => ({}),
  cardUrls: ({ url }) => [url],
  pageUrls: ({ url }) => [url],
});
