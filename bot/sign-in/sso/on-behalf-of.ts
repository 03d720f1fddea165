import { LRUCache } from 'lru-cache';
import { asObject, asString, parseJsonObject } from '../../platform/json.ts';
import { type Credential, ProviderError, type TokenExchangeOutcome } from '../providers/identity-provider.ts';
import { accountFromClaims, decodeJwtPayload } from '../providers/oauth/id-token.ts';
import { OAuthClient } from '../providers/oauth/oauth-client.ts';
import type { OAuthClientOptions } from '../providers/oauth/oauth-client-options.ts';
import { causeOf, refusalCodeOf, type TokenResponse } from '../providers/oauth/token-response.ts';
import { describeCode } from '../providers/provider-errors.ts';
import { sha256 } from '../secrets.ts';
import { type User, userKey } from '../user.ts';

export interface OnBehalfOfOptions {
  authority: string;
  clientId: string;
  clientSecret: string;
  /** In place of the secret. */
  assertion?: OAuthClientOptions['assertion'];
  scopes: readonly string[];
  allowInsecureLoopback: boolean;
}

/** Only connections with single sign-on load the Teams SDK. */
export const loadTeamsFx = () => import('@microsoft/teamsfx');

const TIMEOUT_MS = 2_500;
const MAX_CREDENTIALS = 500;
/** A search must be able to finish with a cached token. */
const EXPIRY_MARGIN_MS = 300_000;
/** A claims challenge must fit into a URL. Characters. */
const MAX_CLAIMS_LENGTH = 800;
const OPENID_SCOPES = ['openid', 'profile', 'email', 'offline_access'];

/** Codes in `error` or `suberror` that a sign-in can resolve.
 * @see https://learn.microsoft.com/entra/msal/dotnet/advanced/exceptions/msal-error-handling */
const INTERACTION_CODES = new Set([
  'interaction_required',
  'consent_required',
  'login_required',
  'bad_token',
  'message_only',
  'additional_action',
  'basic_action',
  'user_password_expired',
]);

/** docs/adr/0008-teamsfx.md explains why the Teams SDK only reads the token.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow */
export class OnBehalfOf {
  readonly #options: OnBehalfOfOptions;
  readonly #scope: string;
  readonly #client: OAuthClient;
  /** The client does not send a user's older tokens again. */
  readonly #cache = new LRUCache<string, { tokenHash: string; credential: Credential }>({ max: MAX_CREDENTIALS });

  constructor(options: OnBehalfOfOptions) {
    this.#options = options;
    this.#scope = options.scopes.filter((scope) => !OPENID_SCOPES.includes(scope)).join(' ');
    const timeouts = { refreshMs: TIMEOUT_MS };
    this.#client = new OAuthClient({ ...options, clientAuthentication: 'client_secret_post', timeouts });
  }

  /** @param token verified to be the asker's. @throws {ProviderError} */
  async exchange(token: string, asker: User): Promise<TokenExchangeOutcome> {
    const tokenHash = sha256(token);
    const cached = this.#cache.get(userKey(asker));
    if (cached?.tokenHash === tokenHash) return { credential: cached.credential };
    const issuer = `${this.#options.authority.replace(/\/+$/, '')}/${asker.tenantId}/v2.0`;
    const account = await this.#accountOf(token, asker);
    const response = await this.#client.exchangeAssertion('on behalf of', issuer, {
      assertion: token,
      requested_token_use: 'on_behalf_of',
      scope: this.#scope,
    });
    if ('refused' in response) return requirementOf(response.refused);
    const credential = { ...response, scope: this.#scope, issuer, account };
    const ttl = Math.min(expiryOf(token), (credential.expiresAt ?? 0) - EXPIRY_MARGIN_MS) - Date.now();
    if (ttl > 0) this.#cache.set(userKey(asker), { tokenHash, credential }, { ttl });
    return { credential };
  }

  evict(asker: User): void {
    this.#cache.delete(userKey(asker));
  }

  async #accountOf(token: string, { tenantId }: User): Promise<Credential['account']> {
    const { OnBehalfOfUserCredential } = await loadTeamsFx();
    const { authority: authorityHost, clientId } = this.#options;
    // It sends no request, so it gets no credential of the registration.
    const reader = new OnBehalfOfUserCredential(token, { authorityHost, clientId, clientSecret: 'unused', tenantId });
    const { displayName, preferredUserName } = reader.getUserInfo();
    const sub = asString(decodeJwtPayload(token)?.sub);
    return accountFromClaims({ sub, preferred_username: preferredUserName, name: displayName });
  }
}

/** What the user must do after a refusal. @throws {ProviderError} if a retry may help */
function requirementOf(response: TokenResponse): TokenExchangeOutcome {
  const { error, suberror, claims } = asObject(parseJsonObject(response.text));
  if (INTERACTION_CODES.has(asString(error)) || INTERACTION_CODES.has(asString(suberror))) {
    const challenge = asString(claims);
    const isUsable = challenge !== '' && challenge.length <= MAX_CLAIMS_LENGTH;
    return isUsable ? { required: 'sign_in', claims: challenge } : { required: 'consent' };
  }
  // T58: the provider refused the token itself, and would refuse it again.
  const code = refusalCodeOf(response) ?? '';
  if (causeOf(code) === 'token') return { required: 'sign_in' };
  throw new ProviderError('unavailable', `on behalf of: ${describeCode(code)}`);
}

function expiryOf(token: string): number {
  return Number(decodeJwtPayload(token)?.exp ?? 0) * 1000;
}
