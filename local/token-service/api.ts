import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../identity-provider/body.ts';
import { sendJson } from '../teams/http.ts';
import { CONNECTIONS, type Connection, connectionNamed } from './connections.ts';
import type { Exchange } from './exchange.ts';
import type { Owner, Token, Users } from './users.ts';

interface ApiDependencies {
  users: Users;
  exchange: Exchange;
  botId: string;
  identityProviderUrl: string;
  origin: string;
}

interface Reply {
  status: number;
  body?: unknown;
}

type Query = ReadonlyMap<string, string>;

/** The Bot Framework token API, v3.1. @see https://github.com/microsoft/botframework-sdk (TokenAPI.json) */
export async function handleApi(
  parts: ApiDependencies,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<number> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  // The service ignores the case of names, and clients differ in it.
  const query = new Map([...searchParams].map(([name, value]) => [name.toLowerCase(), value]));
  const { status, body } = await route(`${request.method} ${pathname}`, parts, query, request);
  if (body === undefined) response.writeHead(status, { 'content-length': 0 }).end();
  else sendJson(response, status, body);
  return status;
}

async function route(name: string, parts: ApiDependencies, query: Query, request: IncomingMessage): Promise<Reply> {
  switch (name) {
    case 'GET /api/usertoken/GetToken':
      return withOwner(query, (owner) => getToken(parts, owner, query.get('code')));
    case 'GET /api/usertoken/GetTokenStatus':
      return { status: 200, body: statusOf(parts, query) };
    case 'DELETE /api/usertoken/SignOut':
      return signOut(parts, query);
    case 'POST /api/usertoken/exchange':
      return withOwner(query, async (owner, connection) => {
        const { token } = JSON.parse(await readBody(request)) as { token?: unknown };
        return exchange(parts, owner, connection, token);
      });
    case 'GET /api/botsignin/GetSignInResource':
      return signInResource(parts, query);
    default:
      return refused(404, 'NotFound', 'There is no such call.');
  }
}

async function withOwner(
  query: Query,
  response: (owner: Owner, connection: Connection) => Reply | Promise<Reply>,
): Promise<Reply> {
  const [userId, connectionName, channelId] = ['userid', 'connectionname', 'channelid'].map((name) => query.get(name));
  if (!userId || !connectionName || !channelId) return refused(400, 'BadArgument', 'Missing required query parameters');
  const connection = connectionNamed(connectionName);
  if (!connection) return refused(404, 'NotFound', `Setting with name ${connectionName} was not found.`);
  return response({ userId, connectionName, channelId }, connection);
}

/** Without a token: 404, empty body. */
function getToken({ users }: ApiDependencies, owner: Owner, code: string | undefined): Reply {
  const found = code === undefined ? users.get(owner) : users.redeem(owner, code);
  return found ? { status: 200, body: tokenResponse(owner, found) } : { status: 404 };
}

function tokenResponse({ channelId, connectionName }: Owner, { token, expiresAt }: Token): unknown {
  return { channelId, connectionName, token, expiration: new Date(expiresAt).toISOString() };
}

function statusOf({ users }: ApiDependencies, query: Query): unknown[] {
  const [userId = '', channelId = ''] = [query.get('userid'), query.get('channelid')];
  const include = query.get('include')?.split(',');
  return CONNECTIONS.filter(({ name }) => include?.includes(name) ?? true).map(({ name: connectionName }) => ({
    channelId,
    connectionName,
    hasToken: users.get({ userId, channelId, connectionName }) !== undefined,
    serviceProviderDisplayName: 'Generic Oauth 2',
  }));
}

/** Without a connection name: all. */
function signOut({ users }: ApiDependencies, query: Query): Reply {
  const [userId = '', channelId = ''] = [query.get('userid'), query.get('channelid')];
  const names = CONNECTIONS.map(({ name }) => name);
  for (const connectionName of names.filter((name) => (query.get('connectionname') ?? name) === name)) {
    users.forget({ userId, channelId, connectionName });
  }
  return { status: 200, body: {} };
}

async function exchange(
  { users, exchange }: ApiDependencies,
  owner: Owner,
  { exchangeUri }: Connection,
  token: unknown,
): Promise<Reply> {
  if (exchangeUri === undefined || typeof token !== 'string')
    return refused(400, 'BadRequest', 'Nothing to exchange here.');
  const outcome = await exchange(token);
  if ('refused' in outcome) return refused(outcome.status, outcome.refused, 'The token could not be exchanged.');
  users.put(owner, outcome);
  return { status: 200, body: tokenResponse(owner, outcome) };
}

/** `state`: a TokenExchangeState in base64, with connection, bot, and the conversation with its user. */
function signInResource({ users, botId, origin, identityProviderUrl }: ApiDependencies, query: Query): Reply {
  const state = readState(query.get('state'));
  const connection = connectionNamed(String(state?.connectionName));
  const { user, channelId, conversation } = state?.conversation ?? {};
  if (!connection || !user?.id || !channelId || state?.msAppId !== botId)
    return refused(400, 'BadArgument', 'The state names no user, bot or connection of this service.');
  const owner = { userId: user.id, channelId, connectionName: connection.name };
  const id = users.begin(owner, connection.issuer(identityProviderUrl, conversation?.tenantId ?? ''));
  const resource = connection.exchangeUri && {
    id: id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
    uri: connection.exchangeUri,
  };
  return {
    status: 200,
    body: {
      signInLink: `${origin}/api/oauth/signin?signin=${id}`,
      ...(resource && { tokenExchangeResource: resource }),
      tokenPostResource: { sasUrl: `${origin}/api/sas/postToken?state=${id}` },
    },
  };
}

interface State {
  connectionName?: string;
  msAppId?: string;
  conversation?: { user?: { id?: string }; channelId?: string; conversation?: { tenantId?: string } };
}

function readState(encoded = ''): State | undefined {
  try {
    return JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as State;
  } catch {
    return undefined;
  }
}

function refused(status: number, code: string, message: string): Reply {
  return { status, body: { error: { code, message } } };
}
