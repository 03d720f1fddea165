import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { calculateJwkThumbprint, exportJWK, type JWK } from 'jose';

const generate = promisify(generateKeyPair);

/** Of Microsoft's keys, as far as they matter here. */
const ENDORSEMENTS = ['msteams', 'emulator', 'webchat', 'directline', 'skype', 'cortana'];

export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
  /** In the key set; tests may omit `endorsements`. */
  jwk: JWK & { endorsements?: string[] };
}

interface SigningKeyOptions {
  kid?: string;
  /** Channel ids; `null` omits the member. */
  endorsements?: string[] | null;
}

/** 2048-bit RSA, not published. */
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

export class KeyRing {
  #published: SigningKey[];
  #current: SigningKey;

  constructor(first: SigningKey) {
    this.#published = [first];
    this.#current = first;
  }

  get current(): SigningKey {
    return this.#current;
  }

  get published(): readonly SigningKey[] {
    return this.#published;
  }

  /** Publishes a key that does not sign by default. */
  async add(options: SigningKeyOptions = {}): Promise<SigningKey> {
    const key = await createSigningKey(options);
    this.#published.push(key);
    return key;
  }

  remove(key: SigningKey): void {
    this.#published = this.#published.filter((published) => published !== key);
  }

  /** A new key signs from now on. Withdraws the old one unless `keepOld`. */
  async rotate(options: SigningKeyOptions & { keepOld?: boolean } = {}): Promise<SigningKey> {
    const old = this.#current;
    this.#current = await this.add(options);
    if (!options.keepOld) this.remove(old);
    return this.#current;
  }
}
