import type { Link, Owner, Store } from '../store/store.ts';
import type { IssuedTokens, Revocations } from './credentials/revocation.ts';
import { SignInError } from './errors.ts';
import { derivedKey, secretFor, secretInSameShard, sha256 } from './secrets.ts';
import type { ReportSecurityEvent } from './security-events.ts';
import { isOtherTeamsUser, type TeamsUser } from './teams-user.ts';
import { TRANSACTION_TTL } from './transactions.ts';

interface SecurityCodeDependencies {
  store: Store;
  revocations: Revocations;
  issued: IssuedTokens;
  events: ReportSecurityEvent;
  /** Seconds. */
  securityCodeTtl: number;
}

/** T16: so many wrong codes of one asker in so many milliseconds. */
export const WRONG_CODES = { limit: 5, window: 600_000 };

/** What waits for Teams to come back: parked credentials, the codes that they are redeemed by, and wrong guesses. */
export class SecurityCodes {
  readonly #deps: SecurityCodeDependencies;

  constructor(deps: SecurityCodeDependencies) {
    this.#deps = deps;
  }

  /** A code for a sign-in that is linked already: it only lets Teams go on. */
  async issue(link: Link, now: number): Promise<string> {
    const code = secretFor(link.asker);
    const times = { createdAt: now, expiresAt: this.#codeEnd(now) };
    await this.#deps.store.parking.add({ ...link, sealed: undefined, keyHash: sha256(code), ...times });
    return code;
  }

  /** Parks a credential until the person at this browser decides. @returns what the page names it by. */
  async parkForConfirmation(link: Link, cookieHash: string, now: number): Promise<string> {
    const keyHash = confirmationKey(cookieHash);
    const times = { createdAt: now, expiresAt: now + TRANSACTION_TTL };
    const { store, issued } = this.#deps;
    await issued.keep(link, () => store.parking.add({ ...link, keyHash, ...times }));
    return confirmationOf(keyHash);
  }

  /** The person said yes: what was parked can be redeemed by the code. @throws {SignInError} when nothing waits here. */
  async connect(
    cookies: readonly string[],
    confirmation: string | undefined,
    teamsUser: TeamsUser | undefined,
    now: number,
  ): Promise<string> {
    const { store, events } = this.#deps;
    for (const keyHash of confirmationKeys(cookies, confirmation)) {
      if (teamsUser) await this.#refuseOtherTeamsUser(keyHash, teamsUser, now);
      const code = secretInSameShard(keyHash);
      const owner = await store.parking.confirm(keyHash, sha256(code), this.#codeEnd(now), now);
      if (!owner) continue;
      events('signin.confirmed', owner);
      return code;
    }
    throw new SignInError('confirmation.unknown');
  }

  /** The person said no: what was parked is revoked. @throws {SignInError} when nothing waits here. */
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

  /** T91: Teams may say only now who uses it. For another person, what was parked is revoked. @throws {SignInError} */
  async #refuseOtherTeamsUser(keyHash: string, teamsUser: TeamsUser, now: number): Promise<void> {
    const { store, revocations, events } = this.#deps;
    const owner = await store.parking.owner(keyHash);
    if (!owner || !isOtherTeamsUser(owner.asker, teamsUser)) return;
    await store.parking.discard(keyHash, now);
    revocations.runSoon();
    events('signin.other_teams_user', owner);
    throw new SignInError('signin.other_teams_user');
  }

  /** T13, T14: one caller gets what the code stands for; where that is not its owner, nobody does. */
  async redeem(owner: Owner, code: string, now: number): Promise<'redeemed' | 'foreign' | 'wrong'> {
    const { store, revocations, events } = this.#deps;
    const outcome = await store.parking.redeem(sha256(code), owner, now);
    if (outcome === 'spent') return 'redeemed';
    if (outcome === 'unknown') return 'wrong';
    // Something lost its place: what was replaced, or what the code stood for.
    revocations.runSoon();
    if (outcome === 'expired') return 'wrong';
    events(outcome === 'linked' ? 'signin.completed' : 'code.foreign', owner);
    return outcome === 'linked' ? 'redeemed' : 'foreign';
  }

  /** T16: too many wrong codes burn what is parked for the asker, and pause them alone.
   * @returns when the pause ends, if one begins. */
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
    return now + this.#deps.securityCodeTtl * 1000;
  }
}

/** Where a credential waits for the person's decision: nothing that could be sent as a security code hashes to it. */
function confirmationKey(cookieHash: string): string {
  return derivedKey('decision', cookieHash);
}

/** What this browser may decide on; all of it, newest first, unless the page named one. */
function confirmationKeys(cookies: readonly string[], confirmation: string | undefined): string[] {
  const keys = cookies.map((cookie) => confirmationKey(sha256(cookie)));
  return keys.filter((key) => confirmation === undefined || confirmationOf(key) === confirmation);
}

/** Names a parked credential to the page; says nothing of the cookie behind it. */
function confirmationOf(keyHash: string): string {
  return sha256(`confirmation ${keyHash}`).slice(0, 22);
}
