import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits in base64url: 43 characters. For security codes, oauthState, nonces, code verifiers and cookies. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What the store knows a secret by. One hash is enough: the secrets are random, so there is nothing to guess. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

const FORM = /^[A-Za-z0-9_-]{43}$/;

/** The form of {@link randomSecret}; anything else is not worth a look in the store. */
export function isSecret(value: unknown): value is string {
  return typeof value === 'string' && FORM.test(value);
}

/** The S256 code challenge of a code verifier (RFC 7636 section 4.2): the same hash, by another name. */
export const codeChallenge = hashSecret;
