import { createHash, randomBytes } from 'node:crypto';
import { type Asker, shardOf } from './asker.ts';

/** 256 random bits in base64url: 43 characters. For nonces and code verifiers, and the core of every other secret. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** A random secret that names something of an asker's in the store: 256 random bits, and one letter for the asker's
 * shard. For security codes, oauthState and cookies. */
export function secretFor(asker: Asker): string {
  return randomSecret() + shardOf(asker);
}

/** A random secret in the shard of a key that is in the store already. */
export function secretBeside(key: string): string {
  return randomSecret() + key.charAt(CORE);
}

/** SHA-256 in base64url. One hash is enough: secrets are random, so there is nothing to guess. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** What the store knows a secret by: its hash, and the shard that it is in. */
export function hashSecret(secret: string): string {
  return sha256(secret) + secret.charAt(CORE);
}

/** Another key in the same shard, for a purpose of its own. */
export function derivedKey(purpose: string, key: string): string {
  return sha256(`${purpose} ${key}`) + key.charAt(CORE);
}

const CORE = 43;
const FORM = /^[A-Za-z0-9_-]{43,44}$/;

/** The form of a secret of ours, with or without a shard; anything else is not worth a look in the store. */
export function isSecret(value: unknown): value is string {
  return typeof value === 'string' && FORM.test(value);
}
