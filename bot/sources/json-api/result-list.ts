import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { LRUCache } from 'lru-cache';
import { asObject, isCount } from '../../platform/json.ts';
import { type Pointer, parsePointer } from '../../platform/json-pointer.ts';
import { clampPaging, listIn, pageOfEntries, unread } from '../entries.ts';
import { type ErrorResponse, type JsonResponse, requestJsonIfFound } from '../http.ts';
import { SourceError, type SourcePage, type SourceQuery, type SourceSession, withSettingName } from '../source.ts';
import type { ErrorReader } from './errors.ts';
import type { ItemReader } from './item-reader.ts';
import { MAX_CURSOR_LENGTH, nextReader } from './next-page.ts';
import { type Answer, CursorRefused, checkPaging, entriesByCursor, windowOf } from './paging.ts';
import type { SearchRequest } from './search-request.ts';
import type { HttpSettings } from './settings.ts';
import type { PlaceValues } from './templates/places.ts';

interface ListSettings
  extends ErrorReader,
    Pick<HttpSettings, 'answer' | 'items' | 'total' | 'next' | 'incomplete' | 'firstPage'> {
  request: SearchRequest;
  readItem: ItemReader;
  /** The base of relative addresses in an answer. */
  baseOf(answer: unknown): string;
  /** Where the settings are in the configuration: `recent.`, or empty. */
  prefix: string;
}

/** The typed text: as plain words, and unchanged. */
type Typed = Pick<PlaceValues, 'words' | 'typed'>;
export type ResultList = (typed: Typed, query: SourceQuery, session: SourceSession) => Promise<SourcePage>;

/** Searches whose cursors are remembered. A cursor belongs to one user, so the key has the user's token. */
const MAX_REMEMBERED = 1_000;
const REMEMBERED_MS = 10 * 60 * 1000;
/** The statuses of an API that does not know a cursor any more. */
const CURSOR_STATUSES = new Set([400, 404, 410, 422]);

interface Page extends Answer {
  answer: unknown;
  total: unknown;
  unread: string | undefined;
}

/** @throws {TypeError} for pointers that cannot be read, and places that do not go together */
export function resultList(settings: ListSettings): ResultList {
  const { request, firstPage = 1, prefix } = settings;
  withSettingName(`${prefix}url`, () => checkPaging(request, settings.next !== undefined));
  const read = pageReader(settings);
  const pageOf = pageBuilder(settings);
  const cursors = new LRUCache<string, Map<number, string>>({ max: MAX_REMEMBERED, ttl: REMEMBERED_MS });

  async function ask(values: PlaceValues, session: SourceSession, next?: string): Promise<Page> {
    const isAddress = next !== undefined && !request.has('cursor');
    const built = request.build({ ...values, cursor: next }, session, isAddress ? next : undefined);
    const response = await requestJsonIfFound(built, {
      isNotFound: (refused) => next === undefined && isNothingFound(refused),
      mapError: (refused) => settings.mapError(refused) ?? cursorRefused(refused, next),
    });
    return response ? read(response, built.url) : EMPTY_PAGE;
  }

  return async (typed, query, session) => {
    const { skip, count } = clampPaging(query);
    const values = { ...typed, skip, count, page: firstPage, site: session.site };
    if (settings.next !== undefined) {
      const key = hash('sha256', JSON.stringify([session.accessToken, typed.typed, count]), 'base64url');
      const starts = cursors.get(key) ?? new Map<number, string>();
      const { page, entries } = await entriesByCursor({ skip, count }, starts, (next) => ask(values, session, next));
      if (starts.size > 0) cursors.set(key, starts);
      return pageOf(entries, page, skip);
    }
    const { page, size, offset } = windowOf(request, skip, count);
    const found = await ask({ ...values, count: size, page: page + firstPage }, session);
    return pageOf(found.entries.slice(offset, offset + count), found, skip);
  };
}

function pageBuilder({ readItem, baseOf, incomplete, prefix }: ListSettings) {
  const incompleteIn = optionalPointer(`${prefix}incomplete`, incomplete);
  return (entries: readonly unknown[], { answer, total, unread }: Page, skip: number): SourcePage => {
    const base = baseOf(answer);
    const unfinished = incompleteIn(answer);
    return pageOfEntries(entries, (entry) => readItem(entry, base), {
      total,
      skip,
      incomplete: unfinished === true || (isCount(unfinished) && unfinished > 0),
      unread,
    });
  };
}

function cursorRefused({ status }: ErrorResponse, next: string | undefined): CursorRefused | undefined {
  return next !== undefined && CURSOR_STATUSES.has(status) ? new CursorRefused(status) : undefined;
}

const EMPTY_PAGE: Page = { answer: undefined, entries: [], next: undefined, total: undefined, unread: undefined };

/** A 404 with JSON or no body means no results. A 404 with HTML means a wrong address. */
function isNothingFound({ status, headers, body }: ErrorResponse): boolean {
  return status === 404 && (body.trim() === '' || /\bjson\b/i.test(headers['content-type'] ?? ''));
}

function pageReader({ request, answer, items, total, next, refuseError, prefix }: ListSettings) {
  const answerAt = withSettingName('answer', () => parsePointer(answer ?? ''));
  const itemsAt = withSettingName(`${prefix}items`, () => parsePointer(items));
  const totalOf = totalReader(`${prefix}total`, total);
  const nextOf = nextReader(request, next);
  return ({ json: received, headers }: JsonResponse, address: string): Page => {
    const json = unwrapped(answerAt(received));
    refuseError(json);
    const value = itemsAt(json);
    // Some APIs omit an empty list, but not beside an error.
    const left = value === undefined && typeof json === 'object' && !hasError(json);
    const list = left ? [] : listIn(value);
    if (!list) throw new SourceError('unavailable', `The API answered with no list at items (${items})`);
    const following = nextOf(json, headers, address);
    const isTooLong = following !== undefined && following.length > MAX_CURSOR_LENGTH;
    return {
      answer: json,
      entries: list,
      next: isTooLong ? undefined : following,
      total: totalOf(json, headers),
      unread: left ? unread(`${prefix}items (${items})`, value).unread : isTooLong ? 'next is too long' : undefined,
    };
  };
}

/** @throws {SourceError} for a text that is no JSON */
function unwrapped(answer: unknown): unknown {
  if (typeof answer !== 'string') return answer;
  try {
    return JSON.parse(answer);
  } catch {
    throw new SourceError('unavailable', 'The API answered with no JSON at answer');
  }
}

function totalReader(setting: string, total: HttpSettings['total']) {
  if (typeof total !== 'object') {
    const at = optionalPointer(setting, total);
    return (json: unknown): unknown => at(json);
  }
  const name = total.header.toLowerCase();
  return (_: unknown, headers: IncomingHttpHeaders): unknown => {
    const value = headers[name];
    return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
  };
}

function optionalPointer(setting: string, pointer: string | undefined): Pointer {
  return pointer === undefined ? () => undefined : withSettingName(setting, () => parsePointer(pointer));
}

function hasError(json: object | null): boolean {
  const { error, errors } = asObject(json);
  return [error, errors].some((each) => each !== undefined && each !== false && (listIn(each)?.length ?? 1) > 0);
}
