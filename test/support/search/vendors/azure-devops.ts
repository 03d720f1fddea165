import { marked, matching, type Term } from '../../../../local/text-match.ts';
import type { Document } from '../documents.ts';
import { must, type StandInRequest } from '../server.ts';
import { readTerms } from '../terms.ts';
import { readInteger } from './parameters.ts';
import { ownDocuments, type Vendor } from './vendor.ts';

const BODY = ['searchText', '$skip', '$top', '$orderBy', 'filters', 'includeFacets'];
const PROJECT = { id: '00000000-0000-4000-8000-000000000001', name: 'Hand book' };

/** @see https://learn.microsoft.com/rest/api/azure/devops/search/work-item-search-results/fetch-work-item-search-results */
export const workItems: Vendor = {
  preset: 'azure-devops-work-items',
  origin: 'https://almsearch.dev.azure.com',
  standIn: (requested, { documents }) => ({
    json: search(requested, documents, 'workitemsearchresults', toWorkItem),
  }),
};

/** The title of a page is the name of its file.
 * @see https://learn.microsoft.com/rest/api/azure/devops/search/wiki-search-results/fetch-wiki-search-results */
export const wiki: Vendor = {
  preset: 'azure-devops-wiki',
  origin: 'https://almsearch.dev.azure.com',
  standIn: (requested, { documents }) => ({
    json: search(requested, documents, 'wikisearchresults', toWikiPage),
  }),
};

type ToResult = (document: Document, terms: readonly Term[]) => object;

function search(
  { method, url, headers, body }: StandInRequest,
  documents: readonly Document[],
  kind: string,
  toResult: ToResult,
) {
  must(method === 'POST', 'the method');
  must(new RegExp(`^/contoso/_apis/search/${kind}\\?api-version=7\\.1$`).test(url), 'no such place');
  must(headers['content-type'] === 'application/json', 'the content type');
  const asked = JSON.parse(body);
  must(
    Object.keys(asked).every((name) => BODY.includes(name)),
    `not known: ${Object.keys(asked)}`,
  );
  const { searchText, $skip: skip, $top: top } = asked;
  must(typeof searchText === 'string' && searchText !== '', 'searchText');
  must(typeof skip === 'number' && typeof top === 'number', '$skip and $top are numbers');
  const terms = readTerms(searchText);
  const found = matching(ownDocuments(documents), terms);
  const start = readInteger(skip, 0, 10_000);
  const results = found.slice(start, start + readInteger(top, 1, 1000));
  return {
    count: found.length,
    results: results.map((document) => toResult(document, terms)),
    infoCode: 0,
    facets: {},
  };
}

function highlights(text: string, terms: readonly Term[]): string[] {
  return [marked(text, terms, '<highlighthit>', '</highlighthit>')];
}

function toWorkItem({ id, title, body, edited }: Document, terms: readonly Term[]) {
  const number = id.slice(1);
  return {
    project: PROJECT,
    fields: {
      'system.id': number,
      'system.workitemtype': 'Bug',
      'system.title': title,
      'system.assignedto': 'Grace Example <grace@contoso.example>',
      'system.state': 'Active',
      'system.tags': 'sport; handbook',
      'system.rev': '4',
      'system.createddate': edited,
      'system.changeddate': edited,
    },
    hits: [{ fieldReferenceName: 'system.description', highlights: highlights(body, terms) }],
    url: `https://dev.azure.com/contoso/_apis/wit/workItems/${number}`,
  };
}

function toWikiPage({ id, title, body }: Document, terms: readonly Term[]) {
  const fileName = `${title.replaceAll('-', '%2D').replaceAll(' ', '-')}.md`;
  return {
    fileName,
    path: `/Sport/${fileName}`,
    collection: { name: 'contoso' },
    project: { ...PROJECT, visibility: null },
    wiki: { id: 'w1', name: 'Hand book.wiki', mappedPath: '/', version: 'wikiMaster' },
    contentId: id,
    hits: [{ fieldReferenceName: 'content', highlights: highlights(body, terms) }],
  };
}
