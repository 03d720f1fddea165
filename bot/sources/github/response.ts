import {
  asDate,
  asObject,
  asObjects,
  asString,
  isCount,
  isObject,
  type JsonObject,
  webAddress,
} from '../../platform/json.ts';
import { itemOf, listIn, pageOfEntries, type ReadEntry, unread } from '../entries.ts';
import { joinNames } from '../fact-values.ts';
import type { SnippetPart, SourceFact, SourceItem, SourcePage } from '../source.ts';
import { SourceError } from '../source.ts';
import { markdownSnippet } from '../text/markdown.ts';
import { joinParts, oneLine, plainSnippet } from '../text/snippet.ts';
import type { GithubKind } from './request.ts';

const MAX_LENGTH = { title: 300, name: 100, description: 300, body: 600 };

/** @param part `skip`: results before this window; `offset`: how many of those are in this response */
export function readItems(
  json: unknown,
  kind: GithubKind,
  { skip, offset, count }: { skip: number; offset: number; count: number },
): SourcePage {
  const { items, total_count: total, incomplete_results: incomplete } = asObject(json);
  const list = listIn(items) ?? (items === undefined && isCount(total) ? [] : undefined);
  if (!list) throw new SourceError('unavailable', 'The API answered with no list of items');
  return pageOfEntries(list.slice(offset, offset + count), (entry) => readEntry(asObject(entry), kind), {
    total,
    skip,
    incomplete: incomplete === true,
  });
}

/** @returns `undefined` without a title or address */
export function readItem(json: unknown, kind: GithubKind): SourceItem | undefined {
  return itemOf(readEntry(asObject(json), kind));
}

function readEntry(entry: JsonObject, kind: GithubKind): ReadEntry {
  return (kind === 'repositories' ? toRepository : toIssue)(entry);
}

function toIssue(issue: JsonObject): ReadEntry {
  const title = oneLine(asString(issue.title), MAX_LENGTH.title);
  const place = placeOf(issue);
  return toItem(issue, {
    title: title && place ? oneLine(`${title} · ${place}`, MAX_LENGTH.title) : title,
    text: () => markdownSnippet(asString(issue.body).slice(0, MAX_LENGTH.body), { hits: new Set() }),
    person: asObject(issue.user),
    at: asDate(issue.updated_at),
    facts: factsOf(issue),
  });
}

function factsOf(issue: JsonObject): SourceFact[] {
  const status = statusOf(issue);
  const labels = joinNames(asObjects(issue.labels).map(({ name }) => asString(name)));
  return [
    ...(status ? [status] : []),
    ...(labels ? [{ label: 'labels', value: labels }] : []),
    ...(isCount(issue.number) ? [{ label: 'number', value: `#${issue.number}` }] : []),
  ];
}

/** In the colors of GitHub. */
function statusOf({ state, state_reason: reason, draft, pull_request: pull }: JsonObject): SourceFact | undefined {
  const label = 'status';
  if (state === 'open' && draft === true) return { label, value: { term: 'draft' } };
  if (state === 'open') return { label, value: { term: 'open' }, color: 'good' };
  if (state !== 'closed') return undefined;
  if (asString(asObject(pull).merged_at)) return { label, value: { term: 'merged' }, color: 'accent' };
  if (reason === 'not_planned') return { label, value: { term: 'notPlanned' } };
  if (reason === 'duplicate') return { label, value: { term: 'duplicate' } };
  return { label, value: { term: 'closed' }, color: isObject(pull) ? 'attention' : 'accent' };
}

function toRepository(repository: JsonObject): ReadEntry {
  const owner = asObject(repository.owner);
  return toItem(repository, {
    title: oneLine(asString(repository.full_name) || asString(repository.name), MAX_LENGTH.title),
    text: () => plainSnippet(asString(repository.description).slice(0, MAX_LENGTH.description)),
    person: owner,
    at: asDate(repository.pushed_at) ?? asDate(repository.updated_at),
  });
}

/** `contoso/docs#12`: several repositories may have an issue with this title. */
function placeOf({ repository_url: repository, number }: JsonObject): string | undefined {
  const [, name] = /\/repos\/([\w.-]+\/[\w.-]+)$/.exec(asString(repository)) ?? [];
  return name !== undefined && isCount(number) ? `${name}#${number}` : undefined;
}

interface Found {
  title: string;
  /** If no part of the text matches. */
  text: () => SnippetPart[];
  person: JsonObject;
  at: Date | undefined;
  facts?: SourceFact[];
}

function toItem(item: JsonObject, { title, text, person, at, facts = [] }: Found): ReadEntry {
  if (!title) return unread('title', item.title);
  const url = webAddress(item.html_url);
  if (url === undefined) return unread('html_url', item.html_url);
  const imageUrl = webAddress(person.avatar_url);
  const by = oneLine(asString(person.login), MAX_LENGTH.name);
  const matched = matchedText(item.text_matches);
  return {
    title,
    snippet: matched.length > 0 ? matched : text(),
    url,
    ...(imageUrl && { imageUrl }),
    ...(at && { edited: { at, ...(by && { by }) } }),
    ...(facts.length > 0 && { facts }),
  };
}

function matchedText(matches: unknown): SnippetPart[] {
  const fragments = asObjects(matches).filter(({ property }) => property === 'body' || property === 'description');
  const [first] = fragments;
  return first ? joinParts(highlightedParts(asString(first.fragment), asObjects(first.matches))) : [];
}

/** Ignores a match if its indices do not point to its text. */
function highlightedParts(fragment: string, matches: readonly JsonObject[]): SnippetPart[] {
  const runs: SnippetPart[] = [];
  let at = 0;
  for (const { text, indices } of matches) {
    const [start, end] = Array.isArray(indices) ? indices : [];
    if (!isCount(start) || !isCount(end) || start < at || fragment.slice(start, end) !== text) continue;
    runs.push({ text: fragment.slice(at, start), hit: false }, { text: fragment.slice(start, end), hit: true });
    at = end;
  }
  return [...runs, { text: fragment.slice(at), hit: false }];
}
