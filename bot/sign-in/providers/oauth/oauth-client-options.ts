import type { ClientAuth, CustomFetch, CustomFetchOptions, ServerMetadata } from 'openid-client';
import { isSafeUrl } from '../../../platform/safe-url.ts';
import { ProviderError } from '../identity-provider.ts';
import { causeOf, refusalCodeOf } from './token-response.ts';

/** OpenID Connect Core section 9. `client_secret_basic_raw` omits the percent-encoding of RFC 6749 section 2.3.1, for
 * providers that do not decode it. */
export const CLIENT_AUTHENTICATIONS = [
  'client_secret_basic',
  'client_secret_basic_raw',
  'client_secret_post',
  'private_key_jwt',
  'none',
] as const;
export type ClientAuthentication = (typeof CLIENT_AUTHENTICATIONS)[number];
/** The methods without a private key. */
export type SecretAuthentication = Exclude<ClientAuthentication, 'private_key_jwt'>;

interface ClientAuthenticatorOptions {
  clientId: string;
  clientSecret: string;
  clientAuthentication?: SecretAuthentication | undefined;
}

/** Discovery tells what a provider supports, not how this client is registered. If the provider refuses the first
 * listed method, the client tries the second once, and remembers the one that works. */
export class ClientAuthenticator {
  readonly #options: ClientAuthenticatorOptions;
  #worked: SecretAuthentication | undefined;

  constructor(options: ClientAuthenticatorOptions) {
    this.#options = options;
  }

  authenticated(fetch: CustomFetch, metadata: ServerMetadata): CustomFetch {
    const [first, other] = this.#methods(metadata);
    if (first === undefined)
      throw new ProviderError('invalid_response', 'discovery: no way to authenticate the client');
    return async (url, options) => {
      if (options.method !== 'POST') return fetch(url, options);
      const response = await fetch(url, this.#sign(options, first));
      if (!(await refusesClient(response))) return this.#remember(first, response);
      if (other === undefined) return response;
      const second = await fetch(url, this.#sign(options, other));
      return (await refusesClient(second)) ? response : this.#remember(other, second);
    };
  }

  #remember(method: SecretAuthentication, response: Response): Response {
    this.#worked = method;
    return response;
  }

  /** In the order of the tries. The default is `client_secret_basic` (Discovery section 3). */
  #methods({ token_endpoint_auth_methods_supported: listed }: ServerMetadata): SecretAuthentication[] {
    const { clientAuthentication } = this.#options;
    if (clientAuthentication) return [clientAuthentication];
    const supported = listed ?? ['client_secret_basic'];
    const methods = (['client_secret_post', 'client_secret_basic'] as const).filter((each) => supported.includes(each));
    return this.#worked === 'client_secret_basic' ? methods.reverse() : methods;
  }

  #sign(options: CustomFetchOptions, method: SecretAuthentication): CustomFetchOptions {
    const { clientId, clientSecret } = this.#options;
    const body = new URLSearchParams(options.body as URLSearchParams);
    if (method === 'client_secret_basic' || method === 'client_secret_basic_raw') {
      const encode = method === 'client_secret_basic' ? formEncode : (value: string) => value;
      const credentials = Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString('base64');
      return { ...options, body, headers: { ...options.headers, authorization: `Basic ${credentials}` } };
    }
    body.set('client_id', clientId);
    if (method === 'client_secret_post') body.set('client_secret', clientSecret);
    return { ...options, body };
  }
}

async function refusesClient(response: Response): Promise<boolean> {
  const { status, headers } = response;
  if (status < 400) return false;
  const code = refusalCodeOf({ status, headers, text: await response.clone().text() });
  return code !== undefined && causeOf(code) === 'client';
}

/** RFC 6749 section 2.3.1 and appendix B. Leaves characters that URLs allow, because some providers compare without
 * decoding. */
function formEncode(value: string): string {
  return encodeURIComponent(value)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

export interface OAuthClientOptions {
  clientId: string;
  /** Empty if `clientAuthentication` is `none`, or with an `assertion`. */
  clientSecret: string;
  /** By default, the client tries the methods of the discovery document. */
  clientAuthentication?: SecretAuthentication | undefined;
  /** Authenticates the client without a secret (RFC 7521 section 4.2). */
  assertion?: ClientAuth | undefined;
  /** `openid` is added where a provider needs it. */
  scopes: readonly string[];
  /** Accepts plain http if the issuer and its endpoints are on this machine. */
  allowInsecureLoopback: boolean;
  timeouts?: Timeouts;
  revocationEndpoint?: string | undefined;
}

/** For one operation with all its requests. */
export interface Timeouts {
  /** A person waits. Default 8,000. */
  exchangeMs?: number;
  /** An invoke waits, which has four seconds. Default 3,000. Also for discovery and revocation. */
  refreshMs?: number;
}

export function clientTimeouts({ timeouts }: Pick<OAuthClientOptions, 'timeouts'>): Required<Timeouts> {
  return { exchangeMs: timeouts?.exchangeMs ?? 8000, refreshMs: timeouts?.refreshMs ?? 3000 };
}

/** RFC 6749 section 3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** @throws {TypeError} that names every wrong option and contains no secret */
export function validateOptions(
  kind: string,
  options: OAuthClientOptions,
  ...urls: ['issuer' | 'authority' | 'apiUrl', string][]
): void {
  const { clientId, clientSecret, scopes, allowInsecureLoopback } = options;
  const problems = [
    ...urls.map(([name, url]) => urlProblem(name, url, allowInsecureLoopback)),
    clientId ? undefined : 'clientId must not be empty',
    clientSecret || options.assertion || options.clientAuthentication === 'none'
      ? undefined
      : 'clientSecret must not be empty',
    scopes.every((scope) => SCOPE.test(scope)) ? undefined : 'scopes must be words without spaces',
  ].filter((problem) => problem !== undefined);
  if (problems.length > 0) throw new TypeError(`${kind} provider: ${problems.join('; ')}`);
}

export function addScopes<T extends OAuthClientOptions>(options: T, ...scopes: string[]): T {
  return { ...options, scopes: [...new Set([...scopes, ...options.scopes])] };
}

function urlProblem(name: string, value: string, allowInsecureLoopback: boolean): string | undefined {
  if (!isSafeUrl(value, allowInsecureLoopback)) {
    return `${name} must be an https URL without a user (http only for loopback, where allowed)`;
  }
  const { search, hash, pathname } = new URL(value);
  if (search || hash) return `${name} must have no query or fragment`;
  return pathname.includes('/.well-known/') ? `${name} must be the issuer, not its discovery document` : undefined;
}
