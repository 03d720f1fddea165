import { isIPv4 } from 'node:net';
import { fetchText, networkErrorCode, TOKEN_ANSWER } from '../../../platform/http-client.ts';
import { parseJsonObject } from '../../../platform/json.ts';
import { isLoopback } from '../../../platform/safe-url.ts';
import { ProviderError } from '../identity-provider.ts';

/** Where Azure gives this machine the tokens of its managed identities. */
export interface IdentityEndpoint {
  url: string;
  apiVersion: string;
  /** The service answers only with them, so that a request forged through a proxy or a link gets no token. */
  headers: Readonly<Record<string, string>>;
}

/** Virtual machines, scale sets, AKS, Container Instances.
 * @see https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token */
export const METADATA_SERVICE: IdentityEndpoint = {
  url: 'http://169.254.169.254/metadata/identity/oauth2/token',
  apiVersion: '2018-02-01',
  headers: { Metadata: 'true' },
};

interface IdentityVariables {
  IDENTITY_ENDPOINT?: string | undefined;
  IDENTITY_HEADER?: string | undefined;
  /** Another address of the metadata service, as in Azure's libraries. */
  AZURE_POD_IDENTITY_AUTHORITY_HOST?: string | undefined;
}

/** App Service, Functions and Container Apps set the first two variables.
 * @param loopback allows a stand-in of the metadata service on this machine
 * @returns `undefined` for variables that name no endpoint of Azure
 * @see https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference */
export function identityEndpoint(variables: IdentityVariables, loopback: boolean): IdentityEndpoint | undefined {
  const { IDENTITY_ENDPOINT: url, IDENTITY_HEADER: secret, AZURE_POD_IDENTITY_AUTHORITY_HOST: host } = variables;
  if (url && secret)
    return isPlatformEndpoint(url)
      ? { url, apiVersion: '2019-08-01', headers: { 'X-IDENTITY-HEADER': secret } }
      : undefined;
  if (!host) return METADATA_SERVICE;
  if (!loopback || !URL.canParse(host) || !isLoopback(new URL(host))) return undefined;
  return { ...METADATA_SERVICE, url: new URL('/metadata/identity/oauth2/token', host).href };
}

/** T48: the request carries a secret of the platform without encryption, so it must not leave this machine: loopback, or
 * a link-local address (RFC 3927), as App Service has it. */
function isPlatformEndpoint(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  const { protocol, hostname, pathname, search, hash, username, password } = url;
  const isLocal = isLoopback(url) || (isIPv4(hostname) && hostname.startsWith('169.254.'));
  const isPlain = !search && !hash && !username && !password;
  return protocol === 'http:' && isLocal && isPlain && /^\/msi\/token\/?$/i.test(pathname);
}

interface ManagedIdentityOptions {
  endpoint: IdentityEndpoint;
  /** The client id of a user-assigned identity. Entra trusts no other kind. */
  clientId: string;
  /** The audience of the federated credential. */
  audience: string;
}

const TIMEOUT_MS = 2_000;
const EXPIRY_MARGIN_MS = 300_000;

/** Tokens of a managed identity, which are valid for about a day. Not MSAL: it reads the environment itself, calls more
 * endpoints, and has no deadline. */
export class ManagedIdentity {
  readonly #options: ManagedIdentityOptions;
  /** By the monotonic clock, which cannot be set back (T98). */
  #cached: { token: Promise<string>; until: number } | undefined;

  constructor(options: ManagedIdentityOptions) {
    this.#options = options;
  }

  /** One request for concurrent callers. Does not cache failures. @throws {ProviderError} */
  async token(): Promise<string> {
    const cached = this.#cached;
    if (cached && performance.now() < cached.until) return cached.token;
    const requested = this.#request();
    const entry = { token: requested.then(({ token }) => token), until: performance.now() + TIMEOUT_MS };
    this.#cached = entry;
    requested.then(
      ({ validMs }) => {
        entry.until = performance.now() + validMs - EXPIRY_MARGIN_MS;
      },
      () => {
        entry.until = 0;
      },
    );
    return entry.token;
  }

  async #request(): Promise<{ token: string; validMs: number }> {
    const { endpoint, clientId, audience } = this.#options;
    const url = new URL(endpoint.url);
    url.search = new URLSearchParams({
      'api-version': endpoint.apiVersion,
      resource: audience,
      client_id: clientId,
    }).toString();
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const request = { url: url.href, headers: endpoint.headers, signal };
    const { status, text } = await fetchText(request, TOKEN_ANSWER).catch((error: unknown) => {
      if (signal.aborted) throw new ProviderError('timeout', 'managed identity: no answer in time');
      const code = networkErrorCode(error) ?? 'unknown';
      throw new ProviderError('unavailable', `managed identity: no connection (${code})`);
    });
    if (status !== 200) throw new ProviderError('unavailable', `managed identity: answered ${status}`);
    return parseAnswer(text);
  }
}

function parseAnswer(text: string): { token: string; validMs: number } {
  const { access_token: token, expires_on: expiresOn } = parseJsonObject(text) ?? {};
  const expiresAtMs = Number(expiresOn) * 1000;
  if (!isJwt(token)) throw new ProviderError('invalid_response', 'managed identity: the answer has no token');
  return { token, validMs: Number.isFinite(expiresAtMs) ? expiresAtMs - Date.now() : 0 };
}

const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const MAX_JWT_LENGTH = 16_384;

/** An assertion is sent to Entra: nothing else may be sent in its place. */
export function isJwt(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_JWT_LENGTH && JWT.test(value);
}
