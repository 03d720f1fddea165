import { type Filter, type Operand, parseAtlassian, parseDrive, parseOdata } from '../query-languages/filter.ts';
import { parseLucene } from '../query-languages/lucene.ts';
import type { Document } from './documents.ts';
import { must, type StandIn } from './server.ts';

const PARSERS = { jql: parseAtlassian, cql: parseAtlassian, odata: parseOdata, drive: parseDrive };

/** An API whose `q` is a query: JQL, CQL, a `$filter` of OData, or Drive's `q`. It has the fields `owner` and
 * `text`, returns every result of the query, and refuses invalid syntax. */
export function filtered(language: keyof typeof PARSERS): StandIn {
  return ({ method, url }, { origin, documents }) => {
    const { pathname, searchParams } = new URL(url, origin);
    must(method === 'GET' && pathname === '/search', 'no such place');
    must([...searchParams.keys()].join() === 'q', 'parameters');
    const { filter } = PARSERS[language](searchParams.get('q') ?? '');
    const results = documents.filter((document) => holds(filter, document));
    return { json: { results: results.map(({ title, url: link }) => ({ title, link })) } };
  };
}

function holds(filter: Filter, document: Document): boolean {
  if ('and' in filter) return filter.and.every((part) => holds(part, document));
  if ('or' in filter) return filter.or.some((part) => holds(part, document));
  if ('not' in filter) return !holds(filter.not, document);
  if ('call' in filter) {
    const [field, text] = filter.values.map(textOf);
    must(filter.call === 'contains' && filter.values.length === 2, 'no such function');
    return fieldOf(document, field).toLowerCase().includes(`${text}`.toLowerCase());
  }
  const [value, wanted] = [fieldOf(document, filter.field), textOf(filter.value)];
  if (filter.operator === '~') return luceneHolds(value, wanted);
  if (filter.operator === 'contains') return phrasesOf(wanted).every((phrase) => hasPhrase(value, phrase));
  must(['=', 'eq'].includes(filter.operator), 'no such operator');
  return value === wanted;
}

function textOf(operand: Operand): string {
  must(!('list' in operand), 'a list');
  return 'literal' in operand ? operand.literal : operand.word;
}

function fieldOf(document: Document, field: string | undefined): string {
  must(field === 'owner' || field === 'text', 'no such field');
  return field === 'owner' ? document.owner : `${document.title} ${document.body}`;
}

function luceneHolds(value: string, query: string): boolean {
  const clauses = parseLucene(query);
  must(clauses.length > 0, 'an empty text');
  const found = clauses.map(({ kind, text, field, operators }) => {
    must(field === undefined && (kind === 'term' || kind === 'phrase'), 'more than words and phrases');
    return hasPhrase(value, text) !== /-|!|NOT/.test(operators.join());
  });
  return clauses.some(({ operators }) => operators.includes('OR')) ? found.some(Boolean) : found.every(Boolean);
}

/** Words, and "phrases". */
function phrasesOf(text: string): string[] {
  return text.split('"').flatMap((part, at) => (at % 2 === 1 ? [part] : part.split(/\s+/)));
}

function hasPhrase(value: string, phrase: string): boolean {
  const words = (text: string) => (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');
  return ` ${words(value)} `.includes(` ${words(phrase)} `) || words(phrase) === '';
}
