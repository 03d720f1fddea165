import type { Owner } from '../store/store.ts';
import { type IdentityProvider, ProviderError, type SignedIn } from './identity-provider.ts';
import { problemOf, SignInProblem } from './problems.ts';
import { randomSecret, secretFor, sha256 } from './secrets.ts';
import type { SecurityEvents } from './security-events.ts';
import type { SingleSignOn } from './single-sign-on.ts';
import type { BegunTransaction, ConsumedTransaction, Transactions } from './transactions.ts';

/** What sign-in needs to know of a connection. */
export interface SignInConnection {
  id: string;
  title: string;
  provider: IdentityProvider;
  /** Proves who is at the browser before the provider, which can't, is asked: Entra, with `openid` alone. */
  gate: IdentityProvider | undefined;
  /** The provider's own token, or the gate's, says that the signer is the asker; without it, the person confirms. */
  proven: boolean;
  /** Takes tokens that the Teams client gets for people without a window. */
  sso?: SingleSignOn;
}

/** One trip of the browser to an identity provider. A connection with a gate takes two. */
export interface Leg {
  /** The connection's id, or `<id>.gate`, which can't be one: the last part of the leg's redirect URI, and what its
   * transactions and tokens are kept under. So neither leg's answer is of use to the other (T27, T30). */
  id: string;
  connection: SignInConnection;
  provider: IdentityProvider;
  isGate: boolean;
}

/** Who begins what: all that a transaction is told and does not make itself. */
export type Beginning = Pick<
  BegunTransaction,
  'asker' | 'name' | 'chooseAccount' | 'choosePerson' | 'selectAccountRefused' | 'gatePassed' | 'teamsUserVerified'
> & { claims?: string };

export interface LegParts {
  connections: ReadonlyMap<string, SignInConnection>;
  transactions: Transactions;
  events: SecurityEvents;
  /** This service's public origin. */
  baseUrl: string;
}

/** The browser's trips to the identity providers: there with a new transaction, back with a code to exchange. */
export class Legs {
  readonly #parts: LegParts;
  readonly #legs: ReadonlyMap<string, Leg>;

  constructor(parts: LegParts) {
    this.#parts = parts;
    const legs = [...parts.connections.values()].flatMap((connection) => [ownLeg(connection), firstLeg(connection)]);
    this.#legs = new Map(legs.map((leg) => [leg.id, leg]));
  }

  byId(id: string): Leg | undefined {
    return this.#legs.get(id);
  }

  /** Opens a transaction in the browser that the cookie names. @returns the authorization URL. @throws {SignInProblem} */
  async open(leg: Leg, beginning: Beginning, cookieHash: string, now: number): Promise<string> {
    const { id, provider, isGate } = leg;
    const { claims, ...begins } = beginning;
    const { asker, selectAccountRefused = false } = begins;
    const [oauthState, nonce, codeVerifier] = [secretFor(asker), randomSecret(), randomSecret()];
    const owner: Owner = { asker, connectionId: id };
    const request = {
      asker,
      redirectUri: this.#redirectUri(id),
      oauthState,
      nonce,
      codeChallenge: sha256(codeVerifier),
      chooseAccount: asksForAccount(leg, begins),
      selectAccountRefused,
      ...(claims !== undefined && !isGate && { claims }),
    };
    const { url, issuer } = await this.ask(owner, () => provider.authorize(request));
    const begun = { ...begins, ...owner, issuer, nonce, codeVerifier };
    await this.#parts.transactions.open(begun, oauthState, cookieHash, now);
    return url;
  }

  /** Exchanges the authorization code that came back. @throws {SignInProblem} */
  async exchange(
    { id, provider }: Leg,
    transaction: ConsumedTransaction,
    { state: oauthState, code, iss }: { state: string; code: string; iss: string | undefined },
  ): Promise<SignedIn> {
    const { asker, issuer, nonce, codeVerifier } = transaction;
    const expected = { asker, redirectUri: this.#redirectUri(id), oauthState, nonce, codeVerifier, issuer };
    const signedIn = await this.ask(transaction, () => provider.exchange({ code, oauthState, iss }, expected));
    const { unnamedBecause: reason } = signedIn;
    if (reason !== undefined) this.#parts.events('signin.account_unnamed', transaction, { reason });
    return signedIn;
  }

  /** Asks the provider, or a keeper; what goes wrong there becomes a problem that the page can say. @throws {SignInProblem} */
  async ask<T>(owner: Owner, question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      this.#parts.events('signin.provider_failed', owner, { reason: error.message });
      throw new SignInProblem(problemOf(error.failure), { cause: error });
    }
  }

  #redirectUri(legId: string): string {
    return `${this.#parts.baseUrl}/auth/callback/${legId}`;
  }
}

/** Whether a leg asks the person which account to use. The wish for another account is for the connection's own provider. */
export function asksForAccount(
  { isGate }: Leg,
  { chooseAccount, choosePerson = false }: Pick<Beginning, 'chooseAccount' | 'choosePerson'>,
): boolean {
  return choosePerson || (chooseAccount && !isGate);
}

/** Where a sign-in to a connection begins: at its gate, where it has one. */
export function firstLeg(connection: SignInConnection): Leg {
  const { id, gate } = connection;
  return gate ? { id: `${id}.gate`, connection, provider: gate, isGate: true } : ownLeg(connection);
}

/** To the connection's own provider. */
export function ownLeg(connection: SignInConnection): Leg {
  return { id: connection.id, connection, provider: connection.provider, isGate: false };
}
