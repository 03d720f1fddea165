import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { acceptedTags, LANGUAGES, type Language, negotiateLanguage } from '../platform/language.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

// No Cross-Origin-Opener-Policy: it would separate the pop-up from Teams (T24).
const COMMON_HEADERS = {
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'X-Robots-Tag': 'noindex',
};
/** @param styles the sources of styles */
const authPageHeaders = (styles: string) => ({
  'Content-Security-Policy':
    `default-src 'none'; script-src 'self'; style-src ${styles}; img-src 'self'; connect-src 'self'; ` +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  ...COMMON_HEADERS,
});
type Headers = Readonly<Record<string, string>>;
type Caching = 'no-store' | 'no-cache' | 'public, max-age=31536000, immutable';

type Route = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Read once. GET and HEAD change no state (T21). */
export interface Pages {
  start: Route;
  callback: Route;
  settings: Route;
  asset(name: string): Route | undefined;
}

/** @param folder the output of `auth-page/build.mjs` */
export function loadPages(folder: string, hostOrigins: readonly string[]): Pages {
  const assets = new Map(
    readdirSync(join(folder, 'assets')).map((name) => [
      name,
      file(join(folder, 'assets', name), authPageHeaders("'none'")),
    ]),
  );
  return {
    start: page(folder, 'start', hostOrigins),
    callback: page(folder, 'callback', hostOrigins),
    settings: page(folder, 'settings', hostOrigins),
    asset: (name) => assets.get(name),
  };
}

/** Serves the browser's language (`start.de.html`) or English (`start.html`). The words show before or without the
 * script. */
function page(folder: string, name: string, hostOrigins: readonly string[]): Route {
  const english = pageFile(join(folder, `${name}.html`), hostOrigins);
  const routes = new Map<Language, Route>([['en', english]]);
  for (const language of LANGUAGES) {
    if (language !== 'en') routes.set(language, pageFile(join(folder, `${name}.${language}.html`), hostOrigins));
  }
  return (request, response) => {
    response.setHeader('Vary', 'Accept-Language');
    const language = negotiateLanguage(acceptedTags(request.headers['accept-language'])) ?? 'en';
    const route = routes.get(language) ?? english;
    return route(request, response);
  };
}

/** A page's address can contain a ticket or a code. Its data block carries the host origins, which would be one more request. */
function pageFile(path: string, hostOrigins: readonly string[]): Route {
  const html = readFileSync(path, 'utf8').replace('"hostOrigins":[]', () =>
    JSON.stringify({ hostOrigins }).slice(1, -1).replaceAll('<', '\\u003c'),
  );
  return serve(Buffer.from(html), extname(path), 'no-store', authPageHeaders(hashOfStyle(html)));
}

/** The page's own style, and no other (CSP Level 3, section 2.3.1).
 * @throws {Error} unless there is exactly one */
function hashOfStyle(html: string): string {
  const [style, ...others] = Array.from(html.matchAll(/<style>([^<]*)<\/style>/g), ([, css = '']) => css);
  if (style === undefined || others.length > 0) throw new Error('A page must have one style');
  return `'sha256-${createHash('sha256').update(style).digest('base64')}'`;
}

function file(path: string, headers: Headers): Route {
  const isHashed = /[.-][A-Za-z0-9_-]{8,}\.[a-z]+$/.test(path);
  return serve(
    readFileSync(path),
    extname(path),
    isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    headers,
  );
}

/** Compresses at the first request that accepts gzip. The content is static, so its size tells nothing of a user (BREACH). */
function serve(content: Buffer, extension: string, caching: Caching, common: Headers): Route {
  const hash = createHash('sha256').update(content).digest('base64url').slice(0, 22);
  const variant = (coding: 'gzip' | undefined) => ({
    ...common,
    'Content-Type': TYPES[extension] ?? 'application/octet-stream',
    'Cache-Control': caching,
    ...(coding && { 'Content-Encoding': coding }),
    // RFC 9110 section 8.8.3.3: each coding has its own tag.
    ...(caching !== 'no-store' && { Vary: 'Accept-Encoding', ETag: `"${hash}${coding ? '-gzip' : ''}"` }),
  });
  const [plain, gzipped] = [variant(undefined), variant('gzip')];
  let compressed: Promise<Buffer> | undefined;
  return async (request, response) => {
    const coded = acceptsGzip(request);
    const headers = coded ? gzipped : plain;
    if (headers.ETag !== undefined && request.headers['if-none-match'] === headers.ETag) {
      // restify's `writeHead` returns no response to chain.
      response.writeHead(304, headers);
      response.end();
      return;
    }
    if (coded) compressed ??= compress(content);
    const body = (await (coded && compressed)) || content;
    response.writeHead(200, { ...headers, 'Content-Length': body.length });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
}

const compress = promisify<Buffer, Buffer>(gzip);

/** RFC 9110 section 12.5.3, without `*`, which browsers do not send. */
function acceptsGzip({ headers }: IncomingMessage): boolean {
  const codings = String(headers['accept-encoding'] ?? '').split(',');
  return codings.some((coding) => /^\s*gzip\s*(;\s*q=(1|0\.\d*[1-9]).*)?$/i.test(coding));
}

export interface ChatPage {
  page: Route;
  asset(name: string): Route | undefined;
}

/** @param folder the output of `auth-page/chat/build-chat.mjs`
 * @param directLine Direct Line's origin */
export function loadChatPage(folder: string, directLine: string, imageOrigins: Iterable<string>): ChatPage {
  const pages = new Map(LANGUAGES.map((language) => [language, readPage(folder, language)]));
  const names = readdirSync(join(folder, 'assets'));
  const assets = new Map(names.map((name) => [name, file(join(folder, 'assets', name), COMMON_HEADERS)]));
  return {
    asset: (name) => assets.get(name),
    page: (request, response) => {
      const language = negotiateLanguage(acceptedTags(request.headers['accept-language'])) ?? 'en';
      const nonce = randomBytes(16).toString('base64');
      const html = (pages.get(language) ?? '').replaceAll('{{nonce}}', nonce);
      response.writeHead(200, {
        ...COMMON_HEADERS,
        'Content-Security-Policy': policy(nonce, directLine, [...imageOrigins]),
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Length': Buffer.byteLength(html),
        'Cache-Control': 'no-store',
        Vary: 'Accept-Language',
      });
      response.end(request.method === 'HEAD' ? undefined : html);
    },
  };
}

/** The empty string: Web Chat inserts empty style elements, then fills them by script. */
const EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

/** Web Chat creates styles at run time, so they need a nonce. */
function policy(nonce: string, directLine: string, imageOrigins: readonly string[]): string {
  const stream = directLine.replace(/^http/, 'ws');
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}' ${EMPTY_STYLE}`,
    `img-src 'self' data: blob: ${imageOrigins.join(' ')}`.trimEnd(),
    `connect-src 'self' ${directLine} ${stream}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function readPage(folder: string, language: string): string {
  return readFileSync(join(folder, language === 'en' ? 'chat.html' : `chat.${language}.html`), 'utf8');
}
