import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { acceptedTags, LANGUAGES, type Language, negotiateLanguage } from '../platform/language.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
};

// No Cross-Origin-Opener-Policy: it would cut the pop-up from Teams (T24).
const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'X-Robots-Tag': 'noindex',
};

type Route = (request: IncomingMessage, response: ServerResponse) => void;

/** The auth pages and their files, read once: GET and HEAD answer from memory and change nothing (T21). */
export interface Pages {
  start: Route;
  callback: Route;
  settings: Route;
  /** A file's route; `undefined` when there is no such file. */
  asset(name: string): Route | undefined;
}

/** @param folder what `auth-page/build.mjs` made. @param hostOrigins extra origins that may host the pop-up. */
export function loadPages(folder: string, hostOrigins: readonly string[]): Pages {
  const assets = new Map(
    readdirSync(join(folder, 'assets')).map((name) => [name, file(join(folder, 'assets', name), true)]),
  );
  const origins = Buffer.from(JSON.stringify({ origins: hostOrigins }));
  assets.set('host-origins.json', serve(origins, '.json', 'no-store'));
  return {
    start: page(folder, 'start'),
    callback: page(folder, 'callback'),
    settings: page(folder, 'settings'),
    asset: (name) => assets.get(name),
  };
}

/** A page in the language that the browser asks for (`start.de.html`), else in English (`start.html`): the words that stand
 * there before its script runs, and instead of it where scripting is off. */
function page(folder: string, name: string): Route {
  const english = file(join(folder, `${name}.html`), false);
  const routes = new Map<Language, Route>([['en', english]]);
  for (const language of LANGUAGES) {
    if (language !== 'en') routes.set(language, file(join(folder, `${name}.${language}.html`), false));
  }
  return (request, response) => {
    response.setHeader('Vary', 'Accept-Language');
    const language = negotiateLanguage(acceptedTags(request.headers['accept-language'])) ?? 'en';
    const route = routes.get(language) ?? english;
    route(request, response);
  };
}

function file(path: string, mayCache: boolean): Route {
  // A page may hold a ticket or code in its address, so it is never kept; files whose name carries their hash are for ever.
  const hashed = /[.-][A-Za-z0-9_-]{8,}\.[a-z]+$/.test(path);
  const caching = mayCache ? (hashed ? 'public, max-age=31536000, immutable' : 'no-cache') : 'no-store';
  return serve(readFileSync(path), extname(path), caching);
}

function serve(content: Buffer, extension: string, caching: string): Route {
  const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
  const headers = {
    ...HEADERS,
    'Content-Type': TYPES[extension] ?? 'application/octet-stream',
    'Cache-Control': caching,
    ...(caching !== 'no-store' && { ETag: etag }),
  };
  return (request, response) => {
    if (caching !== 'no-store' && request.headers['if-none-match'] === etag) {
      // restify's `writeHead` returns nothing.
      response.writeHead(304, headers);
      response.end();
      return;
    }
    response.writeHead(200, { ...headers, 'Content-Length': content.length });
    response.end(request.method === 'HEAD' ? undefined : content);
  };
}
