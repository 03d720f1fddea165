import { createHash, randomBytes } from 'node:crypto';
import { shardOf, shardOfKey, type User } from './user.ts';

/** 256 random bits in base64url: 43 characters. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** A random secret that names something of an asker's in the store: one whose hash is in the asker's shard. Whoever
 * knows the asker knows four bits of the hash, and nothing of the secret but that. */
export function secretFor(asker: User): string {
  return secretInShard(shardOf(asker));
}

/** The same, in the shard of a key that is in the store already. */
export function secretInSameShard(key: string): string {
  return secretInShard(shardOfKey(key));
}

function secretInShard(shard: string): string {
  for (;;) {
    const secret = randomSecret();
    if (shardOfKey(sha256(secret)) === shard) return secret;
  }
}

/** SHA-256 in base64url: what the store knows a secret by, and PKCE's S256 (RFC 7636 section 4.2). One hash is enough:
 * secrets are random, so there is nothing to guess. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** Another key in the same shard, for a purpose of its own: no secret that could be sent hashes to it. */
export function derivedKey(purpose: string, key: string): string {
  return key.charAt(0) + sha256(`${purpose} ${key}`).slice(1);
}

const SECRET_PATTERN = /^[A-Za-z0-9_-]{43}$/;

/** The form of {@link randomSecret}; anything else is not worth a look in the store. */
export function isSecret(value: unknown): value is string {
  return typeof value === 'string' && SECRET_PATTERN.test(value);
}
