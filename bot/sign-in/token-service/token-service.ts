import type { ConnectionSignIn, PresentedSignIn, Visit } from '../connection-sign-in.ts';
import type { ActiveCredential } from '../credentials/credentials.ts';
import { leaseName, withLease } from '../credentials/lease.ts';
import type { Credential } from '../providers/identity-provider.ts';
import { decodeJwtPayload, sanitizeDisplayName } from '../providers/oauth/id-token.ts';
import { sha256 } from '../secrets.ts';
import type { SignInPrompt, SignInState } from '../types.ts';
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
  get(visit: Visit, code?: string): Promise<UserToken | undefined>;
  signInResource(visit: Visit): Promise<SignInPrompt>;
  /** For a token that the Teams client brought; `undefined` where the service can't exchange it as things are. */
  exchange(visit: Visit, token: string): Promise<UserToken | undefined>;
  signOut(visit: Visit): Promise<void>;
}

/** People's credentials in Azure Bot Service: it signs in, keeps and refreshes; every search asks it for the token. */
export class TokenService implements ConnectionSignIn {
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

  get connectionName(): string {
    return this.#tokens.connectionName;
  }

  async session(visit: Visit, { code, token }: PresentedSignIn, now: number): Promise<SignInState> {
    if (isMagicCode(code)) return this.#redeem(visit, code, now);
    const userToken = await this.#tokens.get(visit);
    if (userToken) return { state: 'signed_in', ...toActiveCredential(userToken, visit) };
    const until = await this.#codes.pausedUntil(visit, now);
    if (until !== undefined) return { state: 'paused', until };
    return typeof token === 'string' ? this.#exchange(visit, token) : this.#signedOut(visit);
  }

  /** It would have refreshed the token by itself: what the source refuses is worth nothing to it either. */
  async renew(visit: Visit): Promise<ActiveCredential | undefined> {
    await this.#tokens.signOut(visit);
    this.#deps.events('credential.unlinked', visit, { reason: 'source_refused' });
    return undefined;
  }

  async prompt(visit: Visit): Promise<SignInPrompt> {
    const prompt = await this.#tokens.signInResource(visit);
    const { exchange } = prompt;
    // To `silentAuth` for any other token Teams shows no sign-in, but that nothing was found.
    return { ...prompt, isInPackage: exchange !== undefined && exchange.uri === this.#resource };
  }

  async signOut(visit: Visit): Promise<boolean> {
    if (!visit.activity) return false;
    const userToken = await this.#tokens.get(visit);
    // Also where there is none: a sign-in may have ended whose code is still to come.
    await this.#tokens.signOut(visit);
    return userToken !== undefined;
  }

  async accountName(visit: Visit): Promise<string | undefined> {
    const userToken = visit.activity && (await this.#tokens.get(visit));
    return userToken && accountFromClaims(userToken, visit).name;
  }

  /** T66, T12: the code must have come to this very person, and is one of few tries. */
  async #redeem(visit: Visit, code: string, now: number): Promise<SignInState> {
    const attempt = await this.#codes.try(visit, () => this.#tokens.get(visit, code), now);
    if ('found' in attempt) {
      this.#deps.events('signin.completed', visit);
      return { state: 'signed_in', ...toActiveCredential(attempt.found, visit) };
    }
    // Somebody who is signed in already is answered, whatever the code says.
    const userToken = await this.#tokens.get(visit);
    if (userToken) return { state: 'signed_in', ...toActiveCredential(userToken, visit) };
    if ('wrong' in attempt) return this.#signedOut(visit);
    // T66: what waits there for the right code must not wait for another guess.
    await this.#tokens.signOut(visit);
    return { state: 'paused', until: attempt.pausedUntil };
  }

  /** T67: the service checks what the token is worth; that it is the asker's own is for us to see. */
  async #exchange(visit: Visit, token: string): Promise<SignInState> {
    const claims = decodeJwtPayload(token);
    const identity = claims && parseUser(claims.tid, claims.oid);
    if (!identity || !isSameUser(identity, visit.asker)) {
      this.#deps.events('sso.refused', visit, { reason: 'another person' });
      return this.#signedOut(visit);
    }
    const turn = leaseName(`sso/${visit.connectionId}`, visit.asker);
    const userToken = await withLease(this.#deps.store.leases, turn, () => this.#exchangeOnce(visit, token));
    return userToken ? { state: 'signed_in', ...toActiveCredential(userToken, visit) } : { state: 'consent_required' };
  }

  async #exchangeOnce(visit: Visit, token: string): Promise<UserToken | undefined> {
    // Another delivery of the same query may have been quicker.
    const existing = await this.#tokens.get(visit);
    if (existing) return existing;
    const userToken = await this.#tokens.exchange(visit, token);
    if (userToken) this.#deps.events('signin.completed', visit);
    return userToken;
  }

  async #signedOut(visit: Visit): Promise<SignInState> {
    return { state: 'signed_out', prompt: await this.prompt(visit) };
  }
}

function toActiveCredential(userToken: UserToken, visit: Visit): ActiveCredential {
  const { token, expiresAt } = userToken;
  const credential: Credential = {
    accessToken: token,
    ...(expiresAt !== undefined && { expiresAt }),
    scope: '',
    issuer: '',
    account: accountFromClaims(userToken, visit),
  };
  // What is remembered of a search is remembered for this very token.
  return { credential, version: sha256(token) };
}

/** The token's own words, where they can be read: nobody decides anything by them. The service itself names nobody, and
 * then it is the person who signed in, by their name in Teams. */
function accountFromClaims({ token }: UserToken, { name }: Visit): Credential['account'] {
  const { preferred_username, upn, unique_name, email, name: nameClaim } = decodeJwtPayload(token) ?? {};
  const [shown = name] = [preferred_username, upn, unique_name, email, nameClaim]
    .map(sanitizeDisplayName)
    .filter(Boolean);
  return { name: shown };
}
