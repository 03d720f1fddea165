import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { listen } from '../../../local/teams/listen.ts';

const BUILT = join(import.meta.dirname, '../../../dist/auth-page');

/** The headers that the pages need. */
function pageHeaders(style: string): Record<string, string> {
  return {
    'Content-Security-Policy': `default-src 'none'; script-src 'self'; style-src ${style}; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  };
}

function hashOfStyle(html: string): string {
  const [, style = ''] = /<style>([^<]*)<\/style>/.exec(html) ?? [];
  return `'sha256-${createHash('sha256').update(style).digest('base64')}'`;
}

const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  json: 'application/json; charset=utf-8',
};

/** The response of an API endpoint: a status (200) and a body, or none at all. */
type Scripted = { status?: number; body: unknown } | 'hang' | 'drop';

export const SECURITY_CODE = 'security-code-0123456789';

/** The response to a successful sign-in. */
export function done(proven: boolean): Scripted {
  return { body: { next: 'done', securityCode: SECURITY_CODE, proven } };
}

export function problem(code: string, status: number, more: object = {}): Scripted {
  return { status, body: { code, status, title: 'From the server', ...more } };
}

/** The response that asks the person whether to connect an account. */
export const QUESTION = {
  next: 'confirm',
  confirmation: 'the-confirmation',
  asker: { name: 'Ada Example' },
  account: { name: 'ada' },
  connection: { id: 'handbook', title: 'Contoso handbook' },
};

/** The members of a response with the code `signin.identity_mismatch`. */
export const WRONG_PERSON = {
  expected: 'Ada Example',
  used: { name: 'grace@contoso.example' },
  again: 'the-second-ticket',
};

interface Posted {
  endpoint: string;
  headers: IncomingMessage['headers'];
  body: unknown;
}

/** The bot's server for the auth pages: the built files with the real headers, and scripted API responses. */
export interface AuthStub {
  origin: string;
  /** By endpoint: `start`, `complete`, `confirm`. */
  script: Record<string, Scripted>;
  /** The host origins in the pages. */
  hostOrigins: string[];
  /** Changes the script's bytes in the response. */
  tamper: boolean;
  /** The language of the page, as if the browser had asked for it (`Accept-Language`). */
  language: string;
  /** `start.html`, `assets/…`: as built when the stub started. */
  files: Map<string, Buffer>;
  posted: Posted[];
  /** `METHOD path?query` of every request, with its Referer if it had one. */
  requests: { line: string; referer: string | undefined }[];
  /** Resets everything that a test can set: no answers, no host, no posts. */
  reset(): void;
  close(): Promise<void>;
}

export async function startAuthStub(): Promise<AuthStub> {
  const { server, origin, close } = await listen(0);
  const stub: AuthStub = {
    origin,
    close,
    ...initialState(),
    files: readBuilt(),
    reset: () => Object.assign(stub, initialState()),
  };
  server.on('request', (request, response) => void respond(stub, request, response));
  return stub;
}

function initialState(): Pick<AuthStub, 'script' | 'hostOrigins' | 'tamper' | 'language' | 'posted' | 'requests'> {
  return { script: {}, hostOrigins: [], tamper: false, language: 'en', posted: [], requests: [] };
}

async function respond(stub: AuthStub, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', stub.origin);
  stub.requests.push({ line: `${request.method} ${request.url}`, referer: request.headers.referer });
  if (request.method === 'POST') return handleApi(stub, pathname.replace('/auth/api/', ''), request, response);
  if (pathname === '/auth/start') return sendPage(stub, response, 'start');
  if (pathname === '/auth/settings') return sendPage(stub, response, 'settings');
  if (pathname.startsWith('/auth/callback/')) return sendPage(stub, response, 'callback');
  if (pathname.startsWith('/auth/assets/')) return sendFile(stub, response, pathname.replace('/auth/', ''));
  response.writeHead(404).end();
}

async function handleApi(
  stub: AuthStub,
  endpoint: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  stub.posted.push({ endpoint, headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
  if (endpoint === 'start') response.setHeader('Set-Cookie', 'transaction=1; HttpOnly; SameSite=Lax; Path=/auth/api');
  const scripted = stub.script[endpoint];
  if (scripted === 'hang') return;
  if (scripted === 'drop' || scripted === undefined) request.socket.destroy();
  else sendJson(response, scripted.status ?? 200, scripted.body);
}

function readBuilt(): Map<string, Buffer> {
  const names = readdirSync(BUILT, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.'));
  return new Map(names.map((name) => [name, readFileSync(join(BUILT, name))]));
}

function sendPage(stub: AuthStub, response: ServerResponse, page: string): void {
  sendFile(stub, response, stub.language === 'en' ? `${page}.html` : `${page}.${stub.language}.html`);
}

function sendFile(stub: AuthStub, response: ServerResponse, file: string): void {
  const contents = stub.files.get(file);
  const type = TYPES[file.split('.').pop() ?? ''];
  if (!contents || !type) return void response.writeHead(404).end();
  const html = file.endsWith('.html') ? String(contents) : '';
  response.writeHead(200, { ...pageHeaders(hashOfStyle(html)), 'Content-Type': type });
  if (html) response.end(html.replace('"hostOrigins":[]', () => `"hostOrigins":${JSON.stringify(stub.hostOrigins)}`));
  else response.end(stub.tamper && file.endsWith('.js') ? `${contents}\n// replaced` : contents);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(body));
}
