import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';
import { listen } from '../../../local/teams/listen.ts';

/** The identity that is assigned to the machine. */
export const IDENTITY = {
  clientId: '4d1f0a52-9f1c-4f0b-8a51-64d1f0a52000',
  objectId: '5e2f1b63-0a2d-4e1c-9b62-75e2f1b63000',
  issuer: 'https://login.microsoftonline.com/11111111-aaaa-4aaa-8aaa-111111111111/v2.0',
} as const;

export const EXCHANGE_AUDIENCE = 'api://AzureADTokenExchange';

interface Call {
  path: string;
  status: number;
  headers: IncomingMessage['headers'];
}

/** Both of Azure's services that give a machine the tokens of its identities: the metadata service and App
 * Service's. They refuse the same requests as the real ones.
 * @see https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token */
export class ManagedIdentityService {
  readonly url: string;
  /** `IDENTITY_HEADER` of App Service. */
  readonly header = randomUUID();
  readonly calls: Call[] = [];
  readonly keys: JSONWebKeySet;
  /** Seconds for which a token is valid. */
  lifetime = 86_400;
  /** Replaces the response. */
  answer: ((response: ServerResponse) => unknown) | undefined;
  readonly #sign: (audience: string) => Promise<string>;
  readonly close: () => Promise<void>;

  /** The federated credential of a registration for the identity. */
  get federatedCredential() {
    const { issuer, objectId: subject } = IDENTITY;
    return { issuer, subject, audience: EXCHANGE_AUDIENCE, keys: this.keys };
  }

  private constructor(
    url: string,
    keys: JSONWebKeySet,
    sign: (audience: string, lifetime: number) => Promise<string>,
    close: () => Promise<void>,
  ) {
    this.url = url;
    this.keys = keys;
    this.#sign = (audience) => sign(audience, this.lifetime);
    this.close = close;
  }

  static async start(): Promise<ManagedIdentityService> {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'identity', alg: 'RS256' }] };
    const { server, port, close } = await listen(0);
    const sign = (audience: string, lifetime: number) =>
      new SignJWT({ jti: randomUUID(), oid: IDENTITY.objectId })
        .setProtectedHeader({ alg: 'RS256', kid: 'identity' })
        .setIssuer(IDENTITY.issuer)
        .setSubject(IDENTITY.objectId)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1000) + lifetime)
        .sign(privateKey);
    const service = new ManagedIdentityService(`http://127.0.0.1:${port}`, keys, sign, close);
    server.on('request', (request, response) => void service.#handle(request, response));
    return service;
  }

  /** The bot's environment on a virtual machine, without the address. */
  get metadataVariables(): Record<string, string> {
    return { AZURE_POD_IDENTITY_AUTHORITY_HOST: this.url };
  }

  /** The variables that App Service sets. */
  get appServiceVariables(): Record<string, string> {
    return { IDENTITY_ENDPOINT: `${this.url}/msi/token`, IDENTITY_HEADER: this.header };
  }

  /** A token as the service gives it. */
  token(audience: string = EXCHANGE_AUDIENCE): Promise<string> {
    return this.#sign(audience);
  }

  reset(): void {
    this.calls.length = 0;
    this.lifetime = 86_400;
    this.answer = undefined;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    const { headers } = request;
    response.on('finish', () => this.calls.push({ path: pathname, status: response.statusCode, headers }));
    if (this.answer) return void this.answer(response);
    const refusal = request.method === 'GET' ? this.#refusalOf(pathname, searchParams, headers) : 'method';
    if (refusal !== undefined) {
      const status = refusal === 'path' ? 404 : refusal === 'header' ? 401 : 400;
      response.writeHead(status, { 'content-type': 'application/json' });
      return void response.end(JSON.stringify({ error: 'invalid_request', error_description: refusal }));
    }
    const expiresOn = String(Math.floor(Date.now() / 1000) + this.lifetime);
    const resource = String(searchParams.get('resource'));
    const isMetadata = pathname.startsWith('/metadata');
    const body = {
      access_token: await this.#sign(resource),
      client_id: IDENTITY.clientId,
      expires_on: expiresOn,
      resource,
      token_type: 'Bearer',
      ...(isMetadata && { expires_in: String(this.lifetime), ext_expires_in: String(this.lifetime) }),
    };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  #refusalOf(path: string, query: URLSearchParams, headers: IncomingMessage['headers']): string | undefined {
    if (path === '/metadata/identity/oauth2/token') {
      if (headers.metadata !== 'true') return 'Required metadata header not specified';
      if (headers['x-forwarded-for'] !== undefined) return 'X-Forwarded-For is not allowed';
      if (query.get('api-version') !== '2018-02-01') return 'api-version is not supported';
    } else if (path === '/msi/token') {
      if (headers['x-identity-header'] !== this.header) return 'header';
      if (query.get('api-version') !== '2019-08-01') return 'api-version is not supported';
    } else return 'path';
    if (query.get('client_id') !== IDENTITY.clientId) return 'Identity not found';
    return query.get('resource') === EXCHANGE_AUDIENCE
      ? undefined
      : 'AADSTS500011: The resource principal was not found';
  }
}
