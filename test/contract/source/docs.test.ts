import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { Config } from '../../../bot/config/config.ts';
import { parseConnections } from '../../../bot/config/connections-file.ts';
import { pageOriginsOf, type SourceConfig } from '../../../bot/config/source-types.ts';
import { buildConnections } from '../../../bot/connection.ts';

const DOCS = new URL('../../../docs/', import.meta.url);
const EXAMPLES = ['SOURCES.md', 'HTTP.md'].flatMap(examplesIn);
const PAGE = { link: 'https://tickets.example.com/t/{id}', url: 'https://api.example.com/v2/tickets/{id}' };

function examplesIn(page: string) {
  const text = readFileSync(new URL(page, DOCS), 'utf8');
  return [...text.matchAll(/^```json\n(\{[\s\S]*?)^```$/gm)].map(([, json = '']) => JSON.parse(json));
}

/** The problems that the service reports for a file with this connection, and the connection if it starts. */
function start(connection: { id: string }) {
  const { problems, connections } = read(connection);
  const config = { connections, loopback: false, baseUrl: 'https://latchkey.example.com' } as unknown as Config;
  return { problems, built: problems.length > 0 ? [] : buildConnections(config) };
}

function read(connection: { id: string }) {
  const names = [...JSON.stringify(connection).matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => [name, 'x']);
  const problems: string[] = [];
  const bad = (problem: string) => void problems.push(problem);
  return {
    problems,
    connections: parseConnections({ connections: [connection] }, Object.fromEntries(names), false, bad),
  };
}

test.each(EXAMPLES)('docs/SOURCES.md, docs/HTTP.md: the connection $id starts', (example) => {
  const { problems, built } = start(example);
  expect(problems).toEqual([]);
  expect(built).toHaveLength(1);
});

test.each([
  ['mediawiki', ['https://wiki.example.com']],
  ['graph', ['https://contoso.sharepoint.com', 'https://contoso-my.sharepoint.com']],
  ['github', ['https://github.com']],
  ['opensearch', ['https://search.example.com:9200', 'https://handbook.example.com']],
  ['http', ['https://api.example.com', 'https://tickets.example.com']],
])('T51: cards of %s lead only there', (type, origins) => {
  expect([...(connectionOf(type)?.linkOrigins ?? [])]).toEqual(origins);
});

test.each([
  ['mediawiki', ['wiki.example.com']],
  ['graph', ['contoso.sharepoint.com', 'contoso-my.sharepoint.com']],
  ['github', ['github.com']],
  ['opensearch', ['search.example.com', 'handbook.example.com']],
  ['http', ['tickets.example.com']],
])('T48: links of %s are looked up only at these hosts, and cards may lead there too', (type, hosts) => {
  expect(pageOriginsOf(sourceOf(type)).map((origin) => new URL(origin).hostname)).toEqual(hosts);
  const { linkOrigins, pageOrigins } = connectionOf(type) ?? {};
  expect([...(pageOrigins ?? [])]).toEqual(pageOriginsOf(sourceOf(type)));
  for (const origin of pageOrigins ?? []) expect(linkOrigins).toContain(origin);
  expect(connectionOf(type)?.source.page).toBeDefined();
});

test('T48: the service looks up no links of an API without a description of its pages', () => {
  expect(pageOriginsOf(sourceOf('http', { page: undefined }))).toEqual([]);
});

test('T48: the service looks up no links to mail and chats', () => {
  const mail = { entities: ['message'], path: undefined, linkOrigins: ['https://contoso.sharepoint.com'] };
  expect(pageOriginsOf(sourceOf('graph', mail))).toEqual([]);
});

test('T51: cards of mail lead to Outlook and Teams, those of an Enterprise Server to that server', () => {
  const outlook = connectionOf('graph', { entities: ['message'], path: undefined, linkOrigins: undefined });
  expect(outlook?.linkOrigins).toContain('https://outlook.office365.com');
  const server = connectionOf('github', { url: 'https://github.example.com/api/v3' });
  expect([...(server?.linkOrigins ?? [])]).toEqual(['https://github.example.com']);
});

