import { sameAsker, toAsker } from './asker.ts';
import type { LiveCredential } from './credentials.ts';
import { toDisplay } from './display-name.ts';
import type { Credential } from './identity-provider.ts';
import { readClaims } from './jwt-claims.ts';
import type { Brought, Keeper, Visit } from './keeper.ts';
import { isMagicCode, type MagicCodeParts, MagicCodes } from './magic-codes.ts';
import type { Prompt, Session } from './outcomes.ts';
import { sha256 } from './secrets.ts';
import { inTurn, turnOf } from './turn.ts';

/** A token of somebody's, as the service hands it out. */
export interface UserToken {
  token: string;
  /** Milliseconds since the epoch, where the service says so. */
  expiresAt?: number;
}

/** Azure Bot Service's token service, for one OAuth connection: people as their channel calls them. Every method may throw
 * {@link ProviderError}, and nothing else. */
export interface UserTokens {
  /** The OAuth connection, as the Azure Bot calls it. */
  readonly connectionName: string;
  /** Their token, where there is one. @param code six digits, which make a sign-in theirs that has just ended */
  get(visit: Visit, code?: string): Promise<UserToken | undefined>;
  signInResource(visit: Visit): Promise<Prompt>;
  /** For a token that the Teams client brought; `undefined` where the service can't exchange it as things are. */
  exchange(visit: Visit, token: string): Promise<UserToken | undefined>;
  signOut(visit: Visit): Promise<void>;
}

/** People's credentials in Azure Bot Service: it signs in, keeps and refreshes; every search asks it for the token. */
export class TokenService implements Keeper {
  readonly #tokens: UserTokens;
  readonly #resource: string | undefined;
  readonly #codes: MagicCodes;
  readonly #parts: MagicCodeParts;

  /** @param resource what the app package names, so that Teams gets a token for it without a window */
  constructor(tokens: UserTokens, parts: MagicCodeParts, resource?: string) {
    this.#tokens = tokens;
    this.#resource = resource;
    this.#parts = parts;
    this.#codes = new MagicCodes(parts);
  }

  get connectionName(): string {
    return this.#tokens.connectionName;
  }

  async session(visit: Visit, { code, token }: Brought, now: number): Promise<Session> {
    if (isMagicCode(code)) return this.#redeem(visit, code, now);
    const found = await this.#tokens.get(visit);
    if (found) return { state: 'signed_in', ...liveOf(found, visit) };
    const until = await this.#codes.pausedUntil(visit, now);
    if (until !== undefined) return { state: 'paused', until };
    return typeof token === 'string' ? this.#exchange(visit, token) : this.#signedOut(visit);
  }

  /** It would have refreshed the token by itself: what the source refuses is worth nothing to it either. */
  async renew(visit: Visit): Promise<LiveCredential | undefined> {
    await this.#tokens.signOut(visit);
    this.#parts.events('credential.unlinked', visit, { reason: 'source_refused' });
    return undefined;
  }

  async prompt(visit: Visit): Promise<Prompt> {
    const prompt = await this.#tokens.signInResource(visit);
    const { exchange } = prompt;
    // To `silentAuth` for any other token Teams shows no sign-in, but that nothing was found.
    return { ...prompt, isInPackage: exchange !== undefined && exchange.uri === this.#resource };
  }

  async signOut(visit: Visit): Promise<boolean> {
    if (!visit.activity) return false;
    const found = await this.#tokens.get(visit);
    // Also where there is none: a sign-in may have ended whose code is still to come.
    await this.#tokens.signOut(visit);
    return found !== undefined;
  }

  async accountName(visit: Visit): Promise<string | undefined> {
    const found = visit.activity && (await this.#tokens.get(visit));
    return found && accountOf(found, visit).name;
  }

  /** T66, T12: the code must have come to this very person, and is one of few tries. */
  async #redeem(visit: Visit, code: string, now: number): Promise<Session> {
    const tried = await this.#codes.try(visit, () => this.#tokens.get(visit, code), now);
    if ('found' in tried) {
      this.#parts.events('signin.completed', visit);
      return { state: 'signed_in', ...liveOf(tried.found, visit) };
    }
    // Somebody who is signed in already is answered, whatever the code says.
    const found = await this.#tokens.get(visit);
    if (found) return { state: 'signed_in', ...liveOf(found, visit) };
    if ('wrong' in tried) return this.#signedOut(visit);
    // T66: what waits there for the right code must not wait for another guess.
    await this.#tokens.signOut(visit);
    return { state: 'paused', until: tried.pausedUntil };
  }

  /** T67: the service checks what the token is worth; that it is the asker's own is for us to see. */
  async #exchange(visit: Visit, token: string): Promise<Session> {
    const claims = readClaims(token);
    const identity = claims && toAsker(claims.tid, claims.oid);
    if (!identity || !sameAsker(identity, visit.asker)) {
      this.#parts.events('sso.refused', visit, { reason: 'another person' });
      return this.#signedOut(visit);
    }
    const turn = turnOf(`sso/${visit.connectionId}`, visit.asker);
    const found = await inTurn(this.#parts.store.leases, turn, () => this.#exchangeOnce(visit, token));
    return found ? { state: 'signed_in', ...liveOf(found, visit) } : { state: 'consent_required' };
  }

  async #exchangeOnce(visit: Visit, token: string): Promise<UserToken | undefined> {
    // Another delivery of the same query may have been quicker.
    const there = await this.#tokens.get(visit);
    if (there) return there;
    const found = await this.#tokens.exchange(visit, token);
    if (found) this.#parts.events('signin.completed', visit);
    return found;
  }

  async #signedOut(visit: Visit): Promise<Session> {
    return { state: 'signed_out', prompt: await this.prompt(visit) };
  }
}

function liveOf(found: UserToken, visit: Visit): LiveCredential {
  const { token, expiresAt } = found;
  const credential: Credential = {
    accessToken: token,
    ...(expiresAt !== undefined && { expiresAt }),
    scope: '',
    issuer: '',
    account: accountOf(found, visit),
  };
  // What is remembered of a search is remembered for this very token.
  return { credential, version: sha256(token) };
}

/** The token's own words, where they can be read: nobody decides anything by them. The service itself names nobody, and
 * then it is the person who signed in, by their name in Teams. */
function accountOf({ token }: UserToken, { name }: Visit): Credential['account'] {
  const { preferred_username, upn, unique_name, email, name: said } = readClaims(token) ?? {};
  const [shown = name] = [preferred_username, upn, unique_name, email, said].map(toDisplay).filter(Boolean);
  return { name: shown };
}
