import * as z from 'zod';
import { github } from '../sources/github/source.ts';
import { graph } from '../sources/graph/source.ts';
import { http } from '../sources/json-api/source.ts';
import { mediawiki } from '../sources/mediawiki/source.ts';
import { opensearch } from '../sources/opensearch/source.ts';
import type { SourceType } from '../sources/source.ts';

/** To add a type, add an entry here. */
export const SOURCE_TYPES = { mediawiki, graph, github, opensearch, http };

type Schema = (typeof SOURCE_TYPES)[keyof typeof SOURCE_TYPES]['schema'];
/** The schema checks only the form. Each source checks the rest at start. */
export type SourceConfig = z.infer<Schema>;

const schemas = Object.values(SOURCE_TYPES).map(({ schema }) => schema);
export const sourceSchema = z.discriminatedUnion('type', schemas as [Schema, ...Schema[]]);

export function sourceTypeOf({ type }: SourceConfig): SourceType<SourceConfig> {
  return SOURCE_TYPES[type];
}

export function linkOriginsOf(source: SourceConfig): string[] {
  return originsOf(sourceTypeOf(source).cardUrls(source));
}

/** The bot unfurls links to these origins. The app manifest lists them too. */
export function pageOriginsOf(source: SourceConfig): string[] {
  return originsOf(sourceTypeOf(source).pageUrls(source));
}

function originsOf(urls: readonly string[]): string[] {
  return urls.map((url) => new URL(url).origin);
}

export function sourceUrls(source: SourceConfig): [string, string][] {
  const { url, imageOrigins } = source;
  const fields = Object.entries({ url, imageOrigins, ...sourceTypeOf(source).addresses(source) });
  return fields.flatMap(([name, urls = []]) => [urls].flat().map((each): [string, string] => [`source.${name}`, each]));
}
