import * as z from 'zod';
import { places, sourceType, text } from '../source-type.ts';
import { isMessage } from './request.ts';
import { graphSource } from './source.ts';

/** Outlook's and Teams' own places: the same for everybody. */
const OUTLOOK = ['https://outlook.office365.com', 'https://outlook.office.com', 'https://teams.microsoft.com'];

export const graph = sourceType({
  schema: z
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
    }),
  build: (settings, userAgent) => graphSource({ ...settings, userAgent }),
  addresses: ({ linkOrigins }) => ({ linkOrigins }),
  cardUrls: ({ entities, linkOrigins }) => [...(entities.some(isMessage) ? OUTLOOK : []), ...linkOrigins],
  // Graph reads links to files, and none of Outlook or Teams.
  pageUrls: ({ entities, linkOrigins }) => (entities.some(isMessage) ? [] : linkOrigins),
});