test.each([
  ['mediawiki', { linkOrigins: ['https://x.example'] }, 'source'],
  ['graph', { linkOrigins: [] }, 'source.linkOrigins must say where files are read'],
  ['graph', { linkOrigins: ['http://contoso.sharepoint.com'] }, 'source.linkOrigins must be an https URL'],
  ['graph', { url: 'http://graph.example.com' }, 'source.url must be an https URL'],
  ['graph', { entities: ['event'] }, 'source.entities'],
  ['github', { webUrl: 'https://localhost' }, 'source.webUrl must be an https URL'],
  ['github', { scope: 'is:public' }, 'source.scope: '],
  ['github', { kinds: ['users'] }, 'source.kinds'],
  ['opensearch', { url: 'http://search.example.com' }, 'source.url must be an https URL'],
  ['opensearch', { urlTemplate: 'http://handbook.example.com/{id}' }, 'source.urlTemplate must be an https URL'],
  ['opensearch', { index: '../x' }, 'source.index: '],
  ['http', { url: 'http://api.example.com/{query}' }, 'source.url must be an https URL'],
  ['http', { url: 'https://localhost/{query}' }, 'source.url must be an https URL'],
  ['http', { recentUrl: 'http://api.example.com/' }, 'source.recentUrl must be an https URL'],
  ['http', { linkBase: 'https://other.example.com/wiki' }, 'source.linkBase must be on one of linkOrigins'],
  ['http', { linkBase: 'http://tickets.example.com/wiki' }, 'source.linkBase'],
  ['http', { linkBase: 'wiki' }, 'source.linkBase'],
  ['http', { incomplete: 'partial' }, 'source.incomplete: not a JSON pointer'],
  ['mediawiki', { namespaces: [] }, 'source.namespaces'],
  ['mediawiki', { namespaces: ['Handbook'] }, 'source.namespaces'],
  [
    'http',
    { page: { ...PAGE, link: 'https://other.example.com/{id}' } },
    'source.page.link must be on one of linkOrigins',
  ],
  ['http', { page: { ...PAGE, link: 'http://tickets.example.com/{id}' } }, 'source.page.link'],
  ['http', { page: { ...PAGE, link: 'tickets/{id}' } }, 'source.page.link'],
  ['http', { page: { ...PAGE, url: 'http://api.example.com/{id}' } }, 'source.page.url must be an https URL'],
  ['http', { page: { link: PAGE.link } }, 'source.page.url'],
  ['http', { method: 'PUT' }, 'source.method must be one of GET, POST'],
  ['http', { firstPage: 2 }, 'source.firstPage'],
  ['http', { fields: { title: '/t', url: 'https://other.example.com/{/id}' } }, 'source.fields.url must be on one of'],
  [
    'http',
    { recent: { url: 'https://api.example.com/r', fields: { title: '/t', url: 'https://other.example.com/{/id}' } } },
    'source.recent.fields.url must be on one of linkOrigins',
  ],
  ['http', { recent: { url: 'http://api.example.com/r' }, recentUrl: undefined }, 'source.recent.url must be an https'],
  [
    'http',
    { page: [PAGE, { ...PAGE, link: 'https://other.example.com/{id}' }] },
    'source.page.1.link must be on one of',
  ],
  ['http', { page: [PAGE, { ...PAGE, url: 'http://api.example.com/{id}' }] }, 'source.page.url must be an https URL'],
  [
    'http',
    { url: 'https://api.example.com/{site}/s?q={query}' },
    'source contains {site}, but the sign-in finds no site',
  ],
  ['http', { total: { header: '' } }, 'source.total.header must not be empty'],
  ['http', { next: { header: 'X-Next' } }, 'source.next.header must be one of Link'],
  ['http', { operators: 'yes' }, 'source.operators must be one of allow, remove'],
  ['http', { format: 'rtf' }, 'source.format must be one of html, markdown, text'],
  ['http', { marks: { open: '<hl>' } }, 'source.marks.close is missing'],
])('T9: %s with %j does not start, and the message says what is wrong', (type, change, message) => {
  expect(() => {
    // A source itself refuses some settings.
    const { problems } = start(exampleOf(type, change));
    if (problems.length > 0) throw new Error(problems.join('\n'));
  }).toThrow(message);
});

function exampleOf(type: string, change: object = {}) {
  const example = EXAMPLES.find(({ source }) => source.type === type);
  return { ...example, source: { ...example.source, ...change } };
}

/** As in the file, with the reader's own values filled in. */
function sourceOf(type: string, change?: object): SourceConfig {
  const { connections, problems } = read(exampleOf(type, change));
  const [connection] = connections;
  if (!connection) throw new Error(problems.join());
  return connection.source;
}

function connectionOf(type: string, change?: object) {
  return start(exampleOf(type, change)).built[0];
}
