import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Document, searchDocuments } from './documents.ts';
import { pageUrl, runsOf } from './items.ts';

/** Answers like a wiki in MediaWiki's format. It is not measured and shares a core with the load, so it caches its
 * responses.
 * @param origin of the addresses in its responses; called with each new response */
export function wikiResponder(origin: () => string): RequestListener {
  const prepared = new Map<string, string>();
  return (request: IncomingMessage, response: ServerResponse) => {
    if (!request.headers.authorization?.startsWith('Bearer wiki-token-')) return void response.writeHead(401).end();
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const [text, skip, count] = ['srsearch', 'sroffset', 'srlimit'].map((name) => searchParams.get(name) ?? '');
    const key = `${text}/${skip}/${count}`;
    const body = prepared.get(key) ?? prepare(origin(), text ?? '', Number(skip), Number(count));
    prepared.set(key, body);
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
      .end(body);
  };
}

function prepare(origin: string, text: string, skip: number, count: number): string {
  const { documents, total } = searchDocuments(text, skip, count);
  const search = documents.map((document) => hitOf(document, text));
  const pages = documents.map((document) => pageOf(document, origin)).sort((a, b) => a.pageid - b.pageid);
  return JSON.stringify({ batchcomplete: true, query: { searchinfo: { totalhits: total }, search, pages } });
}

function hitOf({ id, title, text, edited }: Document, word: string) {
  const snippet = runsOf(text, word).map((run) =>
    run.hit ? `<span class="searchmatch">${run.text}</span>` : run.text,
  );
  return { ns: 0, title, pageid: id, snippet: snippet.join(''), timestamp: edited };
}

function pageOf({ id, title, edited, by }: Document, origin: string) {
  return {
    pageid: id,
    ns: 0,
    title,
    fullurl: pageUrl(origin, title),
    revisions: [{ timestamp: edited, user: by }],
  };
}
