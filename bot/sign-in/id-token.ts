import type { IDToken } from 'openid-client';
import { toDisplay } from './display-name.ts';
import { ProviderError } from './identity-provider.ts';

/** An ID token's claims. */
export type Claims = IDToken;

/** Seconds. Entra's `iat` is when the person authenticated, less five minutes; a session can last through the day. */
const OLDEST = 24 * 60 * 60;
/** Seconds that clocks may differ. */
export const CLOCK_TOLERANCE = 60;

/** What openid-client leaves unchecked (it checks signature, `iss`, `aud`, `exp`, `nbf`, `nonce`, that `sub` is a string,
 * and `azp` where there are several audiences): OpenID Connect Core sections 2 and 3.1.3.7 (T29).
 * @param now milliseconds since the epoch. @throws {ProviderError} */
export function checkIdToken({ iat, sub, azp }: Claims, clientId: string, now: number): void {
  const age = now / 1000 - iat;
  if (!(age > -CLOCK_TOLERANCE && age < OLDEST)) throw broken('iat is not about now');
  if (sub.length < 1 || sub.length > 255) throw broken('sub is empty or too long');
  if (azp !== undefined && azp !== clientId) throw broken('azp is another client');
}

/** What a person would call the account: for their eyes, never for deciding who they are. */
export function accountName(claims: Claims): string {
  const { preferred_username, name, email, sub } = claims;
  const names = [preferred_username, name, email, sub].map(toDisplay).filter(Boolean);
  return names[0] ?? 'unnamed';
}

function broken(rule: string): ProviderError {
  return new ProviderError('invalid_response', `ID token: ${rule}`);
}
