import { matching, type Term } from '../../../../local/text-match.ts';
import { parseSosl } from '../../query-languages/sosl.ts';
import type { Document } from '../documents.ts';
import { must } from '../server.ts';
import { ownDocuments, type Vendor } from './vendor.ts';

const VERSION = /^\/services\/data\/v\d\d\.0/;
const BEST = {
  title: 'Los Angeles Lakers',
  url: 'https://contoso.lightning.force.com/lightning/r/Account/001000000000000012/view',
};

/** @see https://developer.salesforce.com/docs/platform/salesforce-soql-sosl/guide/sforce-api-calls-sosl-syntax.html */
export const salesforce: Vendor = {
  preset: 'salesforce',
  origin: 'https://contoso.my.salesforce.com',
  standIn: ({ method, url }, { origin, documents }) => {
    const { pathname, searchParams } = new URL(url, origin);
    must(method === 'GET' && VERSION.test(pathname), 'no such place');
    const path = pathname.replace(VERSION, '');
    const { q = '', ...more } = Object.fromEntries(searchParams);
    const own = ownDocuments(documents);
    const [, type = '', id] = /^\/sobjects\/(\w+)\/(\w{18})$/.exec(path) ?? [];
    if (id !== undefined) {
      const found = own.find((document) => typeOf(document) === type && idOf(document) === id);
      if (!found) return { status: 404, json: [{ errorCode: 'NOT_FOUND', message: 'does not exist' }] };
      return { json: toRecord(found, String(more.fields).split(',')) };
    }
    must(Object.keys(more).length === 0, `not known: ${Object.keys(more)}`);
    if (path === '/query') {
      const { object, fields, limit, offset } = readSoql(q);
      const rows = own.toReversed().filter((document) => typeOf(document) === object);
      const records = rows.slice(offset, offset + limit).map((document) => toRecord(document, fields));
      // The number of rows of this answer.
      return { json: { totalSize: records.length, done: true, records } };
    }
    must(path === '/search', 'no such place');
    const { terms, objects, limit } = readSosl(q);
    const found = matching(own, terms);
    // One object after the other.
    const records = objects.flatMap(({ name, fields }) =>
      found.filter((document) => typeOf(document) === name).map((document) => toRecord(document, fields)),
    );
    return { json: { searchRecords: records.slice(0, limit) } };
  },
  links: [
    [BEST.url, BEST],
    [
      'https://contoso.lightning.force.com/lightning/r/Case/500000000000000013/view',
      { title: '00000013 LeBron James' },
    ],
    ['https://contoso.lightning.force.com/lightning/r/Account/001000000000000014/view', null],
    ['https://contoso.lightning.force.com/lightning/o/Account/list', undefined],
  ],
};

interface ReturnedObject {
  name: string;
  fields: string[];
}

const RETURNING = /^ IN ALL FIELDS RETURNING (\w+\([\w., ]+\)(?:, ?\w+\([\w., ]+\))*) LIMIT (\d+)$/;

function readSosl(query: string): { terms: Term[]; objects: ReturnedObject[]; limit: number } {
  must(!/\p{Cc}/u.test(query), `MALFORMED_SEARCH: ${query}`);
  const { terms, rest } = parseSosl(query);
  for (const { kind, text } of terms) must(kind === 'word' || kind === 'phrase', `${kind}: ${text}`);
  must(
    terms.map(({ text }) => text).join('').length > 1,
    'INVALID_SEARCH: search term must be longer than one character',
  );
  const [, returned = '', limit = ''] = RETURNING.exec(rest) ?? [];
  must(Number(limit) >= 1 && Number(limit) <= 2000, `MALFORMED_SEARCH: ${query}`);
  const objects = [...returned.matchAll(/(\w+)\(([^)]*)\)/g)].map(([, name = '', fields = '']) => ({
    name,
    fields: fields.split(/, ?/),
  }));
  return { terms: terms.map(({ text }) => ({ text, half: false })), objects, limit: Number(limit) };
}

const SOQL = /^SELECT ([\w., ]+) FROM (\w+) ORDER BY LastModifiedDate DESC LIMIT (\d+) OFFSET (\d+)$/;

function readSoql(query: string) {
  const [, fields = '', object = '', limit = '', offset = ''] = SOQL.exec(query) ?? [];
  must(
    object !== '' && Number(limit) >= 1 && Number(limit) <= 2000 && Number(offset) <= 2000,
    `MALFORMED_QUERY: ${query}`,
  );
  return { object, fields: fields.split(/, ?/), limit: Number(limit), offset: Number(offset) };
}

function typeOf({ id }: Document): 'Account' | 'Case' {
  return Number(id.slice(1)) % 2 === 0 ? 'Account' : 'Case';
}

function idOf(document: Document): string {
  return `${typeOf(document) === 'Account' ? '001' : '500'}${document.id.slice(1).padStart(15, '0')}`;
}

/** Fields of another object, such as `Owner.Name`, are inside an object. */
function toRecord(document: Document, names: readonly string[]) {
  const { title, body, edited, by } = document;
  const type = typeOf(document);
  const values: Record<string, unknown> = {
    Id: idOf(document),
    Description: body,
    LastModifiedDate: edited.replace('Z', '+0000'),
    'LastModifiedBy.Name': { attributes: { type: 'User' }, Name: by },
    'Owner.Name': { attributes: { type: 'Name' }, Name: 'Beth Owner' },
    ...(type === 'Account'
      ? { Name: title }
      : { CaseNumber: document.id.slice(1).padStart(8, '0'), Subject: title, Status: 'New', Priority: 'High' }),
  };
  for (const name of names) must(Object.hasOwn(values, name), `INVALID_FIELD: no ${name} on ${type}`);
  const fields = names.map((name) => [name.split('.')[0] ?? name, values[name]]);
  const attributes = { type, url: `/services/data/v66.0/sobjects/${type}/${values.Id}` };
  return { attributes, ...Object.fromEntries(fields) };
}
