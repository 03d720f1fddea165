import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../identity-provider/body.ts';
import { CLIENT } from '../people.ts';
import { sendJson } from '../teams/http.ts';
import type { Tokens } from './tokens.ts';
import { publicUser } from './users.ts';

interface Reply {
  status: number;
  body?: unknown;
}

const APPLICATIONS = /^\/applications\/([^/]+)\/(token|grant)$/;

/** At the root like github.com, and at `/api/v3` like an Enterprise Server. Requires a User-Agent.
 * @returns the status */
export async function handleApi(tokens: Tokens, request: IncomingMessage, response: ServerResponse): Promise<number> {
  const { status, body } = await respond(tokens, request);
  if (body === undefined) response.writeHead(status).end();
  else sendJson(response, status, body);
  return status;
}

async function respond(tokens: Tokens, request: IncomingMessage): Promise<Reply> {
  const path = apiPath(request);
  if (!request.headers['user-agent']) return problem(403, 'Request forbidden by administrative rules.');
  if (path === '/user' && request.method === 'GET') return user(tokens, request);
  const [, clientId, subject] = APPLICATIONS.exec(path) ?? [];
  if (clientId === undefined) return problem(404, 'Not Found');
  if (!isApp(request)) return problem(401, 'Requires authentication');
  if (decodeURIComponent(clientId) !== CLIENT.id) return problem(404, 'Not Found');
  return application(tokens, subject === 'grant', request);
}

/** Without an Enterprise Server's prefix. */
export function apiPath({ url }: IncomingMessage): string {
  return new URL(url ?? '/', 'http://localhost').pathname.replace(/^\/api\/v3(?=\/)/, '');
}

function user(tokens: Tokens, { headers }: IncomingMessage): Reply {
  const [, accessToken = ''] = /^(?:Bearer|token) (\S+)$/i.exec(headers.authorization ?? '') ?? [];
  const token = tokens.find(accessToken);
  return token ? { status: 200, body: publicUser(token.account) } : problem(401, 'Bad credentials');
}

/** Checks (`POST`) or deletes a token, or deletes the app's grant. Only for the app itself. */
async function application(tokens: Tokens, grant: boolean, request: IncomingMessage): Promise<Reply> {
  const accessToken = tokenIn(await readBody(request));
  if (accessToken === undefined) return problem(422, 'Validation Failed');
  if (request.method === 'POST' && !grant) {
    const token = tokens.find(accessToken);
    return token ? { status: 200, body: { user: publicUser(token.account) } } : problem(404, 'Not Found');
  }
  if (request.method !== 'DELETE') return problem(404, 'Not Found');
  const deleted = grant ? tokens.deleteGrant(accessToken) : tokens.delete(accessToken);
  return deleted ? { status: 204 } : problem(404, 'Not Found');
}

function isApp({ headers }: IncomingMessage): boolean {
  const basic = Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64');
  return headers.authorization === `Basic ${basic}`;
}

function tokenIn(body: string): string | undefined {
  try {
    const { access_token } = Object(JSON.parse(body)) as { access_token?: unknown };
    return typeof access_token === 'string' ? access_token : undefined;
  } catch {
    return undefined;
  }
}

function problem(status: number, message: string): Reply {
  return { status, body: { message, documentation_url: 'https://docs.github.com/rest', status: String(status) } };
}
