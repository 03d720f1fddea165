import { createHash, randomBytes } from 'node:crypto';
import { shardOf, shardOfKey, type User } from './user.ts';

/** 256 random bits: 43 characters. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** A secret whose hash is in the user's shard. So a person who knows the user knows four bits of the hash. */
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

/** In base64url. The store contains only this hash of a secret; PKCE's S256 uses it too (RFC 7636 section 4.2). One
 * round is enough, because secrets are random. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** A key in the same shard for another purpose. No secret hashes to it. */
export function derivedKey(purpose: string, key: string): string {
  return key.charAt(0) + sha256(`${purpose} ${key}`).slice(1);
}

const SECRET_PATTERN = /^[A-Za-z0-9_-]{43}$/;

export function isSecret(value: unknown): value is string {
  return typeof value === 'string' && SECRET_PATTERN.test(value);
}
