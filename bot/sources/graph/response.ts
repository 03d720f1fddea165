import { asDate, asObject, asObjects, asString, type JsonObject, webAddress } from '../../platform/json.ts';
import { safeDecodeUriComponent } from '../../platform/safe-url.ts';
import { itemOf, listIn, pageOfEntries, type ReadEntry, unread } from '../entries.ts';
import { MAX_VALUE_LENGTH } from '../fact-values.ts';
import type { FactTerm, SnippetPart, SourceFact, SourceItem, SourcePage } from '../source.ts';
import { SourceError } from '../source.ts';
import { type HtmlMarks, htmlSnippet } from '../text/html.ts';
import { oneLine, plainSnippet } from '../text/snippet.ts';

export type GraphEntity = 'driveItem' | 'listItem' | 'message' | 'chatMessage';

/** Graph puts `<c0>` around a match, and `<ddd/>` for omitted text. */
const MARKS: HtmlMarks = { hits: new Set(['c0']), texts: new Map([['ddd', '…']]) };
const MAX_LENGTH = { title: 300, name: 100 };

export function readResponse(
  json: unknown,
  entities: readonly GraphEntity[],
  { from, size }: { from: number; size: number },
): SourcePage {
  const { value } = asObject(json);
  const containers = listIn(asObjects(value)[0]?.hitsContainers);
  if (!containers) throw new SourceError('unavailable', 'The API answered with no searchResponse');
  const { hits, total, moreResultsAvailable: more } = asObject(containers[0]);
  // Graph omits the list if there are no hits.
  const list = hits === undefined ? [] : listIn(hits);
  if (!list) throw new SourceError('unavailable', 'The API answered with no list of hits');
  // For messages, Graph's total counts only this page.
  const counted = entities.every((entity) => entity === 'driveItem' || entity === 'listItem');
  return pageOfEntries(list.slice(0, size), (highlighted) => toItem(asObject(highlighted)), {
    ...(counted && { total }),
    skip: from,
    incomplete: list.length === 0 && more === true,
  });
}

export function readItem(resource: unknown): SourceItem | undefined {
  return itemOf(toItem({ resource }));
}

function toItem(highlighted: JsonObject): ReadEntry {
  const resource = asObject(highlighted.resource);
  const url = webAddress(resource.webUrl) ?? webAddress(resource.webLink);
  if (url === undefined) return unread('resource.webUrl', resource.webUrl ?? resource.webLink);
  const snippet = htmlSnippet(asString(highlighted.summary), MARKS);
  const title = titleOf(resource) ?? plain(snippet) ?? new URL(url).hostname;
  const edited = editedOf(resource);
  const facts = factsOf(resource, new URL(url));
  return {
    title,
    snippet: snippetOf(snippet, resource),
    url,
    ...(edited && { edited }),
    ...(facts.length > 0 && { facts }),
  };
}

/** A list item's title is in `fields`. A message has a subject; most chat messages have neither. */
function titleOf(resource: JsonObject): string | undefined {
  const candidates = [resource.subject, asObject(resource.fields).title, resource.name, resource.displayName];
  return candidates.map((text) => oneLine(asString(text), MAX_LENGTH.title)).find((text) => text !== '');
}

const TYPES: ReadonlyMap<string, FactTerm> = new Map([
  ...['doc', 'docx', 'docm', 'odt', 'pdf', 'rtf', 'txt', 'md'].map((name) => [name, 'document'] as const),
  ...['xls', 'xlsx', 'xlsm', 'ods', 'csv'].map((name) => [name, 'spreadsheet'] as const),
  ...['ppt', 'pptx', 'pptm', 'odp'].map((name) => [name, 'presentation'] as const),
  ...['one', 'onetoc2'].map((name) => [name, 'notebook'] as const),
  ...['png', 'jpg', 'jpeg', 'gif', 'heic', 'svg', 'webp'].map((name) => [name, 'picture'] as const),
  ...['mp4', 'mov', 'webm', 'avi'].map((name) => [name, 'video'] as const),
  ...['aspx', 'html', 'htm'].map((name) => [name, 'page'] as const),
]);
/** `/sites/handbook/…`, also behind the prefix of a link that opens an Office file: `/:w:/r/sites/handbook/…`. */
const SITE = /^\/(?::\w:\/\w\/)?(?:(?:sites|teams)\/([^/]+)|personal\/)/i;

/** Graph's search names neither, so they come from the name and the address. */
function factsOf(resource: JsonObject, { pathname }: URL): SourceFact[] {
  const term = typeOf(resource);
  const [place, name] = SITE.exec(pathname) ?? [];
  const site = place && oneLine(name ? (safeDecodeUriComponent(name) ?? '') : 'OneDrive', MAX_VALUE_LENGTH);
  return [...(term ? [{ label: 'type', value: { term } }] : []), ...(site ? [{ label: 'site', value: site }] : [])];
}

function typeOf(resource: JsonObject): FactTerm | undefined {
  if (resource.folder !== undefined) return 'folder';
  const [, extension = ''] = /\.([a-z\d]{1,8})$/i.exec(asString(resource.name)) ?? [];
  const isListItem = asString(resource['@odata.type']).endsWith('.listItem');
  return TYPES.get(extension.toLowerCase()) ?? (isListItem ? 'listItem' : undefined);
}

function plain(snippet: readonly SnippetPart[]): string | undefined {
  return oneLine(snippet.map(({ text }) => text).join(''), MAX_LENGTH.name) || undefined;
}

function snippetOf(snippet: SnippetPart[], resource: JsonObject): SnippetPart[] {
  return snippet.length > 0 ? snippet : plainSnippet(asString(resource.bodyPreview) || asString(resource.description));
}

function editedOf(resource: JsonObject): SourceItem['edited'] {
  const at =
    asDate(resource.receivedDateTime) ??
    asDate(resource.lastModifiedDateTime) ??
    asDate(asObject(resource.fields).lastModifiedTime);
  const by = oneLine(nameOf(resource), MAX_LENGTH.name);
  return at && { at, ...(by && { by }) };
}

function nameOf(resource: JsonObject): string {
  const sender = asObject(asObject(resource.from).emailAddress);
  const editor = asObject(asObject(resource.lastModifiedBy).user);
  const author = asObject(asObject(resource.createdBy).user);
  const { modifiedBy } = asObject(resource.fields);
  return asString(sender.name) || asString(editor.displayName) || asString(modifiedBy) || asString(author.displayName);
}
