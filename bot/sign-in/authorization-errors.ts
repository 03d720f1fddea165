import type { SignInErrorCode } from './errors.ts';

/** Errors in an authorization response: RFC 6749 section 4.1.2.1, OpenID Connect Core section 3.1.2.6, RFC 8707, and those of
 * GitHub and LinkedIn. */
const PROBLEMS: Readonly<Record<string, SignInErrorCode>> = {
  access_denied: 'signin.cancelled',
  // No request asks for `prompt=none`, so the provider showed a page, and the person left it.
  consent_required: 'signin.cancelled',
  interaction_required: 'signin.cancelled',
  login_required: 'signin.cancelled',
  account_selection_required: 'signin.cancelled',
  user_cancelled_login: 'signin.cancelled',
  user_cancelled_authorize: 'signin.cancelled',
  server_error: 'provider.unavailable',
  temporarily_unavailable: 'provider.unavailable',
  invalid_request: 'provider.misconfigured',
  invalid_scope: 'provider.misconfigured',
  invalid_client: 'provider.misconfigured',
  invalid_target: 'provider.misconfigured',
  invalid_resource: 'provider.misconfigured',
  invalid_request_uri: 'provider.misconfigured',
  invalid_request_object: 'provider.misconfigured',
  request_not_supported: 'provider.misconfigured',
  request_uri_not_supported: 'provider.misconfigured',
  registration_not_supported: 'provider.misconfigured',
  unauthorized_client: 'provider.misconfigured',
  unsupported_response_type: 'provider.misconfigured',
  redirect_uri_mismatch: 'provider.misconfigured',
  application_suspended: 'provider.misconfigured',
  unmet_authentication_requirements: 'provider.policy',
};

const ENTRA_CODE = /^AADSTS\d{4,7}$/;
/** The person did not consent. */
const ENTRA_DECLINED = 'AADSTS65004';
/** Not assigned to the app, no account in the tenant, locked, disabled, more proof wanted, consent of an administrator wanted;
 * 53xxx and 53xxxx: conditional access (https://learn.microsoft.com/entra/identity-platform/reference-error-codes). */
const ENTRA_POLICY = /^AADSTS(50105|50020|50034|50053|50057|50076|50079|50158|53\d{3,4}|65001|90094|90095)$/;
/** The redirect URI, the application, the scope, the permissions that it lists. */
const ENTRA_MISCONFIGURED = /^AADSTS(50011|700016|70011|650052|650053|65005|90002)$/;

/** What an error in an authorization response means.
 * @param hint what the page found in the description: Entra's code, or `policy` @returns the problem for the page, and the
 * reason for the log: codes alone, as the provider's own words go nowhere (T32) */
export function readAuthorizationError(
  error: string,
  hint: string | undefined,
): { problem: SignInErrorCode; reason: string } {
  const code = Object.hasOwn(PROBLEMS, error) ? error : 'provider_error';
  const entra = hint !== undefined && ENTRA_CODE.test(hint) ? hint : undefined;
  const problem = signInErrorCode(PROBLEMS[code] ?? 'provider.refused', entra, hint === 'policy');
  return { problem, reason: entra ? `${code} ${entra}` : code };
}

function signInErrorCode(standard: SignInErrorCode, entra: string | undefined, isPolicy: boolean): SignInErrorCode {
  if (entra === ENTRA_DECLINED) return 'signin.cancelled';
  if (entra && ENTRA_POLICY.test(entra)) return 'provider.policy';
  if (entra && ENTRA_MISCONFIGURED.test(entra)) return 'provider.misconfigured';
  // A person who cancels gives no reason: the provider has one.
  const isRefusal = standard === 'signin.cancelled' || standard === 'provider.refused';
  return isRefusal && (entra || isPolicy) ? 'provider.policy' : standard;
}

/** Whether the provider does not know `prompt=select_account`. */
export function isChooserRefused(error: string): boolean {
  return CHOOSER_REFUSED.has(error);
}

const CHOOSER_REFUSED = new Set([
  'invalid_request',
  'account_selection_required',
  'invalid_prompt',
  'unsupported_prompt',
]);
