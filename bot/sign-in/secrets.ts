import { hash, randomBytes } from 'node:crypto';
import { shardOf, shardOfKey, type User } from './user.ts';

/** 256 random bits: 43 characters. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** The hash is in the user's shard, so a person who knows the user knows four of its bits. */
export function secretFor(asker: User): string {
  return secretInShard(shardOf(asker));
}

export function secretInSameShard(key: string): string {
  return secretInShard(shardOfKey(key));
}

function secretInShard(shard: string): string {
  for (;;) {
    const secret = randomSecret();
    if (shardOfKey(sha256(secret)) === shard) return secret;
  }
}

/** Base64url, as PKCE's S256 (RFC 7636 section 4.2). The store contains only this hash. One round is enough for random
 * secrets. */
export function sha256(text: string): string {
  return hash('sha256', text, 'base64url');
}

/** A key in the same shard for another purpose. No secret hashes to it. */
export function derivedKey(purpose: string, key: string): string {
  return key.charAt(0) + sha256(`${purpose} ${key}`).slice(1);
}

const SECRET_PATTERN = /^[A-Za-z0-9_-]{43}$/;

export function isSecret(value: unknown): value is string {
  return typeof value === 'string' && SECRET_PATTERN.test(value);
}
