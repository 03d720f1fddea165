import type { OnBehalfOfUserCredential } from '@microsoft/teamsfx';
import { type Credential, type Exchanged, ProviderError } from '../providers/identity-provider.ts';
import { accountFromClaims, type Claims, decodeJwtPayload } from '../providers/oauth/id-token.ts';
import { causeOf, refusalCodeOf } from '../providers/oauth/refusals.ts';
import { describeCode } from '../providers/provider-errors.ts';
import { sha256 } from '../secrets.ts';
import type { User } from '../user.ts';
import { type MsalRequestOptions, type MsalResponse, sendForMsal } from './msal-network.ts';

export interface OnBehalfOfOptions {
  authority: string;
  clientId: string;
  clientSecret: string;
  /** Of the API that is searched. */
  scopes: readonly string[];
  allowInsecureLoopback: boolean;
}

/** Loads the Teams SDK, which takes some 800 ms: once, and only where it is needed. */
export const loadTeamsFx = () => import('@microsoft/teamsfx');

/** For one exchange. Milliseconds. */
const TIMEOUT = 2_500;
/** People whose credential, and with it the library's cache of tokens, is kept. */
const MAX_CREDENTIALS = 500;
/** A claims challenge has to fit into an address. Characters. */
const MAX_CLAIMS_LENGTH = 800;
/** Which the library adds by itself, or which mean nothing to an API. */
const NOT_OF_AN_API = ['openid', 'profile', 'email', 'offline_access'];

interface CachedCredential {
  tokenHash: string;
  /** The end of the token that it was made with. Milliseconds since the epoch. */
  until: number;
  credential: OnBehalfOfUserCredential;
  network: MsalNetworkClient;
}

/** Entra's on-behalf-of exchange, by the Teams SDK's credential: loaded when somebody first needs it, and one kept for each
 * asker, as long as they bring the same token. */
export class OnBehalfOf {
  readonly #options: OnBehalfOfOptions;
  readonly #scopes: string[];
  readonly #cache = new Map<string, CachedCredential>();

  constructor(options: OnBehalfOfOptions) {
    this.#options = options;
    this.#scopes = options.scopes.filter((scope) => !NOT_OF_AN_API.includes(scope));
  }

