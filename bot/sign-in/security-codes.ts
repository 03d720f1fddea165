import type { Link, Owner, Store } from '../store/store.ts';
import type { ReportSecurityEvent } from './audit/security-events.ts';
import type { IssuedTokens, Revocations } from './credentials/revocation.ts';
import { SignInError } from './errors.ts';
import { derivedKey, secretFor, secretInSameShard, sha256 } from './secrets.ts';
import { isOtherTeamsUser, type TeamsUser, teamsMismatchOf } from './teams-user.ts';
import { TRANSACTION_TTL_MS } from './transactions.ts';
import type { UnreturnedCodes } from './unreturned-codes.ts';

interface SecurityCodeDependencies {
  store: Store;
  revocations: Revocations;
  issued: IssuedTokens;
  unreturned: UnreturnedCodes;
  events: ReportSecurityEvent;
  securityCodeTtlSeconds: number;
}

/** T16: per user. */
export const WRONG_CODES = { limit: 5, windowMs: 600_000 };

export class SecurityCodes {
  readonly #deps: SecurityCodeDependencies;

  constructor(deps: SecurityCodeDependencies) {
    this.#deps = deps;
  }

  /** The credential is already linked: the code only lets Teams continue. */
  async issue(link: Link, now: number): Promise<string> {
    const code = secretFor(link.asker);
    const times = { createdAt: now, expiresAt: this.#codeEnd(now) };
    await this.#deps.store.parking.add({ ...link, sealed: undefined, keyHash: sha256(code), ...times });
    return code;
  }

  /** Stores the credential until the person decides. @returns its name for the page */
  async parkForConfirmation(link: Link, cookieHash: string, now: number): Promise<string> {
    const keyHash = confirmationKey(cookieHash);
    const times = { createdAt: now, expiresAt: now + TRANSACTION_TTL_MS };
    const { store, issued } = this.#deps;
    await issued.keep(link, () => store.parking.add({ ...link, keyHash, ...times }));
    return confirmationOf(keyHash);
  }

  /** @returns the code that redeems the credential
   * @throws {SignInError} if no credential is pending in this browser */
  async connect(
    cookies: readonly string[],
    confirmation: string | undefined,
    teamsUser: TeamsUser | undefined,
    now: number,
  ): Promise<string> {
    const { store, events, unreturned } = this.#deps;
    for (const keyHash of confirmationKeys(cookies, confirmation)) {
      if (teamsUser) await this.#refuseOtherTeamsUser(keyHash, teamsUser, now);
      const code = secretInSameShard(keyHash);
      const owner = await store.parking.confirm(keyHash, sha256(code), this.#codeEnd(now), now);
      if (!owner) continue;
      await unreturned.record(owner, now);
      events('signin.confirmed', owner);
      return code;
    }
    throw new SignInError('confirmation.unknown');
  }

  /** Revokes the credential.
   * @throws {SignInError} if no credential is pending in this browser */
  async cancel(cookies: readonly string[], confirmation: string | undefined, now: number): Promise<void> {
    const { store, events } = this.#deps;
    for (const keyHash of confirmationKeys(cookies, confirmation)) {
      const owner = await store.parking.discard(keyHash, now);
      if (!owner) continue;
      events('signin.cancelled', owner, { reason: 'not_confirmed' });
      return this.#deps.revocations.runSoon();
    }
    throw new SignInError('confirmation.unknown');
  }

  /** T91: Teams may name its user only now. If it is another person, this revokes the credential.
   * @throws {SignInError} */
  async #refuseOtherTeamsUser(keyHash: string, teamsUser: TeamsUser, now: number): Promise<void> {
    const { store, revocations, events } = this.#deps;
    const owner = await store.parking.owner(keyHash);
    if (!owner || !isOtherTeamsUser(owner.asker, teamsUser)) return;
    await store.parking.discard(keyHash, now);
    revocations.runSoon();
    events('signin.other_teams_user', owner, { reason: teamsMismatchOf(owner.asker, teamsUser) });
    throw new SignInError('signin.other_teams_user');
  }

  /** T13, T14: one caller gets the credential. A code of another user burns it. */
  async redeem(owner: Owner, code: string, now: number): Promise<'redeemed' | 'foreign' | 'wrong'> {
    const { store, revocations, events } = this.#deps;
    const outcome = await store.parking.redeem(sha256(code), owner, now);
    if (outcome === 'spent') return 'redeemed';
    if (outcome === 'unknown') return 'wrong';
    // The replaced or burnt credential may be in the revocation queue.
    revocations.runSoon();
    if (outcome === 'expired') return 'wrong';
    events(outcome === 'linked' ? 'signin.completed' : 'code.foreign', owner);
    return outcome === 'linked' ? 'redeemed' : 'foreign';
  }

  /** T16: too many wrong codes burn the user's pending credentials and pause only this user.
   * @returns the end of the pause, if one begins */
  async recordWrongCode(owner: Owner, now: number): Promise<number | undefined> {
    const { store, revocations, events } = this.#deps;
    events('code.wrong', owner);
    const until = await store.attempts.recordFailure(owner.asker, WRONG_CODES, now);
    if (until === undefined) return undefined;
    events('code.paused', owner);
    await store.parking.revokeAll(owner.asker, now);
    revocations.runSoon();
    return until;
  }

  #codeEnd(now: number): number {
    return now + this.#deps.securityCodeTtlSeconds * 1000;
  }
}

/** No security code hashes to this key. */
function confirmationKey(cookieHash: string): string {
  return derivedKey('decision', cookieHash);
}

/** Without `confirmation`: all of this browser, newest first. */
function confirmationKeys(cookies: readonly string[], confirmation: string | undefined): string[] {
  const keys = cookies.map((cookie) => confirmationKey(sha256(cookie)));
  return keys.filter((key) => confirmation === undefined || confirmationOf(key) === confirmation);
}

function confirmationOf(keyHash: string): string {
  return sha256(`confirmation ${keyHash}`).slice(0, 22);
}
