import { matching, type Term } from '../../../../local/text-match.ts';
import type { Document } from '../documents.ts';
import { must, type StandIn, type StandInResponse } from '../server.ts';
import { ownDocuments, type Vendor } from './vendor.ts';

/** @see https://www.servicenow.com/docs/r/api-reference/rest-apis/c_TableAPI.html */
export const servicenowKnowledge: Vendor = {
  preset: 'servicenow-knowledge',
  origin: 'https://contoso.service-now.com',
  standIn: table('kb_knowledge', 'workflow_state=published', toArticle),
  links: [
    [
      'https://contoso.service-now.com/kb_view.do?sys_kb_id=00000000000000000000000000000012',
      { title: 'Los Angeles Lakers' },
    ],
    ['https://contoso.service-now.com/kb_view.do?sys_kb_id=00000000000000000000000000000014', null],
  ],
};

export const servicenowIncidents: Vendor = {
  preset: 'servicenow-incidents',
  origin: 'https://contoso.service-now.com',
  standIn: table('incident', 'active=true', toIncident),
  links: [
    [
      'https://contoso.service-now.com/incident.do?sys_id=00000000000000000000000000000012',
      { title: 'INC0000012 · Los Angeles Lakers' },
    ],
    ['https://contoso.service-now.com/incident.do?sys_id=00000000000000000000000000000014', null],
  ],
};

/** With `sysparm_display_value=all` each field has a value and its display text. */
type Row = Record<string, { value: string; display_value: string; link?: string }>;

/** One table, whose queries have a condition that no typed text may remove. */
function table(name: string, condition: string, toRow: (document: Document) => Row): StandIn {
  return ({ method, url }, { origin, documents }) => {
    const { pathname, searchParams } = new URL(url, origin);
    must(method === 'GET' && pathname.startsWith(`/api/now/table/${name}`), 'no such place');
    const parameters = Object.fromEntries(searchParams);
    const {
      sysparm_query: query,
      sysparm_fields: fields = '',
      sysparm_limit: limit,
      sysparm_offset: offset,
    } = parameters;
    const { sysparm_display_value: shown, sysparm_exclude_reference_link: plain, ...more } = parameters;
    for (const other of Object.keys(more)) must(/^sysparm_(?:query|fields|limit|offset)$/.test(other), other);
    must(shown === 'all' && plain === 'true', 'display values');
    const own = ownDocuments(documents);
    const rowOf = (document: Document) => only(fields.split(','), toRow(document));
    const [, sysId] = /^\/([\da-f]{32})$/.exec(pathname.slice(`/api/now/table/${name}`.length)) ?? [];
    if (sysId !== undefined) {
      const found = own.find((document) => toRow(document).sys_id?.value === sysId);
      return found ? { json: { result: rowOf(found) } } : NO_RECORD;
    }
    must(pathname === `/api/now/table/${name}`, 'no such place');
    const terms = readEncodedQuery(query ?? '', condition);
    must(/^[1-9]\d{0,3}$/.test(limit ?? '') && /^\d+$/.test(offset ?? ''), 'sysparm_limit, sysparm_offset');
    const matches = terms ? new Set(matching(own, terms)) : undefined;
    const found = own.filter((document) => matches?.has(document) ?? true).toReversed();
    const result = found.slice(Number(offset), Number(offset) + Number(limit)).map(rowOf);
    return { json: { result }, headers: { 'x-total-count': String(found.length) } };
  };
}

const NO_RECORD: StandInResponse = {
  status: 404,
  json: { error: { message: 'No Record found', detail: 'Record doesn’t exist or ACL restricts' }, status: 'failure' },
};

/** `^` begins a condition anywhere, and an invalid condition is dropped without an error: the real service then
 * returns all rows. It runs a value that begins with `javascript:`.
 * @see
 * https://www.servicenow.com/docs/r/platform-user-interface/configure-user-experiences/c_EncodedQueryStrings.html */
function readEncodedQuery(query: string, condition: string): Term[] | undefined {
  const [first, ...rest] = query.split('^');
  must(first === condition && rest.at(-1) === 'ORDERBYDESCsys_updated_on' && rest.length <= 2, query);
  const [text] = rest.slice(0, -1);
  if (text === undefined) return undefined;
  const [, value] = /^123TEXTQUERY321=(.+)$/s.exec(text) ?? [];
  must(value !== undefined && !/^\s*javascript:/i.test(value) && !/\p{Cc}/u.test(value), text);
  return [...value.matchAll(/"([^"]*)"|(\S+)/g)].map(([, phrase, word = '']) => ({
    text: phrase ?? word,
    half: false,
  }));
}

function only(fields: string[], row: Row): Row {
  for (const field of fields) must(Object.hasOwn(row, field), `no such field: ${field}`);
  return Object.fromEntries(Object.entries(row).filter(([field]) => fields.includes(field)));
}

function toArticle(document: Document): Row {
  return {
    ...commonFields(document),
    number: plainField(`KB${document.id.slice(1).padStart(7, '0')}`),
    kb_category: { value: 'c'.repeat(32), display_value: 'Basketball' },
  };
}

function toIncident(document: Document): Row {
  return {
    ...commonFields(document),
    number: plainField(`INC${document.id.slice(1).padStart(7, '0')}`),
    description: plainField(document.body),
    state: { value: '2', display_value: 'In Progress' },
    priority: { value: '1', display_value: '1 - Critical' },
    assigned_to: { value: 'b'.repeat(32), display_value: 'Beth Anglin' },
    category: { value: 'network', display_value: 'Network' },
  };
}

/** Values are in UTC, without a zone. Display texts are in the user's own zone and format. */
function commonFields({ id, title, edited }: Document): Row {
  const at = edited.replace('T', ' ').slice(0, 19);
  return {
    sys_id: plainField(id.slice(1).padStart(32, '0')),
    short_description: plainField(title),
    sys_updated_on: { value: at, display_value: '01.03.2026 04:12:00' },
    sys_updated_by: plainField('ada.example'),
  };
}

function plainField(value: string) {
  return { value, display_value: value };
}
