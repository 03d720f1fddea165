import { readdirSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { extname } from 'node:path';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
};

// Images come from the searched system. Cards set styles through the CSSOM, which needs no 'unsafe-inline'. A
// Cross-Origin-Opener-Policy would cut the sign-in window off.
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data: https: http://localhost:* http://127.0.0.1:*",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export interface StaticFiles {
  /** @returns `false` if the path does not exist */
  send(path: string, response: ServerResponse): boolean;
}

/** Reads all files at start, so that a path names no other file. @throws {Error} if the page is not built */
export function readStaticFiles(folder: URL): StaticFiles {
  const files = new Map(readdirSync(folder).map((name) => [`/${name}`, readFileSync(new URL(name, folder))]));
  const index = files.get('/index.html');
  if (!index) throw new Error(`No index.html in ${folder.pathname}. Run: npm run build`);
  files.set('/', index);
  return { send: (path, response) => send(files.get(path), path, response) };
}

function send(content: Buffer | undefined, path: string, response: ServerResponse): boolean {
  if (!content) return false;
  response.writeHead(200, {
    'content-type': TYPES[extname(path === '/' ? '.html' : path) || '.html'] ?? 'application/octet-stream',
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  });
  response.end(content);
  return true;
}
