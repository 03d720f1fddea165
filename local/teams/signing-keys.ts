import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { calculateJwkThumbprint, exportJWK, type JWK } from 'jose';

const generate = promisify(generateKeyPair);

/** The channels that Microsoft's own keys are endorsed for, as far as they matter here. */
const ENDORSEMENTS = ['msteams', 'emulator', 'webchat', 'directline', 'skype', 'cortana'];

export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
  /** As in the key set; `endorsements` is absent where the key was made without. */
  jwk: JWK & { endorsements?: string[] };
}

interface SigningKeyOptions {
  kid?: string;
  /** Channel ids; `null` leaves the member out. */
  endorsements?: string[] | null;
}

/** A new RSA key of 2048 bits, published nowhere yet. */
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

/** The Connector's keys: what is published, and which one signs. */
export class KeyRing {
  #published: SigningKey[];
  #current: SigningKey;

  constructor(first: SigningKey) {
    this.#published = [first];
    this.#current = first;
  }

  /** The key that signs unless a call says otherwise. */
  get current(): SigningKey {
    return this.#current;
  }

  get published(): readonly SigningKey[] {
    return this.#published;
  }

  /** Publishes another key beside the others; it does not sign by itself. */
  async add(options: SigningKeyOptions = {}): Promise<SigningKey> {
    const key = await createSigningKey(options);
    this.#published.push(key);
    return key;
  }

  remove(key: SigningKey): void {
    this.#published = this.#published.filter((published) => published !== key);
  }

  /** A new key signs from now on; the old one is withdrawn unless `keepOld`. */
  async rotate(options: SigningKeyOptions & { keepOld?: boolean } = {}): Promise<SigningKey> {
    const old = this.#current;
    this.#current = await this.add(options);
    if (!options.keepOld) this.remove(old);
    return this.#current;
  }
}
