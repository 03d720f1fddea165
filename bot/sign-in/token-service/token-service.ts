import type { ConnectionSignIn, PresentedSignIn, SignInRequest } from '../connection-sign-in.ts';
import type { ActiveCredential } from '../credentials/credentials.ts';
import { leaseName, withLease } from '../credentials/lease.ts';
import { SignInError } from '../errors.ts';
import type { Account, Credential } from '../providers/identity-provider.ts';
import { decodeJwtPayload, sanitizeDisplayName } from '../providers/oauth/id-token.ts';
import { sha256 } from '../secrets.ts';
import type { SignInPrompt, SignInState, StartedSignIn } from '../types.ts';
import { isSameUser, parseUser } from '../user.ts';
import { isMagicCode, type MagicCodeDependencies, MagicCodes } from './magic-codes.ts';

/** A token of somebody's, as the service hands it out. */
export interface UserToken {
  token: string;
  /** Milliseconds since the epoch, where the service says so. */
  expiresAt?: number;
}

/** Azure Bot Service's token service, for one OAuth connection: people as their channel calls them. Every method may throw
 * {@link ProviderError}, and nothing else. */
export interface ConnectionTokens {
  /** The OAuth connection, as the Azure Bot calls it. */
  readonly connectionName: string;
  /** Their token, where there is one. @param code six digits, which make a sign-in theirs that has just ended */
  get(request: SignInRequest, code?: string): Promise<UserToken | undefined>;
  signInResource(request: SignInRequest): Promise<SignInPrompt>;
  /** For a token that the Teams client brought; `undefined` where the service can't exchange it as things are. */
  exchange(request: SignInRequest, token: string): Promise<UserToken | undefined>;
  signOut(request: SignInRequest): Promise<void>;
}

/** People's credentials in Azure Bot Service: it signs in, keeps and refreshes; every search asks it for the token. */
export class TokenService implements ConnectionSignIn {
  readonly usesMagicCodes = true;
  readonly #tokens: ConnectionTokens;
  readonly #resource: string | undefined;
  readonly #codes: MagicCodes;
  readonly #deps: MagicCodeDependencies;

  /** @param resource what the app package names, so that Teams gets a token for it without a window */
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

  /** It would have refreshed the token by itself: what the source refuses is worth nothing to it either. */
  async renew(request: SignInRequest): Promise<ActiveCredential | undefined> {
    await this.#tokens.signOut(request);
    this.#deps.events('credential.unlinked', request, { reason: 'source_refused' });
    return undefined;
  }

  async prompt(request: SignInRequest): Promise<SignInPrompt> {
    const prompt = await this.#tokens.signInResource(request);
    const { exchange } = prompt;
    // To `silentAuth` for any other token Teams shows no sign-in, but that nothing was found.
    return { ...prompt, isInPackage: exchange !== undefined && exchange.uri === this.#resource };
  }

  /** Its pages sign the user in. They end with a code for Teams, as ours do. */
  async start(request: SignInRequest): Promise<StartedSignIn> {
    if (!request.activity) throw new SignInError('ticket.invalid');
    const { url } = await this.prompt(request);
    this.#deps.events('signin.started', request);
    return { authorizationUrl: url, proven: false };
  }

  async signOut(request: SignInRequest): Promise<boolean> {
    if (!request.activity) return false;
    const userToken = await this.#tokens.get(request);
    // Also where there is none: a sign-in may have ended whose code is still to come.
    await this.#tokens.signOut(request);
    return userToken !== undefined;
  }

  async account(request: SignInRequest): Promise<Account | undefined> {
    const userToken = request.activity && (await this.#tokens.get(request));
    return userToken && accountFromClaims(userToken, request);
  }

  /** T66, T12: the code must have come to this very person, and is one of few tries. */
  async #redeem(request: SignInRequest, code: string, now: number): Promise<SignInState> {
    const attempt = await this.#codes.try(request, () => this.#tokens.get(request, code), now);
    if ('found' in attempt) {
      this.#deps.events('signin.completed', request);
      return { state: 'signed_in', ...toActiveCredential(attempt.found, request) };
    }
    // Somebody who is signed in already is answered, whatever the code says.
    const userToken = await this.#tokens.get(request);
    if (userToken) return { state: 'signed_in', ...toActiveCredential(userToken, request) };
    if ('wrong' in attempt) return this.#signedOut(request);
    // T66: what waits there for the right code must not wait for another guess.
    await this.#tokens.signOut(request);
    return { state: 'paused', until: attempt.pausedUntil };
  }

  /** T67: the service checks what the token is worth; that it is the asker's own is for us to see. */
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
    // Another delivery of the same query may have been quicker.
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
  // What is remembered of a search is remembered for this very token.
  return { credential, version: sha256(token) };
}

/** The token's own words, where they can be read: nobody decides anything by them. The service itself names nobody, and
 * then it is the person who signed in, by their name in Teams. */
function accountFromClaims({ token }: UserToken, { name }: SignInRequest): Account {
  const { preferred_username, upn, unique_name, email, name: nameClaim } = decodeJwtPayload(token) ?? {};
  const [shown = name] = [preferred_username, upn, unique_name, email, nameClaim]
    .map(sanitizeDisplayName)
    .filter(Boolean);
  return { name: shown };
}
