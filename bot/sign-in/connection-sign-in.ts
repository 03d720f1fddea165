import type { Owner } from '../store/store.ts';
import type { ActiveCredential } from './credentials/opened-credentials.ts';
import type { Account } from './providers/identity-provider.ts';
import type { SignInPrompt, SignInState, StartedSignIn } from './types.ts';
import type { User } from './user.ts';

/** A user, identified by the authenticated activity or a ticket made from it. */
export interface SignInUser {
  asker: User;
  name: string;
  locale: string;
  /** The activity, or its members that name the user. Only the token service reads it. */
  activity?: Readonly<Record<string, unknown>>;
}

/** A sign-in ticket contains one. */
export interface SignInRequest extends SignInUser, Owner {
  chooseAccount?: boolean;
  /** A claims challenge: a policy at the provider requires it. */
  claims?: string;
}

/** Unverified values from an invoke. */
export interface PresentedSignIn {
  /** `value.state`: from the pop-up, or typed by the user. */
  code: unknown;
  /** The client returned a code, but for another connection. */
  hasOtherCode?: boolean;
  /** `value.authentication.token`: the Teams client got it without a pop-up. */
  token?: unknown;
}

export interface StartOptions {
  chooseAccount: boolean;
  choosePerson?: boolean;
  /** Teams named this user to the page. */
  teamsUserVerified: boolean;
  claims?: string;
}

/** Sign-in to one connection: stored OAuth, Teams SSO in front of it, or the Azure token service. Every method may
 * throw a {@link ProviderError}. */
export interface ConnectionSignIn {
  /** The channel exchanges a token for the connection by this name. Absent if the connection accepts no such token. */
  readonly exchangeName?: string;
  /** Sign-ins end with six digits, and the activity identifies the user. */
  readonly usesMagicCodes: boolean;
  /** Writes nothing, because Teams sends one query per keystroke (T45). */
  prompt(request: SignInRequest, now: number): SignInPrompt | Promise<SignInPrompt>;
  /** @throws {SignInError} */
  start(request: SignInRequest, options: StartOptions, now: number): Promise<StartedSignIn>;
  /** Redeems the presented code or token first. */
  state(request: SignInRequest, presented: PresentedSignIn, now: number): Promise<SignInState>;
  /** Call this after the source refused the credential. `undefined`: only a sign-in helps. */
  renew(request: SignInRequest, used: ActiveCredential, now: number): Promise<ActiveCredential | undefined>;
  /** @returns false if the user was not signed in */
  signOut(request: SignInRequest, now: number): Promise<boolean>;
  /** `undefined`: not signed in. */
  account(request: SignInRequest, now: number): Promise<Account | undefined>;
}
