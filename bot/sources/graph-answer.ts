import { itemOf, listIn, pageOfEntries, type ReadEntry, unread } from './entries.ts';
import { dateOf, listOf, textOf, type Values, valuesOf, webAddress } from './read.ts';
import { oneLine, plainSnippet, readMarkup } from './snippet.ts';
import type { SnippetRun, SourceItem, SourcePage } from './source.ts';
import { SourceError } from './source.ts';

export type GraphEntity = 'driveItem' | 'listItem' | 'message' | 'chatMessage';

const LONGEST = { title: 300, name: 100 };

/** Hits of a `searchResponse`, in their order. */
export function readAnswer(
  json: unknown,
  entities: readonly GraphEntity[],
  { from, size }: { from: number; size: number },
): SourcePage {
  const { value } = valuesOf(json);
  const containers = listIn(listOf(value)[0]?.hitsContainers);
  if (!containers) throw new SourceError('unavailable', 'The API answered with no searchResponse');
  const { hits, total, moreResultsAvailable: more } = valuesOf(containers[0]);
  // Where it found nothing, Graph leaves the list out.
  const list = hits === undefined ? [] : listIn(hits);
  if (!list) throw new SourceError('unavailable', 'The API answered with no list of hits');
  // Of messages, Graph counts only those on the page.
  const counted = entities.every((entity) => entity === 'driveItem' || entity === 'listItem');
  return pageOfEntries(list.slice(0, size), (hit) => toItem(valuesOf(hit)), {
    ...(counted && { total }),
    skip: from,
    incomplete: list.length === 0 && more === true,
  });
}

/** A file or folder by itself, which nobody searched for. */
export function readItem(resource: unknown): SourceItem | undefined {
  return itemOf(toItem({ resource }));
}

function toItem(hit: Values): ReadEntry {
  const resource = valuesOf(hit.resource);
  const url = webAddress(resource.webUrl) ?? webAddress(resource.webLink);
  if (url === undefined) return unread('resource.webUrl', resource.webUrl ?? resource.webLink);
  const snippet = readMarkup(textOf(hit.summary), readTag);
  const title = titleOf(resource) ?? plain(snippet) ?? new URL(url).hostname;
  const edited = editedOf(resource);
  return { title, snippet: snippetOf(snippet, resource), url, ...(edited && { edited }) };
}

/** Graph marks what matched by `c0`, and what it left out by `ddd`. */
function readTag(tag: string): boolean | string | undefined {
  if (/^<c0>$/i.test(tag)) return true;
  if (/^<\/c0>$/i.test(tag)) return false;
  return /^<ddd\s*\/>$/i.test(tag) ? '…' : undefined;
}

/** A list item has its title among its fields, if at all; a message its subject; a chat message neither, mostly. */
function titleOf(resource: Values): string | undefined {
  const candidates = [resource.subject, valuesOf(resource.fields).title, resource.name, resource.displayName];
  return candidates.map((text) => oneLine(textOf(text), LONGEST.title)).find((text) => text !== '');
}

function plain(snippet: readonly SnippetRun[]): string | undefined {
  return oneLine(snippet.map(({ text }) => text).join(''), LONGEST.name) || undefined;
}

function snippetOf(snippet: SnippetRun[], resource: Values): SnippetRun[] {
  return snippet.length > 0 ? snippet : plainSnippet(textOf(resource.bodyPreview) || textOf(resource.description));
}

function editedOf(resource: Values): SourceItem['edited'] {
  const at =
    dateOf(resource.receivedDateTime) ??
    dateOf(resource.lastModifiedDateTime) ??
    dateOf(valuesOf(resource.fields).lastModifiedTime);
  const by = oneLine(nameOf(resource), LONGEST.name);
  return at && { at, ...(by && { by }) };
}

/** Messages have a sender, files and list items whoever changed them last. */
function nameOf(resource: Values): string {
  const sender = valuesOf(valuesOf(resource.from).emailAddress);
  const editor = valuesOf(valuesOf(resource.lastModifiedBy).user);
  const author = valuesOf(valuesOf(resource.createdBy).user);
  const { modifiedBy } = valuesOf(resource.fields);
  return textOf(sender.name) || textOf(editor.displayName) || textOf(modifiedBy) || textOf(author.displayName);
}
