import { matching } from '../../../../local/text-match.ts';
import { parseDrive } from '../../query-languages/filter.ts';
import type { Document } from '../documents.ts';
import { must } from '../server.ts';
import { pathOf, readInteger, readParameters } from './parameters.ts';
import { ownDocuments, type Vendor } from './vendor.ts';

const FILES = '/drive/v3/files';
const PARAMETERS = [
  'q',
  'orderBy',
  'pageSize',
  'pageToken',
  'fields',
  'corpora',
  'supportsAllDrives',
  'includeItemsFromAllDrives',
];
const FILE_FIELDS = 'id,name,webViewLink,modifiedTime,lastModifyingUser/displayName';
const LIST_FIELDS = `nextPageToken,incompleteSearch,files(${FILE_FIELDS})`;

/** Marks no matches, has no total, and may return an empty page before the end.
 * @see https://developers.google.com/workspace/drive/api/reference/rest/v3/files/list */
export const googleDrive: Vendor = {
  preset: 'google-drive',
  origin: 'https://www.googleapis.com',
  standIn({ method, url }, { documents }) {
    must(method === 'GET', 'the method');
    const own = ownDocuments(documents);
    const path = pathOf(url);
    if (path.startsWith(`${FILES}/`)) {
      const parameters = readParameters(url, ['fields', 'supportsAllDrives']);
      must(parameters.get('fields') === FILE_FIELDS, 'fields');
      const found = own.find(({ id }) => path === `${FILES}/${id}`);
      return found ? { json: toFile(found) } : { status: 404, json: { error: { code: 404 } } };
    }
    must(path === FILES, 'no such place');
    const parameters = readParameters(url, PARAMETERS);
    must(parameters.get('fields') === LIST_FIELDS, 'fields');
    const drives = [parameters.get('supportsAllDrives'), parameters.get('includeItemsFromAllDrives')];
    must(parameters.get('corpora') !== 'allDrives' || drives.every((each) => each === 'true'), 'corpora');
    const { fullText, trashed } = readQuery(parameters.get('q') ?? '');
    must(trashed === false, 'what is in the trash, too');
    const orderBy = parameters.get('orderBy');
    must(orderBy === null || fullText === undefined, 'Sorting is not supported for queries with fullText terms');
    must(orderBy === null || orderBy === 'modifiedTime desc', 'orderBy');
    const found = fullText === undefined ? own.toReversed() : searchText(own, fullText);
    const size = readInteger(parameters.get('pageSize') ?? 100, 1, 1000);
    const list = JSON.stringify([parameters.get('q'), orderBy, size]);
    const { start, end } = readPage(parameters.get('pageToken'), list, size);
    const token = end < found.length ? JSON.stringify([end, list]) : undefined;
    return {
      json: {
        ...(token && { nextPageToken: Buffer.from(token).toString('base64url') }),
        incompleteSearch: false,
        files: found.slice(start, end).map(toFile),
      },
    };
  },
  errors: [
    [refusal('usageLimits', 'userRateLimitExceeded'), 'rate_limited', 403],
    [refusal('usageLimits', 'rateLimitExceeded'), 'rate_limited', 403],
    [refusal('global', 'insufficientFilePermissions'), 'forbidden', 403],
    [{}, 'forbidden', 403],
  ],
  links: [
    ['https://docs.google.com/document/d/d12/edit?tab=t.0#heading=h.1', { title: 'Los Angeles Lakers' }],
    ['https://docs.google.com/spreadsheets/d/d13/edit#gid=0', { title: 'LeBron James' }],
    ['https://drive.google.com/file/d/d13/view?usp=sharing', { title: 'LeBron James' }],
    ['https://docs.google.com/document/d/d999/edit', null],
    ['https://docs.google.com/forms/d/d12/edit', undefined],
  ],
};

/** @see https://developers.google.com/workspace/drive/api/guides/handle-errors */
function refusal(domain: string, reason: string) {
  return { error: { code: 403, message: 'The request was refused.', errors: [{ domain, reason, message: reason }] } };
}

/** The first page is empty. */
function readPage(token: string | null, list: string, size: number) {
  if (token === null) return { start: 0, end: 0 };
  const [start, of] = JSON.parse(Buffer.from(token, 'base64url').toString()) as [number, string];
  must(of === list, 'a pageToken of another list');
  return { start, end: start + size };
}

/** A text that leaves its quotation marks makes the query invalid.
 * @see https://developers.google.com/workspace/drive/api/guides/search-files */
function readQuery(query: string): { fullText?: string; trashed?: boolean } {
  const { filter } = parseDrive(query);
  const found: { fullText?: string; trashed?: boolean } = {};
  for (const clause of 'and' in filter ? filter.and : [filter]) {
    must('operator' in clause, `Invalid Value: ${query}`);
    const { field, operator, value } = clause;
    if ('literal' in value && field === 'fullText' && operator === 'contains') found.fullText = value.literal;
    else if ('word' in value && field === 'trashed' && operator === '=') found.trashed = value.word === 'true';
    else must(false, `Invalid Value: ${query}`);
  }
  return found;
}

/** Words and phrases. All other characters separate words. */
function searchText(documents: readonly Document[], text: string): Document[] {
  const parts = text.split('"');
  const isPhrase = (at: number) => at % 2 === 1 && at < parts.length - 1;
  const terms = parts.flatMap((part, at) => (isPhrase(at) ? [part] : part.split(/\s+/)));
  const found = terms.filter((term) => /[\p{L}\p{N}]/u.test(term)).map((term) => ({ text: term, half: false }));
  return found.length === 0 ? [] : matching(documents, found);
}

function toFile({ id, title, edited, by }: Document) {
  return {
    id,
    name: title,
    webViewLink: `https://docs.google.com/document/d/${id}/edit`,
    modifiedTime: edited,
    lastModifyingUser: { displayName: by },
  };
}
