import type { IDToken } from 'openid-client';
import { type JsonObject, parseJsonObject } from '../../../platform/json.ts';
import { type Account, ProviderError } from '../identity-provider.ts';

const MAX_NAME_LENGTH = 100;
/** Controls, format characters (such as direction overrides), line separators, surrogates, unassigned characters. They
 * can make one name look like another on the confirm page. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** @returns an empty string for a value that is no text or has no visible characters (T38) */
export function sanitizeDisplayName(value: unknown): string {
  if (typeof value !== 'string') return '';
  const visible = value.replace(INVISIBLE, '').trim();
  return [...visible].slice(0, MAX_NAME_LENGTH).join('');
}

/** Longer than any token of Entra. Characters. */
const MAX_TOKEN_LENGTH = 16_384;

/** Does not verify: only for display or a first check. @returns `undefined` if it is no JWT */
export function decodeJwtPayload(token: string): JsonObject | undefined {
  const [, payload = '', signature] = token.length <= MAX_TOKEN_LENGTH ? token.split('.') : [];
  if (signature === undefined) return undefined;
  return parseJsonObject(Buffer.from(payload, 'base64url').toString('utf8'));
}

export type Claims = IDToken;

/** Entra's `iat` is five minutes before the authentication, and a session can last all day. */
const MAX_AGE_SECONDS = 24 * 60 * 60;
export const CLOCK_SKEW_SECONDS = 60;

/** T29: the checks of OpenID Connect Core sections 2 and 3.1.3.7 that openid-client lacks. It checks the signature,
 * `iss`, `aud`, `exp`, `nbf`, `nonce`, the type of `sub`, and `azp` for several audiences.
 * @param now milliseconds since the epoch
 * @throws {ProviderError} */
export function checkIdToken({ iat, sub, azp }: Claims, clientId: string, now: number): void {
  const age = now / 1000 - iat;
  if (!(age > -CLOCK_SKEW_SECONDS && age < MAX_AGE_SECONDS)) throw invalid('iat is not about now');
  if (sub.length < 1 || sub.length > 255) throw invalid('sub is empty or too long');
  if (azp !== undefined && azp !== clientId) throw invalid('azp is another client');
}

/** Best first. OpenID Connect Core section 5.1, and two of AD FS. */
const NAMES = ['preferred_username', 'name', 'email', 'upn', 'unique_name', 'nickname'] as const;
/** A number, UUID or hash. */
const OPAQUE_ID = /^(\d+|[0-9a-f-]{16,})$/i;

/** Only for display. Never use it to decide who signed in. */
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
