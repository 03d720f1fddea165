import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Document, searchDocuments } from './documents.ts';
import { pageUrl, runsOf } from './items.ts';

/** A wiki on loopback in MediaWiki's format, for HTTP searches. It is not measured and shares a core with the load, so
 * it caches its responses. */

const prepared = new Map<string, string>();

const server = createServer({ keepAliveTimeout: 60_000 }, respond);
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`The wiki is listening on port ${(server.address() as AddressInfo).port}`);
});
process.once('SIGTERM', () => process.exit(0));

function respond(request: IncomingMessage, response: ServerResponse): void {
  if (!request.headers.authorization?.startsWith('Bearer wiki-token-')) return void response.writeHead(401).end();
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const [text, skip, count] = ['srsearch', 'sroffset', 'srlimit'].map((name) => searchParams.get(name) ?? '');
  const key = `${text}/${skip}/${count}`;
  const body = prepared.get(key) ?? prepare(text ?? '', Number(skip), Number(count));
  prepared.set(key, body);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
}

function prepare(text: string, skip: number, count: number): string {
  const { documents, total } = searchDocuments(text, skip, count);
  const search = documents.map((document) => hitOf(document, text));
  const pages = documents.map(pageOf).sort((a, b) => a.pageid - b.pageid);
  return JSON.stringify({ batchcomplete: true, query: { searchinfo: { totalhits: total }, search, pages } });
}

function hitOf({ id, title, text, edited }: Document, word: string) {
  const snippet = runsOf(text, word).map((run) =>
    run.hit ? `<span class="searchmatch">${run.text}</span>` : run.text,
  );
  return { ns: 0, title, pageid: id, snippet: snippet.join(''), timestamp: edited };
}

function pageOf({ id, title, edited, by }: Document) {
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    pageid: id,
    ns: 0,
    title,
    fullurl: pageUrl(origin, title),
    revisions: [{ timestamp: edited, user: by }],
  };
}
