import type { IDToken } from 'openid-client';
import { type JsonObject, parseJsonObject } from '../../../platform/json.ts';
import { type Account, ProviderError } from '../identity-provider.ts';

const MAX_NAME_LENGTH = 100;
/** Control, format (direction among them), line separators, surrogates, unassigned: nothing of which a name is made,
 * and much that can make one look like another on the confirm page. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** What can be shown of a provider's name for somebody; empty where it is no text, or none that can be seen (T38). */
export function sanitizeDisplayName(value: unknown): string {
  if (typeof value !== 'string') return '';
  const visible = value.replace(INVISIBLE, '').trim();
  return [...visible].slice(0, MAX_NAME_LENGTH).join('');
}

/** No token of Entra's is longer. Characters. */
const MAX_TOKEN_LENGTH = 16_384;

/** What a JWT says, unverified: for showing, or for a first look. `undefined` for whatever is none. */
export function decodeJwtPayload(token: string): JsonObject | undefined {
  const [, payload = '', signature] = token.length <= MAX_TOKEN_LENGTH ? token.split('.') : [];
  if (signature === undefined) return undefined;
  return parseJsonObject(Buffer.from(payload, 'base64url').toString('utf8'));
}

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
