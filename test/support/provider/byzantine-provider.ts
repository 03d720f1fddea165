import type { IncomingMessage, ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { listen } from '../../../local/teams/listen.ts';

export type Json = Record<string, unknown>;
/** Writes a response in any form. */
export type Reply = (response: ServerResponse, request: ReceivedRequest) => unknown;

interface ReceivedRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  form: URLSearchParams;
  authorization: string | undefined;
  userAgent: string | undefined;
  body: string;
}

type Key = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
type SigningKey = Parameters<SignJWT['sign']>[0];

/** An identity provider that responds as a test tells it, and otherwise correctly. Every path except its own is an
 * issuer: `<origin>/<path>/.well-known/openid-configuration`. The origin itself also plays GitHub. */
export class ByzantineProvider {
  readonly origin: string;
  readonly key: Key;
  readonly jwk: JWK;
  readonly received: ReceivedRequest[] = [];
  /** Changes of the discovery document; `undefined` removes a member. */
  metadata: Json = {};
  keys: JWK[];
  /** The token endpoint's JSON without `id_token`; `undefined` removes a member. */
  tokens: Json = {};
  idToken: string | undefined;
  /** In place of the correct response, by the last part of the path: `token`, `revoke`, `jwks`,
   * `openid-configuration`; GitHub's `access_token` and `user`. */
  responses: Record<string, Reply> = {};
  readonly close: () => Promise<void>;

  private constructor(origin: string, key: Key, jwk: JWK, close: () => Promise<void>) {
    this.origin = origin;
    this.key = key;
    this.jwk = jwk;
    this.keys = [jwk];
    this.close = close;
  }

  static async start(): Promise<ByzantineProvider> {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' };
    const { server, origin, close } = await listen(0);
    const provider = new ByzantineProvider(origin, privateKey, jwk, close);
    server.on('request', (request, response) => void provider.#handle(request, response));
    return provider;
  }

  /** Responds correctly again. Received requests stay. */
  reset(): void {
    this.metadata = {};
    this.keys = [this.jwk];
    this.tokens = {};
    this.idToken = undefined;
    this.responses = {};
  }

  count(name: string): number {
    return this.received.filter(({ path }) => path.endsWith(`/${name}`)).length;
  }

  /** A correctly signed token, unless the test gives another header or key. */
  readonly sign = (claims: JWTPayload, header: Json = {}, key: SigningKey = this.key): Promise<string> => {
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'key-1', ...header }).sign(key);
  };

  /** The correct response, whatever `answers` contains. @param path of the request */
  respondWell(response: ServerResponse, path: string): void {
    this.#respondWell(path.split('/').at(-1) ?? '', { path, method: 'GET' }, response);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = await receive(request);
    this.received.push(received);
    const name = received.path.split('/').at(-1) ?? '';
    const httpResponse = this.responses[name];
    if (httpResponse) httpResponse(response, received);
    else this.#respondWell(name, received, response);
  }

  #respondWell(
    name: string,
    { path, method }: Pick<ReceivedRequest, 'path' | 'method'>,
    response: ServerResponse,
  ): void {
    if (name === 'openid-configuration') json(response, 200, this.#discovery(path));
    else if (name === 'jwks') json(response, 200, { keys: this.keys });
    else if (method === 'DELETE') response.writeHead(204).end();
    else if (name === 'token' || name === 'access_token') json(response, 200, this.#tokenResponse());
    else if (name === 'user') json(response, 200, { login: 'ada', id: 583231 });
    else json(response, name === 'revoke' ? 200 : 404, {});
  }

  #discovery(path: string): Json {
    const issuer = this.origin + path.replace('/.well-known/openid-configuration', '');
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      revocation_endpoint: `${issuer}/revoke`,
      jwks_uri: `${issuer}/jwks`,
      token_endpoint_auth_methods_supported: ['client_secret_post'],
      id_token_signing_alg_values_supported: ['RS256'],
      authorization_response_iss_parameter_supported: true,
      ...this.metadata,
    };
  }

  #tokenResponse(): Json {
    const common = { access_token: 'secret-access-token', refresh_token: 'secret-refresh-token', token_type: 'Bearer' };
    return { ...common, expires_in: 3600, scope: 'wiki.read', id_token: this.idToken, ...this.tokens };
  }
}

async function receive(request: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://localhost');
  const body = Buffer.concat(chunks).toString('utf8');
  const { authorization, 'user-agent': userAgent } = request.headers;
  const form = new URLSearchParams(body);
  return { method: request.method ?? '', path: pathname, query, form, authorization, userAgent, body };
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
