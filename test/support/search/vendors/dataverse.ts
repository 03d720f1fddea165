import { marked, matching } from '../../../../local/text-match.ts';
import { type Filter, parseOdata } from '../../query-languages/filter.ts';
import type { Document } from '../documents.ts';
import { must, type StandIn, type StandInResponse } from '../server.ts';
import { readTerms } from '../terms.ts';
import { pathOf, readInteger, readParameters } from './parameters.ts';
import { ownDocuments, pageByCursor, type Vendor } from './vendor.ts';

type Context = Parameters<StandIn>[1];

const TABLE = '/api/data/v9.2/knowledgearticles';
const ROW = /^\/api\/data\/v9\.2\/knowledgearticles\(([^()]+)\)$/;
const PARAMETERS = ['$select', '$expand', '$filter', '$orderby', '$count', '$skiptoken'];
const COLUMNS = 'title,description,articlepublicnumber,statecode,modifiedon';
const EXPAND = 'modifiedby($select=fullname)';
const ANNOTATIONS = 'odata.include-annotations="OData.Community.Display.V1.FormattedValue"';
const PUBLISHED = 3;

/** A table: no $skip, the next page by its address, at most as many rows as `Prefer` allows.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/page-results */
export const dataverse: Vendor = {
  preset: 'dataverse',
  origin: 'https://contoso.crm.dynamics.com',
  standIn({ method, url, headers }, context) {
    must(method === 'GET', 'the method');
    must(headers['odata-version'] === '4.0' && headers['odata-maxversion'] === '4.0', 'OData-Version');
    const prefer = String(headers.prefer);
    must(prefer.includes(ANNOTATIONS), 'Prefer: the annotations');
    const [, id] = ROW.exec(pathOf(url)) ?? [];
    return id === undefined ? listRows(url, prefer, context) : readRow(url, id, context);
  },
  links: [
    [
      'https://contoso.crm.dynamics.com/main.aspx?appid=a1&pagetype=entityrecord&etn=knowledgearticle&id=d12',
      { title: 'Los Angeles Lakers' },
    ],
    ['https://contoso.crm.dynamics.com/main.aspx?pagetype=entityrecord&etn=knowledgearticle&id=d999', null],
    ['https://contoso.crm.dynamics.com/main.aspx?pagetype=entityrecord&etn=account&id=d12', undefined],
  ],
};

function readRow(url: string, id: string, { documents }: Context): StandInResponse {
  const parameters = readParameters(url, ['$select', '$expand']);
  must(parameters.get('$select') === COLUMNS && parameters.get('$expand') === EXPAND, '$select, $expand');
  const found = documents.find((document) => document.id === id);
  return found ? { json: toRow(found) } : { status: 404, json: { error: { code: '0x80040217' } } };
}

function listRows(url: string, prefer: string, { origin, documents }: Context): StandInResponse {
  must(pathOf(url) === TABLE, 'no such place');
  const parameters = readParameters(url, PARAMETERS);
  must(parameters.get('$select') === COLUMNS && parameters.get('$expand') === EXPAND, '$select, $expand');
  must(parameters.get('$orderby') === 'modifiedon desc', '$orderby');
  const [, size] = /\bodata\.maxpagesize=(\d+)/.exec(prefer) ?? [];
  const { filter } = parseOdata(parameters.get('$filter') ?? '');
  const rows = documents.map(toRow).filter((row) => holds(filter, row));
  const list = JSON.stringify([parameters.get('$filter'), size]);
  const { entries, next } = pageByCursor(
    rows.toReversed(),
    parameters.get('$skiptoken'),
    readInteger(size, 1, 5000),
    list,
  );
  const address = new URL(url, origin);
  if (next !== undefined) address.searchParams.set('$skiptoken', next);
  return {
    json: {
      '@odata.context': `${origin}/api/data/v9.2/$metadata#knowledgearticles`,
      ...(parameters.get('$count') === 'true' && { '@odata.count': rows.length }),
      value: entries,
      ...(next !== undefined && { '@odata.nextLink': address.href }),
    },
  };
}

