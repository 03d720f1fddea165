/** Why a sign-in ends without a security code. Stable: the page picks its words by it. */
export type SignInProblemCode =
  | 'ticket.invalid'
  | 'ticket.expired'
  | 'transaction.cookie'
  | 'transaction.unknown'
  | 'confirmation.unknown'
  | 'signin.cancelled'
  | 'signin.identity_mismatch'
  | 'provider.refused'
  | 'provider.invalid_response'
  | 'provider.unavailable'
  | 'provider.timeout';

/** A sign-in that ends here, for a reason that the page can say in words. */
export class SignInProblem extends Error {
  override readonly name = 'SignInProblem';
  readonly code: SignInProblemCode;
  /** Whose account was expected, for `signin.identity_mismatch`. */
  readonly expected: string | undefined;

  constructor(code: SignInProblemCode, options: { cause?: unknown; expected?: string } = {}) {
    super(code, { cause: options.cause });
    this.code = code;
    this.expected = options.expected;
  }
}
