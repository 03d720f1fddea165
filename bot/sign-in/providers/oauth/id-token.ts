import type { IDToken } from 'openid-client';
import { sanitizeDisplayName } from '../display-name.ts';
import { type Account, ProviderError } from '../identity-provider.ts';

/** An ID token's claims. */
export type Claims = IDToken;

/** Seconds. Entra's `iat` is when the person authenticated, less five minutes; a session can last through the day. */
const MAX_AGE_SECONDS = 24 * 60 * 60;
/** Seconds that clocks may differ. */
export const CLOCK_SKEW_SECONDS = 60;

/** What openid-client leaves unchecked (it checks signature, `iss`, `aud`, `exp`, `nbf`, `nonce`, that `sub` is a string,
 * and `azp` where there are several audiences): OpenID Connect Core sections 2 and 3.1.3.7 (T29).
 * @param now milliseconds since the epoch. @throws {ProviderError} */
export function checkIdToken({ iat, sub, azp }: Claims, clientId: string, now: number): void {
  const age = now / 1000 - iat;
  if (!(age > -CLOCK_SKEW_SECONDS && age < MAX_AGE_SECONDS)) throw invalid('iat is not about now');
  if (sub.length < 1 || sub.length > 255) throw invalid('sub is empty or too long');
  if (azp !== undefined && azp !== clientId) throw invalid('azp is another client');
}

/** Claims that people know an account by, the best first: OpenID Connect Core section 5.1, and two of AD FS. */
const NAMES = ['preferred_username', 'name', 'email', 'upn', 'unique_name', 'nickname'] as const;
/** A serial number, a UUID or a hash: no word that a person knows. */
const OPAQUE_ID = /^(\d+|[0-9a-f-]{16,})$/i;

/** The account that these claims are about: for people's eyes, never for deciding who they are. */
export function accountFromClaims(claims: Record<string, unknown> & { sub: string }): Account {
  const { sub } = claims;
  const names = NAMES.map((claim) => sanitizeDisplayName(claims[claim])).filter(Boolean);
  const id = sanitizeDisplayName(sub);
  const name = names.find((each) => each !== id || !OPAQUE_ID.test(each));
  return name === undefined ? { name: id || '?', unnamed: true, subject: sub } : { name, subject: sub };
}

function invalid(rule: string): ProviderError {
  return new ProviderError('invalid_response', `ID token: ${rule}`);
}
