import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { calculateJwkThumbprint, exportJWK, type JWK } from 'jose';

const generate = promisify(generateKeyPair);

/** The endorsements of Microsoft's keys that matter here. */
const ENDORSEMENTS = ['msteams', 'emulator', 'webchat', 'directline', 'skype', 'cortana'];

export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
  /** The entry in the key set; `endorsements` may be absent for tests. */
  jwk: JWK & { endorsements?: string[] };
}

interface SigningKeyOptions {
  kid?: string;
  /** Channel ids; `null` omits the member. */
  endorsements?: string[] | null;
}

/** A new 2048-bit RSA key that is not published. */
export async function createSigningKey(options: SigningKeyOptions = {}): Promise<SigningKey> {
  const { publicKey, privateKey } = await generate('rsa', { modulusLength: 2048 });
  const jwk = await exportJWK(publicKey);
  const kid = options.kid ?? (await calculateJwkThumbprint(jwk)).slice(0, 27);
  const endorsements = options.endorsements === undefined ? ENDORSEMENTS : options.endorsements;
  return {
    kid,
    privateKey,
    publicKey,
    jwk: {
      kty: 'RSA',
      use: 'sig',
      kid,
      x5t: kid,
      n: jwk.n ?? '',
      e: jwk.e ?? '',
      ...(endorsements && { endorsements }),
    },
  };
}

/** The published keys and the key that signs. */
export class KeyRing {
  #published: SigningKey[];
  #current: SigningKey;

  constructor(first: SigningKey) {
    this.#published = [first];
    this.#current = first;
  }

  /** The default key for signatures. */
  get current(): SigningKey {
    return this.#current;
  }

  get published(): readonly SigningKey[] {
    return this.#published;
  }

  /** Publishes another key, which does not sign by default. */
  async add(options: SigningKeyOptions = {}): Promise<SigningKey> {
    const key = await createSigningKey(options);
    this.#published.push(key);
    return key;
  }

  remove(key: SigningKey): void {
    this.#published = this.#published.filter((published) => published !== key);
  }

  /** A new key signs from now on. The old one is withdrawn unless `keepOld`. */
  async rotate(options: SigningKeyOptions & { keepOld?: boolean } = {}): Promise<SigningKey> {
    const old = this.#current;
    this.#current = await this.add(options);
    if (!options.keepOld) this.remove(old);
    return this.#current;
  }
}
