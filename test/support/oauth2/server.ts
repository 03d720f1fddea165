import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CryptoKey } from 'jose';
import { Counts } from '../../../local/counts.ts';
import { readBody } from '../../../local/identity-provider/body.ts';
import { plain as accountsOf, type LocalAccount } from '../../../local/identity-provider/issuers.ts';
import { Faults } from '../../../local/identity-provider/test-endpoints/faults.ts';
import { Authorization, PAGES } from '../../../local/oauth2/authorize.ts';
import { Grants } from '../../../local/oauth2/grants.ts';
import type { ClientAuthentication, Reply, Service } from '../../../local/oauth2/service.ts';
import { TokenEndpoint } from '../../../local/oauth2/token-endpoint.ts';
import { CLIENT } from '../../../local/people.ts';
import { pathOf } from '../../../local/teams/http.ts';
import { handleBy, listen } from '../../../local/teams/listen.ts';
import type { StandInRequest, StandInResponse } from '../search/server.ts';
import { isClient } from './client.ts';
import { startOpenId } from './openid.ts';

export interface ServiceOptions {
  redirectUris: readonly string[];
  /** 0, the default: a free port. */
  port?: number;
  /** The only method of this registration, in place of the service's own. */
  clientAuthentication?: ClientAuthentication;
  clientSecret?: string;
  publicKey?: CryptoKey;
  /** Seconds; default 3600. `null`: the response has no lifetime, as Notion's. */
  tokenTtl?: number | null;
  /** Authorization responses contain `iss` (RFC 9207). */
  iss?: boolean;
  /** Answers all other paths. `api.php` and `api/…` need a valid token. */
  upstream?: string;
  /** Answers all other paths, in place of `upstream`. Every path needs a valid token. */
  api?: Api;
}

/** Answers a request with the token of an account. */
export type Api = (request: StandInRequest, context: { origin: string; account: LocalAccount }) => Promise<ApiReply>;
type ApiReply = Pick<StandInResponse, 'status' | 'headers' | 'json'>;

export interface RunningService {
  url: string;
  /** Of the authorization responses, if `iss` is set. */
  issuer: string;
  /** Requests by kind: `token:refresh_token`, `revocation`, `GET /me`. */
  requests(kind: string): { ok: number; refused: number };
  /** Makes it fail; an empty fault ends all faults. See `local/identity-provider/test-endpoints/faults.ts`. */
  order(fault: object): void;
  isGood(accessToken: string): boolean;
  /** Ends a token; a refresh token ends all tokens of its sign-in. */
  revoke(token: string): void;
  /** Ends only an access token. */
  expire(accessToken: string): void;
  /** Ends all access tokens. Refresh tokens stay. */
  expireAll(): void;
  /** The headers of the last request to the API. */
  lastAuthorization(): string | undefined;
  close(): Promise<void>;
}

/** A service that signs users in by OAuth 2.0, on loopback, and its API. */
export async function startService(service: Service, options: ServiceOptions): Promise<RunningService> {
  const { server, origin, close } = await listen(options.port ?? 0);
  const openid = service.openid && (await startOpenId(service, service.openid, origin));
  const counts = new Counts();
  const faults = new Faults();
  const tokenTtl = options.tokenTtl === undefined ? 3600 : options.tokenTtl;
  const grants = new Grants({ code: 600, token: tokenTtl ?? 3600 });
  const issuer = `${origin}/oauth2`;
  const authorization = new Authorization({
    service,
    issuer: service.accounts ?? accountsOf('', service.title, '#334155'),
    grants,
    redirectUris: options.redirectUris,
    iss: options.iss ? issuer : undefined,
  });
  const client = {
    secret: options.clientSecret ?? CLIENT.secret,
    authentications: options.clientAuthentication ? [options.clientAuthentication] : service.clientAuthentications,
    publicKey: options.publicKey,
    tokenUrl: origin + service.paths.token,
    seenAssertions: new Set<string>(),
  };
  const signIdToken = openid?.sign;
  const endpoint = new TokenEndpoint({
    service,
    grants,
    isClient: (authorization, form) => isClient(client, authorization, form),
    ttl: tokenTtl ?? undefined,
    signIdToken,
  });
  let lastAuthorization: string | undefined;

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = pathOf(request);
    if (faults.strike(request, response)) return;
    if (path === service.paths.authorize || path.startsWith(PAGES)) return authorization.respond(request, response);
    if (path === service.paths.token && request.method === 'POST') {
      const { grantType, ok, reply } = await endpoint.respond(request);
      counts.add(`token:${grantType}`, ok);
      return sendReply(response, reply);
    }
    if (path === service.paths.revoke && request.method === 'POST') {
      const reply = await endpoint.revoke(request);
      counts.add('revocation', reply.status === 200);
      return sendReply(response, reply);
    }
    const document = openid?.documents[path];
    if (document) return sendReply(response, { status: 200, body: document });
    const { method = 'GET', url = '/', headers } = request;
    lastAuthorization = headers.authorization;
    const { searchParams } = new URL(url, origin);
    const account = grants.accountOf(/^Bearer (\S+)$/.exec(lastAuthorization ?? '')?.[1] ?? '');
    const resource = service.resources[path] ?? service.resources[`${method} ${path}`];
    const isPublic = service.anonymous && lastAuthorization === undefined;
    const isRefused =
      account === undefined && (resource !== undefined || ((options.api !== undefined || isApi(path)) && !isPublic));
    counts.add(`${method} ${path}`, !isRefused);
    if (isRefused) return sendReply(response, service.unauthorized);
    if (resource && account) return sendReply(response, resource(account, searchParams, origin, headers));
    if (options.api && account) {
      const requested = { method, url, headers, body: await readBody(request) };
      const { status = 200, json, headers: own } = await options.api(requested, { origin, account });
      return sendReply(response, { status, body: json, ...(own && { headers: own }) });
    }
    return options.upstream ? forward(options.upstream, request, response) : void response.writeHead(404).end('{}');
  };
  handleBy(server, handle, { error: 'server_error' });

  return {
    url: origin,
    issuer,
    requests: (kind) => ({ ...(counts.toJSON()[kind] ?? { ok: 0, refused: 0 }) }),
    order: (fault) => faults.order(JSON.stringify(fault)),
    isGood: (accessToken) => grants.accountOf(accessToken) !== undefined,
    revoke: (token) => grants.revoke(token),
    expire: (accessToken) => grants.expire(accessToken),
    expireAll: () => grants.expireAll(),
    lastAuthorization: () => lastAuthorization,
    close,
  };
}

function isApi(path: string): boolean {
  return /\/(api\.php$|api\/|ex\/)/.test(path);
}

function sendReply(
  response: ServerResponse,
  { status, body, headers }: Pick<Reply, 'status' | 'headers'> & { body: unknown },
): void {
  const type = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
  response.writeHead(status, { ...type, ...headers }).end(JSON.stringify(body));
}

async function forward(upstream: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/', headers } = request;
  const body = method === 'GET' ? null : await readBody(request);
  const type = headers['content-type'] ?? 'application/octet-stream';
  const answer = await fetch(upstream + url, { method, body, headers: body === null ? {} : { 'content-type': type } });
  const text = Buffer.from(await answer.arrayBuffer());
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' }).end(text);
}