/** A text that leaves its quotation marks is an error, or finds rows that the filter excludes. */
function holds(filter: Filter, row: Row): boolean {
  if ('and' in filter) return filter.and.every((part) => holds(part, row));
  if ('or' in filter) return filter.or.some((part) => holds(part, row));
  if ('call' in filter) {
    const [column, text, ...more] = filter.values;
    must(filter.call === 'contains' && column && 'word' in column, '$filter: contains');
    must(text && 'literal' in text && more.length === 0, '$filter: contains');
    return String(valueIn(row, column.word)).toLowerCase().includes(text.literal.toLowerCase());
  }
  must('operator' in filter && filter.operator === 'eq' && 'word' in filter.value, '$filter: eq');
  return String(valueIn(row, filter.field)) === filter.value.word;
}

function valueIn(row: Row, column: string): unknown {
  must(Object.hasOwn(row, column), `Could not find a property named '${column}'`);
  return row[column];
}

type Row = Readonly<Record<string, unknown>>;

/** Fabrikam's articles are drafts, which the entry does not search. */
function toRow({ id, title, body, owner, edited, by }: Document): Row {
  const isPublished = owner === 'contoso';
  return {
    knowledgearticleid: id,
    title,
    description: body,
    keywords: '',
    articlepublicnumber: `KA-${id}`,
    islatestversion: true,
    statecode: isPublished ? PUBLISHED : 0,
    'statecode@OData.Community.Display.V1.FormattedValue': isPublished ? 'Published' : 'Draft',
    modifiedon: edited,
    modifiedby: { fullname: by },
  };
}

const MARKS = { open: '{crmhit}', close: '{/crmhit}' };
const BODY = ['search', 'entities', 'options', 'count', 'skip', 'top'];
const TITLES: Readonly<Record<string, string>> = {
  knowledgearticle: 'title',
  incident: 'title',
  account: 'name',
  contact: 'fullname',
};

/** Answers with a text of JSON in a member of its JSON.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/search/query */
export const dataverseSearch: Vendor = {
  preset: 'dataverse-search',
  origin: 'https://contoso.crm.dynamics.com',
  standIn({ method, url, headers, body }, { documents }) {
    must(method === 'POST' && url === '/api/search/v2.0/query', 'no such place');
    must(headers['content-type'] === 'application/json', 'the content type');
    const asked = JSON.parse(body);
    must(
      Object.keys(asked).every((name) => BODY.includes(name)),
      `not known: ${Object.keys(asked)}`,
    );
    const { search, entities, options, count = false, skip = 0, top = 50 } = asked;
    must(typeof search === 'string' && search.length >= 1 && search.length <= 100, 'search: 1 to 100 characters');
    must(typeof entities === 'string' && typeof options === 'string', 'entities and options are texts');
    must(options === "{'querytype': 'simple', 'searchmode': 'all'}", 'options');
    const tables = JSON.parse(entities) as { name: string; selectColumns: string[]; searchColumns: string[] }[];
    for (const { name, selectColumns, searchColumns } of tables) {
      const title = TITLES[name] ?? '';
      must(selectColumns.includes(title) && searchColumns.includes(title), `the columns of ${name}`);
    }
    const terms = readTerms(search);
    const found = matching(ownDocuments(documents), terms);
    const start = readInteger(skip, 0, 100_000);
    const Value = found.slice(start, start + readInteger(top, 1, 100)).map((document, at) => ({
      Id: document.id,
      EntityName: 'knowledgearticle',
      ObjectTypeCode: 0,
      Attributes: { '@search.objecttypecode': 9953, title: document.title, modifiedon: document.edited },
      Highlights: { description: [marked(document.body, terms, MARKS.open, MARKS.close)] },
      Score: 5 - at / 10,
    }));
    const answer = { Error: null, Value, Facets: {}, QueryContext: null, Count: count ? found.length : -1 };
    return { json: { '@odata.context': 'searchqueryResponse', response: JSON.stringify(answer) } };
  },
  errors: [
    [{ response: JSON.stringify({ Error: { code: '503' }, Value: null, Count: 0 }) }, 'unavailable'],
    [{ response: 'no JSON' }, 'unavailable'],
  ],
};
