import { marked, matching, type Term } from '../../../local/text-match.ts';
import type { Document } from './documents.ts';
import { escapeHtml, must, type StandIn } from './server.ts';
import { readTerms } from './terms.ts';

interface Request {
  entityTypes: string[];
  query: { queryString: string; queryTemplate?: string };
  from: number;
  size: number;
  fields?: string[];
  sortProperties?: { name: string; isDescending: boolean }[];
}

const KEYS = ['entityTypes', 'query', 'fields', 'from', 'size', 'sortProperties'];
const SINCE = /^(?:LastModifiedTime|received|sent)>=(\d{4}-\d\d-\d\d)$/;

/** Microsoft Graph's search of files, mail and chats.
 * @param entities the entity types that the connection should request */
export function graph(entities: readonly string[], path?: string): StandIn {
  const messages = entities.some((entity) => entity.endsWith('essage'));
  return (requested, around) => {
    if (requested.url.startsWith('/v1.0/shares/')) return shared(requested, around);
    const { origin, documents } = around;
    must(requested.method === 'POST' && requested.url === '/v1.0/search/query', 'not the search');
    must(requested.headers['content-type'] === 'application/json', 'Graph wants application/json');
    const { from, size, ...request } = readRequest(requested.body, entities);
    const { queryString, queryTemplate } = request.query;
    must(queryTemplate === (path && `({searchTerms}) path:"${path}"`), 'another template');
    const scoped = path === undefined ? documents : documents.filter(({ owner }) => owner === 'contoso');
    const recent = SINCE.test(queryString);
    must(recent && !messages ? request.sortProperties : !request.sortProperties, 'sorted where it can’t be, or not');
    const terms = recent ? [] : readTerms(queryString);
    // The stand-in's documents are older than any window of days. Outlook and Teams filter by date anyway.
    const found = recent || messages ? matching(scoped, terms).toReversed() : matching(scoped, terms);
    const hits = found.slice(from, from + size).map((document) => toHit(document, terms, origin, entities[0]));
    const total = messages ? hits.length : found.length;
    const container = { hits, total, moreResultsAvailable: from + size < found.length };
    return { json: { value: [{ searchTerms: [queryString], hitsContainers: [container] }] } };
  };
}

/** An address of a document, or a sharing link: `/:w:/s/handbook/<id>`. */
const shared: StandIn = (requested, { origin, documents }) => {
  must(requested.method === 'GET', 'shares are read');
  must(requested.headers.prefer === undefined, 'redeems the link');
  const { pathname, searchParams } = new URL(requested.url, origin);
  const [, encoded = ''] = /^\/v1\.0\/shares\/u!([\w-]+)\/driveItem$/.exec(pathname) ?? [];
  must([...searchParams.keys()].join() === '$select', 'parameters');
  const link = Buffer.from(encoded, 'base64url').toString();
  must(URL.canParse(link), 'no sharing URL');
  const [, id] = /^\/:w:\/s\/handbook\/(\w+)$/.exec(new URL(link).pathname) ?? [];
  if (new URL(link).pathname.startsWith('/sites/')) return refused(400, 'invalidRequest');
  const document = documents.find((each) => each.id === id || origin + each.url === link);
  if (!document) return refused(404, 'itemNotFound');
  const { resource } = toHit(document, [], origin);
  const place = document.owner === 'contoso' ? 'handbook' : 'handbook-of-fabrikam';
  const webDavUrl = `https://contoso.sharepoint.com/sites/${place}/Shared%20Documents/${document.id}.docx`;
  return { json: pick({ ...resource, webDavUrl }, searchParams.get('$select')?.split(',') ?? []) };
};

function pick(resource: object, names: string[]) {
  return Object.fromEntries(Object.entries(resource).filter(([name]) => names.includes(name)));
}

function refused(status: number, code: string) {
  return { status, json: { error: { code, message: 'The request can’t be answered.' } } };
}

function readRequest(body: string, entities: readonly string[]): Request {
  const { requests, ...rest } = JSON.parse(body) as { requests: Request[] };
  must(Array.isArray(requests) && requests.length === 1 && Object.keys(rest).length === 0, 'one request at a time');
  const [request] = requests;
  must(request && Object.keys(request).every((key) => KEYS.includes(key)), 'an unknown property');
  must(JSON.stringify(request.entityTypes) === JSON.stringify(entities), 'other entities');
  must(Number.isInteger(request.from) && request.from >= 0, 'from');
  must(Number.isInteger(request.size) && request.size >= 1 && request.size <= 25, 'size');
  must(request.query.queryString.length > 0, 'an empty query');
  return request;
}

function toHit(document: Document, terms: readonly Term[], origin: string, entity = 'driveItem') {
  const { id, body, title, edited, by } = document;
  const address = document.url.startsWith('/') ? origin + document.url : document.url;
  const summary = `${marked(escapeHtml(body), terms, '<c0>', '</c0>')} <ddd/>`;
  const message = {
    subject: title,
    receivedDateTime: edited,
    webLink: address,
    from: { emailAddress: { name: by, address: 'ada@contoso.example' } },
  };
  const item = {
    name: title,
    webUrl: address,
    lastModifiedDateTime: edited,
    createdBy: { user: { displayName: 'Somebody Else' } },
    lastModifiedBy: { user: { displayName: by } },
  };
  const resource = entity.endsWith('essage') ? message : item;
  return { hitId: id, rank: 1, summary, resource: { '@odata.type': `#microsoft.graph.${entity}`, id, ...resource } };
}
