import { SourceError, type SourceFailure } from '../source.ts';

/** Codes of the action API and of the OAuth extension. All may come with status 200.
 * @see https://www.mediawiki.org/wiki/API:Errors_and_warnings */
const FAILURES: Record<string, SourceFailure> = {
  'mwoauth-invalid-authorization': 'unauthorized',
  'mwoauth-invalid-authorization-invalid-user': 'unauthorized',
  assertuserfailed: 'unauthorized',
  assertnameduserfailed: 'unauthorized',
  notloggedin: 'unauthorized',
  // Not to be mended by signing in again.
  'mwoauth-invalid-authorization-blocked-user': 'forbidden',
  readapidenied: 'forbidden',
  permissiondenied: 'forbidden',
  accessdenied: 'forbidden',
  blocked: 'forbidden',
  autoblocked: 'forbidden',
  ratelimited: 'rate_limited',
  actionthrottledtext: 'rate_limited',
  maxlag: 'rate_limited',
  'cirrussearch-too-busy-error': 'rate_limited',
};
const PLAIN_CODE = /^[\w-]{1,64}$/;

/** The error that the answer holds, in either form: `error` (the standard), or `errors` (with an `errorformat`). */
export function errorIn(json: unknown, retryAfter: number | undefined): SourceError | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const { error, errors } = json as { error?: unknown; errors?: unknown };
  const first = Array.isArray(errors) ? errors[0] : error;
  if (first === undefined) return undefined;
  const code = codeOf(first);
  const failure = Object.hasOwn(FAILURES, code) ? FAILURES[code] : undefined;
  const wait = retryAfter === undefined ? {} : { retryAfter };
  return new SourceError(failure ?? 'unavailable', `The API answered with the error ${code}`, wait);
}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && PLAIN_CODE.test(code) ? code : 'unknown';
}
