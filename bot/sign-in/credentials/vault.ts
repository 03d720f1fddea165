import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomFillSync,
} from 'node:crypto';
import { v7 as newVersion } from 'uuid';
import { LatchkeyError } from '../../platform/latchkey-error.ts';
import type { Link, Owner } from '../../store/store.ts';
import type { Credential, RevocableTokens } from '../providers/identity-provider.ts';

/** Each purpose has its own keys: a value sealed for one does not decrypt for another. */
type Purpose = 'ticket' | 'transaction' | 'credential';

export class SealError extends LatchkeyError {
  override readonly name = 'SealError';
  readonly reason: 'malformed' | 'unknown_key' | 'tampered';

  constructor(reason: SealError['reason']) {
    super(`A sealed value does not open: ${reason}`);
    this.reason = reason;
  }
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM (NIST SP 800-38D). The first key encrypts, all keys decrypt. A sealed value is `<kid>.<base64url of
 * nonce, ciphertext, tag>`. The binding is authenticated but not stored, so a value that was moved to another owner
 * does not decrypt. */
export class Vault {
  readonly #keys: ReadonlyMap<string, Record<Purpose, KeyObject>>;
  readonly #current: string;

  /** @param keys 32 bytes each, from which HKDF derives a key for each purpose (RFC 5869) */
  constructor(keys: readonly { id: string; key: Buffer }[]) {
    const [first] = keys;
    if (!first) throw new Error('A vault needs at least one key');
    this.#current = first.id;
    this.#keys = new Map(keys.map(({ id, key }) => [id, deriveKeys(key)]));
  }

  seal(purpose: Purpose, binding: string, value: unknown): string {
    const nonce = newNonce();
    const cipher = createCipheriv('aes-256-gcm', this.#key(this.#current, purpose), nonce);
    cipher.setAAD(Buffer.from(binding));
    const ciphertext = [cipher.update(JSON.stringify(value), 'utf8'), cipher.final()];
    const bytes = Buffer.concat([nonce, ...ciphertext, cipher.getAuthTag()]);
    return `${this.#current}.${bytes.toString('base64url')}`;
  }

  /** @throws {SealError} */
  open(purpose: Purpose, binding: string, sealed: string): unknown {
    const kid = keyIdOf(sealed);
    const encoded = sealed.slice(kid.length + 1);
    const bytes = Buffer.from(encoded, 'base64url');
    // The decoder ignores other characters and spare bits, so several texts would decrypt to one value.
    if (kid === '' || bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== encoded)
      throw new SealError('malformed');
    const decipher = createDecipheriv('aes-256-gcm', this.#key(kid, purpose), bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(binding)).setAuthTag(bytes.subarray(-TAG_BYTES));
    return JSON.parse(decrypt(decipher, bytes.subarray(NONCE_BYTES, -TAG_BYTES)));
  }

  get currentKeyId(): string {
    return this.#current;
  }

  #key(kid: string, purpose: Purpose): KeyObject {
    const keys = this.#keys.get(kid);
    if (!keys) throw new SealError('unknown_key');
    return keys[purpose];
  }
}

/** Random bytes in stock: to ask for twelve costs as much as to ask for all of them. */
const nonces = { bytes: Buffer.alloc(256 * NONCE_BYTES), used: Number.POSITIVE_INFINITY };

/** Each part of the stock is handed out once: a nonce that comes twice breaks AES-GCM. */
function newNonce(): Buffer {
  if (nonces.used >= nonces.bytes.length) {
    nonces.bytes = randomFillSync(Buffer.alloc(nonces.bytes.length));
    nonces.used = 0;
  }
  const at = nonces.used;
  nonces.used += NONCE_BYTES;
  return nonces.bytes.subarray(at, nonces.used);
}

export function keyIdOf(sealed: string): string {
  return sealed.slice(0, Math.max(0, sealed.indexOf('.')));
}

/** Key objects: otherwise Node imports the bytes again for each value. */
function deriveKeys(key: Buffer): Record<Purpose, KeyObject> {
  const derive = (purpose: Purpose) =>
    createSecretKey(Buffer.from(hkdfSync('sha256', key, '', `latchkey/${purpose}/v1`, 32)));
  return { ticket: derive('ticket'), transaction: derive('transaction'), credential: derive('credential') };
}

function decrypt(decipher: ReturnType<typeof createDecipheriv>, ciphertext: Buffer): string {
  try {
    return decipher.update(ciphertext, undefined, 'utf8') + decipher.final('utf8');
  } catch {
    throw new SealError('tampered');
  }
}

interface SealedCredential extends Owner {
  version: string;
  sealed: string;
}

export function sealCredential(vault: Vault, owner: Owner, version: string, credential: Credential): string {
  return vault.seal('credential', binding(owner, version), credential);
}

export function sealLink(vault: Vault, { asker, connectionId }: Owner, credential: Credential): Link {
  const owner: Owner = { asker, connectionId };
  const version = newVersion();
  return { ...owner, version, sealed: sealCredential(vault, owner, version, credential) };
}

/** Replaces a credential by the tokens that still need revocation (T97). */
export function sealRevocable(vault: Vault, discarded: SealedCredential, left: RevocableTokens): string {
  return vault.seal('credential', binding(discarded, discarded.version), left);
}

/** @throws {SealError} */
export function openRevocable(vault: Vault, discarded: SealedCredential): RevocableTokens {
  return vault.open('credential', binding(discarded, discarded.version), discarded.sealed) as RevocableTokens;
}

/** @throws {SealError} if it was altered or moved to another owner, or its key is gone */
export function openCredential(vault: Vault, stored: SealedCredential): Credential {
  return vault.open('credential', binding(stored, stored.version), stored.sealed) as Credential;
}

/** Uses the current key. @throws {SealError} */
export function reseal(vault: Vault, stored: SealedCredential): string {
  return sealRevocable(vault, stored, openRevocable(vault, stored));
}

function binding({ asker, connectionId }: Owner, version: string): string {
  return `${asker.tenantId}/${asker.objectId}/${connectionId}/${version}`;
}
