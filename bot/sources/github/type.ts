import * as z from 'zod';
import { origins, sourceType, text } from '../source-type.ts';
import { githubSource } from './source.ts';

export const github = sourceType({
  schema: z.strictObject({
    type: z.literal('github'),
    url: z.url().default('https://api.github.com'),
    webUrl: z.url().optional(),
    kinds: z.array(z.enum(['issues', 'pullRequests', 'repositories'])).min(1),
    scope: text.optional(),
    imageOrigins: origins,
  }),
  build: (settings, userAgent) => githubSource({ ...settings, userAgent }),
  addresses: ({ webUrl }) => ({ webUrl }),
  cardUrls: (settings) => [webUrlOf(settings)],
  pageUrls: (settings) => [webUrlOf(settings)],
});

/** github.com for its API; an Enterprise Server is one origin. */
function webUrlOf({ url, webUrl }: { url: string; webUrl?: string | undefined }): string {
  return webUrl ?? (new URL(url).hostname === 'api.github.com' ? 'https://github.com' : url);
}
