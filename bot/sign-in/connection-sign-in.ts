import type { Owner } from '../store/store.ts';
import type { ActiveCredential } from './credentials/credentials.ts';
import type { Person, SignInPrompt, SignInState } from './types.ts';

/** Somebody who asks. */
export interface Visitor extends Person {
  /** The activity by which they came, or as much of it as says how their channel calls them. For a {@link ConnectionSignIn} alone:
   * what is in it decides nothing here. */
  activity?: Readonly<Record<string, unknown>>;
}

/** Somebody, at a connection. */
export interface Visit extends Visitor, Owner {
  /** They want another account than the one they have there. */
  chooseAccount?: boolean;
  /** What a policy at the provider wants of this sign-in (a claims challenge), as the provider said it. */
  claims?: string;
}

/** What an invoke brings along. None of it is known to be what it should be. */
export interface PresentedSignIn {
  /** What Teams returned from the pop-up. */
  code: unknown;
  /** What the Teams client got for the person without a pop-up (`value.authentication.token`). */
  token?: unknown;
}

/** The seam to a service that keeps people's credentials for us: nothing of them is in our store. Every method may throw
 * {@link ProviderError}. */
export interface ConnectionSignIn {
  /** What it calls the connection. */
  readonly connectionName: string;
  /** Whether they can search now, after what they brought along was handed in. */
  session(visit: Visit, brought: PresentedSignIn, now: number): Promise<SignInState>;
  /** After the source refused the credential. `undefined` when only signing in helps. */
  renew(visit: Visit, used: ActiveCredential, now: number): Promise<ActiveCredential | undefined>;
  prompt(visit: Visit, now: number): Promise<SignInPrompt>;
  /** False when they were not signed in. */
  signOut(visit: Visit, now: number): Promise<boolean>;
  /** What their account is called; `undefined` when they are not signed in. */
  accountName(visit: Visit, now: number): Promise<string | undefined>;
}

/** A connection whose credentials somebody else keeps, as sign-in knows it. */
export interface KeptElsewhere {
  id: string;
  title: string;
  keeper: ConnectionSignIn;
}
