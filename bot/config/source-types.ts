import * as z from 'zod';
import { github } from '../sources/github/source.ts';
import { graph } from '../sources/graph/source.ts';
import { http } from '../sources/json-api/source.ts';
import { mediawiki } from '../sources/mediawiki/source.ts';
import { opensearch } from '../sources/opensearch/source.ts';
import type { SourceType } from '../sources/source-type.ts';

/** Every type of source, by its name in `connections.json`. A new type is one entry here; the settings, the bot, the app
 * package, the doctor and the tests read this table. */
export const SOURCE_TYPES = { mediawiki, graph, github, opensearch, http };

type Schema = (typeof SOURCE_TYPES)[keyof typeof SOURCE_TYPES]['schema'];
/** What a connection searches, as `connections.json` says it. The sources check the rest at the start. */
export type SourceConfig = z.infer<Schema>;

const schemas = Object.values(SOURCE_TYPES).map(({ schema }) => schema);
export const sourceSchema = z.discriminatedUnion('type', schemas as [Schema, ...Schema[]]);

export function sourceTypeOf({ type }: SourceConfig): SourceType<SourceConfig> {
  return SOURCE_TYPES[type];
}

/** Where the source's results are read: the origins that a card may lead to. */
export function linkOriginsOf(source: SourceConfig): string[] {
  return originsOf(sourceTypeOf(source).cardUrls(source));
}

/** The origins whose links the source looks up when a person pastes one. The app's manifest lists them, too. */
export function pageOriginsOf(source: SourceConfig): string[] {
  return originsOf(sourceTypeOf(source).pageUrls(source));
}

function originsOf(urls: readonly string[]): string[] {
  return urls.map((url) => new URL(url).origin);
}

/** Every address that the source's settings name, by the setting's name. */
export function sourceUrls(source: SourceConfig): [string, string][] {
  const { url, imageOrigins } = source;
  const fields = Object.entries({ url, imageOrigins, ...sourceTypeOf(source).addresses(source) });
  return fields.flatMap(([name, urls = []]) => [urls].flat().map((each): [string, string] => [`source.${name}`, each]));
}
