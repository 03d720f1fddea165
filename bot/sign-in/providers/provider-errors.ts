import { ClientError, ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client';
import { ProviderError, type ProviderFailure } from './identity-provider.ts';

/** RFC 6749 section 5.2, RFC 7009 section 2.2.1, OpenID Connect Core section 3.1.2.6. The log omits other codes. */
const KNOWN_ERRORS = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'unsupported_token_type',
  'server_error',
  'temporarily_unavailable',
  'interaction_required',
  'login_required',
  'consent_required',
  'access_denied',
  'invalid_token',
  'invalid_refresh_token',
  'token_expired',
  'token_inactive',
  'slow_down',
]);

/** Only a new sign-in helps. Entra answers a refresh with the last three if its policies require the person.
 * @see https://learn.microsoft.com/entra/msal/dotnet/advanced/exceptions/msal-error-handling */
const GRANT_IS_GONE = new Set(['invalid_grant', 'interaction_required', 'login_required', 'consent_required']);

/** Drops the original error, which contains tokens and claims. Its message is a fixed text of the library. */
export function toProviderError(error: unknown, operation: string): ProviderError {
  const ours = causes(error).find((each) => each instanceof ProviderError);
  if (ours) return new ProviderError(ours.failure, `${operation}: ${ours.message}`);
  const [failure, detail] = classify(error);
  return new ProviderError(failure, `${operation}: ${detail}`);
}

export function describeFailure(error: unknown): string {
  return classify(error)[1];
}

export function describeCode(code: string): string {
  return `error ${KNOWN_ERRORS.has(code) ? code : 'of another kind'}`;
}

function classify(error: unknown): [ProviderFailure, string] {
  if (error instanceof ResponseBodyError) {
    // A refused client (such as `invalid_client`) is a configuration fault: the grant may still be valid.
    const failure = GRANT_IS_GONE.has(error.error) ? 'invalid_grant' : 'unavailable';
    return [failure, describeCode(error.error)];
  }
  if (error instanceof WWWAuthenticateChallengeError) return ['unavailable', `client refused (${error.status})`];
  return ['invalid_response', explain(error)];
}

/** openid-client names the kind of broken rule. The library below it names the rule, in the cause. */
function explain(error: unknown): string {
  if (!(error instanceof ClientError)) return 'the answer can’t be read';
  const { cause } = error;
  if (cause instanceof Response) return `${error.message} (${cause.status})`;
  const specific = cause instanceof Error && /^(OperationProcessing|UnsupportedOperation)Error$/.test(cause.name);
  return specific ? cause.message : error.message;
}

function causes(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : [];
}
