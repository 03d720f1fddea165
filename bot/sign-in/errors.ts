import { LatchkeyError } from '../platform/latchkey-error.ts';
import type { ProviderFailure, ShownAccount } from './providers/identity-provider.ts';

/** Stable: the page chooses its text by this code. */
export type SignInErrorCode =
  | 'ticket.invalid'
  | 'ticket.expired'
  | 'transaction.cookie'
  | 'transaction.unknown'
  | 'confirmation.unknown'
  | 'limit.exceeded'
  | 'signin.cancelled'
  | 'signin.scope_missing'
  | 'signin.identity_mismatch'
  | 'signin.other_teams_user'
  | 'provider.refused'
  | 'provider.policy'
  | 'provider.misconfigured'
  | 'provider.invalid_response'
  | 'provider.unavailable'
  | 'provider.timeout';

export class SignInError extends LatchkeyError {
  override readonly name = 'SignInError';
  readonly code: SignInErrorCode;
  /** The expected user's name, for `signin.identity_mismatch` and `signin.other_teams_user`. */
  readonly expected: string | undefined;
  /** For `signin.identity_mismatch`: the account that signed in, and a ticket to sign in with another one. */
  readonly used: ShownAccount | undefined;
  readonly again: string | undefined;
  /** Seconds, for `limit.exceeded`. */
  readonly retryAfter: number | undefined;

  constructor(
    code: SignInErrorCode,
    options: { cause?: unknown; expected?: string; used?: ShownAccount; again?: string; retryAfter?: number } = {},
  ) {
    super(code, { cause: options.cause });
    this.code = code;
    this.expected = options.expected;
    this.used = options.used;
    this.again = options.again;
    this.retryAfter = options.retryAfter;
  }
}

export function signInErrorCode(failure: ProviderFailure): SignInErrorCode {
  return PROBLEMS[failure];
}

const PROBLEMS: Record<ProviderFailure, SignInErrorCode> = {
  // The authorization code was refused.
  invalid_grant: 'provider.refused',
  insufficient_scope: 'signin.scope_missing',
  invalid_response: 'provider.invalid_response',
  unavailable: 'provider.unavailable',
  timeout: 'provider.timeout',
};
