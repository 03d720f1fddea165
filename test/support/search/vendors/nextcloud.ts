import type { Document } from '../documents.ts';
import { must } from '../server.ts';
import { pathOf, readInteger, readParameters } from './parameters.ts';
import { ownDocuments, type Vendor } from './vendor.ts';

const PARAMETERS = ['term', 'since', 'limit', 'cursor', 'format'];

/** The default of `unified-search.max-results-per-request`. Nextcloud cuts a larger limit. */
const MAX_LIMIT = 25;

/** Finds files by their names, newest first, and always names a cursor for more.
 * @see https://docs.nextcloud.com/server/latest/developer_manual/digging_deeper/search.html */
export const nextcloud: Vendor = {
  preset: 'nextcloud',
  origin: 'https://cloud.contoso.example',
  standIn({ method, url, headers }, { origin, documents }) {
    must(method === 'GET' && pathOf(url) === '/ocs/v2.php/search/providers/files/search', 'no such place');
    must(headers['ocs-apirequest'] === 'true', 'OCS-APIRequest is missing');
    const parameters = readParameters(url, PARAMETERS);
    must(parameters.get('format') === 'json', 'XML, which this client does not read');
    const [term, since] = [parameters.get('term'), parameters.get('since')];
    must(term?.trim() || since, 'No valid filters provided');
    must(since === null || Number.isFinite(Date.parse(since)), 'since');
    const limit = Math.min(readInteger(parameters.get('limit') ?? 5, 1, 100), MAX_LIMIT);
    const start = readInteger(parameters.get('cursor') ?? 0, 0, 100_000);
    const wanted = (term ?? '').toLowerCase();
    const found = ownDocuments(documents)
      .filter(({ title }) => title.toLowerCase().includes(wanted))
      .toReversed();
    const data = {
      name: 'Files',
      isPaginated: true,
      entries: found.slice(start, start + limit).map((document) => toEntry(document, origin)),
      cursor: start + limit,
    };
    return { json: { ocs: { meta: { status: 'ok', statuscode: 200, message: 'OK' }, data } } };
  },
  titlesOnly: true,
};

function toEntry({ id, title }: Document, origin: string) {
  const fileId = id.slice(1);
  return {
    thumbnailUrl: `${origin}/core/preview?x=32&y=32&fileId=${fileId}`,
    title,
    subline: 'in Handbook/Sport',
    resourceUrl: `${origin}/f/${fileId}`,
    icon: 'icon-file',
    rounded: false,
    attributes: { fileId, path: `/Handbook/Sport/${title}` },
  };
}
