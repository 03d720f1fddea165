import type { Owner } from '../store/store.ts';
import type { ActiveCredential } from './credentials/credentials.ts';
import type { Account } from './providers/identity-provider.ts';
import type { SignInPrompt, SignInState, StartedSignIn } from './types.ts';
import type { User } from './user.ts';

/** A user who asks for something. The authenticated activity, or a ticket made from one, says who it is. */
export interface SignInUser {
  asker: User;
  /** The display name, as Teams gave it. */
  name: string;
  locale: string;
  /** The activity, or the members of it that name the user on their channel. Only the token service reads it. */
  activity?: Readonly<Record<string, unknown>>;
}

/** A user at a connection. A sign-in ticket contains one. */
export interface SignInRequest extends SignInUser, Owner {
  /** The user wants another account than the linked one. */
  chooseAccount?: boolean;
  /** A claims challenge: what a policy at the provider requires of this sign-in. */
  claims?: string;
}

/** What an invoke brings from a sign-in. Nothing of it is verified. */
export interface PresentedSignIn {
  /** `value.state`: what the pop-up gave to Teams, or what the user typed. */
  code: unknown;
  /** `value.authentication.token`: what the Teams client got without a pop-up. */
  token?: unknown;
}

/** What the page or the ticket asks of a sign-in that starts. */
export interface StartOptions {
  chooseAccount: boolean;
  choosePerson?: boolean;
  /** Teams told the page who uses it, and it is this user. */
  teamsUserVerified: boolean;
  claims?: string;
}

/** The seam for signing in to one connection. Three classes implement it: the stored OAuth sign-in, Teams SSO in front of
 * it, and the Azure token service. Every method may throw a {@link ProviderError}. */
export interface ConnectionSignIn {
  /** By this name the channel exchanges a token for the connection. Left out where the connection takes no such token. */
  readonly exchangeName?: string;
  /** Sign-ins end with six digits, and the user is known by their activity. */
  readonly usesMagicCodes: boolean;
  /** Where the user signs in. Writes nothing: Teams sends one query per keystroke (T45). */
  prompt(request: SignInRequest, now: number): SignInPrompt | Promise<SignInPrompt>;
  /** Starts a sign-in in this browser. @throws {SignInError} */
  start(request: SignInRequest, options: StartOptions, now: number): Promise<StartedSignIn>;
  /** Whether the user can search, after the presented code or token is redeemed. */
  state(request: SignInRequest, presented: PresentedSignIn, now: number): Promise<SignInState>;
  /** After the source refused the credential. `undefined`: only a sign-in helps. */
  renew(request: SignInRequest, used: ActiveCredential, now: number): Promise<ActiveCredential | undefined>;
  /** @returns false where the user was not signed in */
  signOut(request: SignInRequest, now: number): Promise<boolean>;
  /** The linked account. `undefined`: not signed in. */
  account(request: SignInRequest, now: number): Promise<Account | undefined>;
}
