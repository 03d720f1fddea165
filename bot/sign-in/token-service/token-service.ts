import type { ConnectionSignIn, PresentedSignIn, SignInRequest } from '../connection-sign-in.ts';
import { leaseName, withLease } from '../credentials/lease.ts';
import type { ActiveCredential } from '../credentials/opened-credentials.ts';
import { SignInError } from '../errors.ts';
import type { Account, Credential } from '../providers/identity-provider.ts';
import { decodeJwtPayload, sanitizeDisplayName } from '../providers/oauth/id-token.ts';
import { sha256 } from '../secrets.ts';
import type { SignInPrompt, SignInState, StartedSignIn } from '../types.ts';
import { isSameUser, parseUser } from '../user.ts';
import { isMagicCode, type MagicCodeDependencies, MagicCodes } from './magic-codes.ts';

export interface UserToken {
  token: string;
  /** Milliseconds since the epoch. */
  expiresAt?: number;
}

/** One OAuth connection of Azure Bot Service. Every method throws only {@link ProviderError}. */
export interface ConnectionTokens {
  readonly connectionName: string;
  /** @param code six digits, which assign a finished sign-in to this user */
  get(request: SignInRequest, code?: string): Promise<UserToken | undefined>;
  signInResource(request: SignInRequest): Promise<SignInPrompt>;
  /** @returns `undefined` if the service cannot exchange it now */
  exchange(request: SignInRequest, token: string): Promise<UserToken | undefined>;
  signOut(request: SignInRequest): Promise<void>;
}

/** Azure Bot Service signs users in, and stores and refreshes their tokens. */
export class TokenService implements ConnectionSignIn {
  readonly usesMagicCodes = true;
  readonly #tokens: ConnectionTokens;
  readonly #resource: string | undefined;
  readonly #codes: MagicCodes;
  readonly #deps: MagicCodeDependencies;

  /** @param resource in the app package: Teams gets tokens without a window only for it */
  constructor(tokens: ConnectionTokens, deps: MagicCodeDependencies, resource?: string) {
    this.#tokens = tokens;
    this.#resource = resource;
    this.#deps = deps;
    this.#codes = new MagicCodes(deps);
  }

  get exchangeName(): string {
    return this.#tokens.connectionName;
  }

  async state(request: SignInRequest, { code, token }: PresentedSignIn, now: number): Promise<SignInState> {
    if (isMagicCode(code)) return this.#redeem(request, code, now);
    const userToken = await this.#tokens.get(request);
    if (userToken) return { state: 'signed_in', ...toActiveCredential(userToken, request) };
    const until = await this.#codes.pausedUntil(request, now);
    if (until !== undefined) return { state: 'paused', until };
    return typeof token === 'string' ? this.#exchange(request, token) : this.#signedOut(request);
  }

  /** Only a new sign-in helps. */
  async renew(request: SignInRequest): Promise<ActiveCredential | undefined> {
    await this.#tokens.signOut(request);
    this.#deps.events('credential.unlinked', request, { reason: 'source_refused' });
    return undefined;
  }

  async prompt(request: SignInRequest): Promise<SignInPrompt> {
    const prompt = await this.#tokens.signInResource(request);
    const { exchange } = prompt;
    // With `silentAuth` for any other resource, Teams shows no sign-in, only an empty result.
    return { ...prompt, isInPackage: exchange !== undefined && exchange.uri === this.#resource };
  }

  /** The service's pages sign the user in and give Teams a code. */
  async start(request: SignInRequest): Promise<StartedSignIn> {
    if (!request.activity) throw new SignInError('ticket.invalid');
    const { url } = await this.prompt(request);
    this.#deps.events('signin.started', request);
    return { authorizationUrl: url, proven: false };
  }

  async signOut(request: SignInRequest): Promise<boolean> {
    if (!request.activity) return false;
    const userToken = await this.#tokens.get(request);
    // A finished sign-in may still wait for its code.
    await this.#tokens.signOut(request);
    return userToken !== undefined;
  }

  async account(request: SignInRequest): Promise<Account | undefined> {
    const userToken = request.activity && (await this.#tokens.get(request));
    return userToken && accountFromClaims(userToken, request);
  }

  /** T66, T12: the code must belong to this user, and attempts are limited. */
  async #redeem(request: SignInRequest, code: string, now: number): Promise<SignInState> {
    const attempt = await this.#codes.try(request, () => this.#tokens.get(request, code), now);
    if ('redeemed' in attempt) {
      this.#deps.events('signin.completed', request);
      return { state: 'signed_in', ...toActiveCredential(attempt.redeemed, request) };
    }
    // A wrong code does not sign the user out.
    const userToken = await this.#tokens.get(request);
    if (userToken) return { state: 'signed_in', ...toActiveCredential(userToken, request) };
    if ('wrong' in attempt) return this.#signedOut(request);
    // T66: drop the waiting sign-in, so that no later guess can redeem it.
    await this.#tokens.signOut(request);
    return { state: 'paused', until: attempt.pausedUntil };
  }

  /** T67: the service validates the token. The bot checks that it is the asker's. */
  async #exchange(request: SignInRequest, token: string): Promise<SignInState> {
    const claims = decodeJwtPayload(token);
    const identity = claims && parseUser(claims.tid, claims.oid);
    if (!identity || !isSameUser(identity, request.asker)) {
      this.#deps.events('sso.refused', request, { reason: 'another person' });
      return this.#signedOut(request);
    }
    const turn = leaseName(`sso/${request.connectionId}`, request.asker);
    const userToken = await withLease(this.#deps.store.leases, turn, () => this.#exchangeOnce(request, token));
    return userToken
      ? { state: 'signed_in', ...toActiveCredential(userToken, request) }
      : { state: 'consent_required' };
  }

  async #exchangeOnce(request: SignInRequest, token: string): Promise<UserToken | undefined> {
    // A duplicate delivery may have been faster.
    const existing = await this.#tokens.get(request);
    if (existing) return existing;
    const userToken = await this.#tokens.exchange(request, token);
    if (userToken) this.#deps.events('signin.completed', request);
    return userToken;
  }

  async #signedOut(request: SignInRequest): Promise<SignInState> {
    return { state: 'signed_out', prompt: await this.prompt(request) };
  }
}

function toActiveCredential(userToken: UserToken, request: SignInRequest): ActiveCredential {
  const { token, expiresAt } = userToken;
  const credential: Credential = {
    accessToken: token,
    ...(expiresAt !== undefined && { expiresAt }),
    scope: '',
    issuer: '',
    account: accountFromClaims(userToken, request),
  };
  // The version ties cached searches to this token.
  return { credential, version: sha256(token) };
}

/** Unverified, for display only. The fallback is the user's name in Teams. */
function accountFromClaims({ token }: UserToken, { name }: SignInRequest): Account {
  const { preferred_username, upn, unique_name, email, name: nameClaim } = decodeJwtPayload(token) ?? {};
  const [shown = name] = [preferred_username, upn, unique_name, email, nameClaim]
    .map(sanitizeDisplayName)
    .filter(Boolean);
  return { name: shown };
}