  /** @param token verified, and the asker's own. @throws {ProviderError} */
  async exchange(token: string, asker: User): Promise<Exchanged> {
    const { ErrorCode } = await loadTeamsFx();
    const { credential, network } = await this.#credentialFor(token, asker);
    network.begin();
    try {
      const found = await credential.getToken(this.#scopes);
      if (!found?.token) throw new ProviderError('invalid_response', 'on behalf of: no access token');
      return { credential: this.#toCredential(found.token, found.expiresOnTimestamp, token, asker) };
    } catch (error) {
      // Their words hold the provider's: only the code is looked at.
      const { code } = Object(error) as { code?: unknown };
      if (network.failure) throw network.failure;
      if (error instanceof ProviderError) throw error;
      if (code === ErrorCode.UiRequiredError) {
        return network.claims === undefined ? { wants: 'consent' } : { wants: 'sign_in', claims: network.claims };
      }
      // T58: the provider refused the token itself, and would refuse it again.
      const { refusal } = network;
      if (refusal !== undefined && causeOf(refusal) === 'token') return { wants: 'sign_in' };
      throw new ProviderError(
        'unavailable',
        `on behalf of: ${refusal === undefined ? String(code) : describeCode(refusal)}`,
      );
    }
  }

  /** Their tokens, which the library has in its cache. */
  evict(asker: User): void {
    this.#cache.delete(keyOf(asker));
  }

  async #credentialFor(token: string, asker: User): Promise<CachedCredential> {
    const key = keyOf(asker);
    const tokenHash = sha256(token);
    const cached = this.#cache.get(key);
    const credential =
      cached?.tokenHash === tokenHash
        ? cached
        : { tokenHash, until: expiryOf(token), ...(await this.#make(token, asker)) };
    for (const [userKey, { until }] of this.#cache) if (until <= Date.now()) this.#cache.delete(userKey);
    // A Map lists its keys in the order in which they were set: the first is the one unused for longest.
    this.#cache.delete(key);
    this.#cache.set(key, credential);
    const [oldest] = this.#cache.keys();
    if (oldest !== undefined && this.#cache.size > MAX_CREDENTIALS) this.#cache.delete(oldest);
    return credential;
  }

  async #make(token: string, { tenantId }: User): Promise<Omit<CachedCredential, 'tokenHash' | 'until'>> {
    const { OnBehalfOfUserCredential } = await loadTeamsFx();
    const { authority, clientId, clientSecret, allowInsecureLoopback } = this.#options;
    const host = new URL(authority);
    // MSAL takes https authorities alone; under the loopback rule the network makes http of it again.
    const plain = allowInsecureLoopback && host.protocol === 'http:';
    const authorityHost = plain ? authority.replace(/^http:/, 'https:') : authority;
    const credential = new OnBehalfOfUserCredential(token, { authorityHost, clientId, tenantId, clientSecret });
    const network = new MsalNetworkClient(plain ? host.host : undefined);
    configure(credential, host.host, network);
    return { credential, network };
  }

  #toCredential(accessToken: string, expiresAt: number, token: string, { tenantId }: User): Credential {
    const claims = (decodeJwtPayload(token) ?? {}) as Claims;
    return {
      accessToken,
      expiresAt,
      scope: this.#scopes.join(' '),
      issuer: `${this.#options.authority.replace(/\/+$/, '')}/${tenantId}/v2.0`,
      account: accountFromClaims(claims),
    };
  }
}

function expiryOf(token: string): number {
  return Number(decodeJwtPayload(token)?.exp ?? 0) * 1000;
}

function keyOf({ tenantId, objectId }: User): string {
  return `${tenantId}/${objectId}`;
}

/** The library's own client has no deadline and no limit, and asks Microsoft whether it may trust the configured authority. */
function configure(credential: OnBehalfOfUserCredential, authority: string, network: MsalNetworkClient): void {
  const client = Reflect.get(credential, 'msalClient') as MsalClient | undefined;
  if (!client?.config?.system || !client.config.auth)
    throw new ProviderError('unavailable', 'on behalf of: another teamsfx');
  client.config.system.networkClient = network;
  client.config.auth.knownAuthorities = [authority];
}

/** What is used of MSAL's configuration. */
interface MsalClient {
  config?: { system?: { networkClient: unknown }; auth?: { knownAuthorities: string[] } };
}

/** MSAL's requests, bounded as all others to a provider are. Remembers what MSAL's errors leave out. */
class MsalNetworkClient {
  /** Host and port that are plain http. */
  readonly #plainHost: string | undefined;
  failure: ProviderError | undefined;
  /** What a policy wants of a sign-in, where the provider said so. */
  claims: string | undefined;
  /** The error code of the last answer, if it was a refusal. */
  refusal: string | undefined;

  constructor(plainHost: string | undefined) {
    this.#plainHost = plainHost;
  }

  begin(): void {
    this.failure = undefined;
    this.claims = undefined;
    this.refusal = undefined;
  }

  sendGetRequestAsync(url: string, options?: MsalRequestOptions): Promise<MsalResponse> {
    return this.#send('GET', url, options);
  }

  sendPostRequestAsync(url: string, options?: MsalRequestOptions): Promise<MsalResponse> {
    return this.#send('POST', url, options);
  }

  async #send(method: 'GET' | 'POST', address: string, options: MsalRequestOptions = {}): Promise<MsalResponse> {
    const url = new URL(address);
    if (this.#plainHost !== undefined && url.host === this.#plainHost) url.protocol = 'http:';
    try {
      const response = await sendForMsal(method, url.href, options, TIMEOUT);
      this.#note(response);
      return response;
    } catch (error) {
      if (error instanceof ProviderError) this.failure = error;
      throw error;
    }
  }

  #note({ status, headers, body }: MsalResponse): void {
    this.refusal = refusalCodeOf({ status, headers: new Headers(headers), text: JSON.stringify(body) });
    const { claims } = Object(body) as { claims?: unknown };
    if (typeof claims === 'string' && claims.length <= MAX_CLAIMS_LENGTH) this.claims = claims;
  }
}
