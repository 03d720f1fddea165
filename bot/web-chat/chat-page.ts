import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { acceptedTags, LANGUAGES, negotiateLanguage } from '../platform/language.ts';

type Route = (request: IncomingMessage, response: ServerResponse) => void;

/** Web Chat's page and its files. */
export interface ChatPage {
  page: Route;
  /** A file's route; `undefined` when there is no such file. */
  asset(name: string): Route | undefined;
}

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};
const HEADERS = {
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'X-Robots-Tag': 'noindex',
};

/** Reads the page once, where it is wanted: Web Chat's own script is large.
 * @param folder what `auth-page/chat/build-chat.mjs` made
 * @param directLine Direct Line's origin @param imageOrigins where cards' images come from */
export function loadChatPage(folder: string, directLine: string, imageOrigins: Iterable<string>): ChatPage {
  const pages = new Map(LANGUAGES.map((language) => [language, readPage(folder, language)]));
  const names = readdirSync(join(folder, 'assets'));
  const assets = new Map(names.map((name) => [name, serve(readFileSync(join(folder, 'assets', name)), extname(name))]));
  return {
    asset: (name) => assets.get(name),
    page: (request, response) => {
      const language = negotiateLanguage(acceptedTags(request.headers['accept-language'])) ?? 'en';
      const nonce = randomBytes(16).toString('base64');
      const html = (pages.get(language) ?? '').replaceAll('{{nonce}}', nonce);
      response.writeHead(200, {
        ...HEADERS,
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

/** The hash of nothing: Web Chat fills some of its style elements by script, after they were put in empty. */
const EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

/** Web Chat makes its styles while it runs, so they carry a nonce; its script is ours to serve, and no other runs. */
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

/** Files are named by their content. */
function serve(content: Buffer, extension: string): Route {
  return (request, response) => {
    response.writeHead(200, {
      ...HEADERS,
      'Content-Type': TYPES[extension] ?? 'application/octet-stream',
      'Content-Length': content.length,
      'Cache-Control': 'public, max-age=31536000, immutable',
    });
    response.end(request.method === 'HEAD' ? undefined : content);
  };
}
