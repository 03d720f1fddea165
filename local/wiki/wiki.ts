import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Issuer, tokenCheck } from './access-token.ts';
import { type ApiResponse, handleApi } from './api/api.ts';
import type { Wiki } from './api/query.ts';
import { loadPages } from './content/load-pages.ts';
import { faultControl } from './faults/control.ts';
import { injectFault } from './faults/spoil.ts';
import { site } from './html/site.ts';
import { openIndex } from './search/search-index.ts';

interface WikiOptions {
  /** 0: a free port. */
  port: number;
  /** Of accepted access tokens. */
  issuers: Issuer[];
  /** In links and pictures; default `http://localhost:<port>`. */
  origin?: string;
  /** Loads pages that attack their reader. */
  hostile?: boolean;
  /** Serves `/__fault` and `/__calls`. */
  faults?: boolean;
  /** For "last edited". */
  now?: Date;
}

interface RunningWiki {
  url: string;
  close(): Promise<void>;
}

/** A stand-in for a MediaWiki with a login, on loopback. */
export async function startWiki(options: WikiOptions): Promise<RunningWiki> {
  const pages = loadPages({ hostile: options.hostile ?? false, now: options.now ?? new Date() });
  const server = createServer({ keepAliveTimeout: 60_000 });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const origin = options.origin ?? `http://localhost:${(server.address() as AddressInfo).port}`;
  const index = openIndex(options.hostile ? 'wiki-index-hostile.db' : 'wiki-index.db', pages);
  serve(server, { origin, pages, index }, options);
  return {
    url: origin,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      index.close();
    },
  };
}

function serve(server: Server, wiki: Wiki, options: WikiOptions): void {
  const check = tokenCheck(options.issuers);
  const documents = site(wiki.pages, check);
  const control = options.faults ? faultControl() : undefined;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { authorization } = request.headers;
    const url = new URL(request.url ?? '/', wiki.origin);
    const path = decodeURIComponent(url.pathname);
    if (await control?.respond(path, request, response)) return;
    control?.record(request);
    if (request.method !== 'GET' && request.method !== 'HEAD') return void response.writeHead(405).end();
    if (path !== '/w/api.php') return send(response, await documents(path, authorization));
    const received = () => handleApi(wiki, check, authorization, url.searchParams);
    const fault = control?.next();
    return fault ? injectFault(fault, received, response) : send(response, await received());
  }

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    handle(request, response).catch((error: unknown) => {
      const malformed = error instanceof URIError || (error instanceof TypeError && 'code' in error);
      if (!malformed) console.error('wiki:', error);
      if (!response.headersSent) response.writeHead(malformed ? 400 : 500);
      response.end();
    });
  });
}

function send(response: ServerResponse, { status, headers, body }: ApiResponse): void {
  response.writeHead(status, {
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(body);
}
