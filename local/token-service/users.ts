import { randomBytes, randomInt } from 'node:crypto';

export interface Owner {
  userId: string;
  channelId: string;
  connectionName: string;
}

export interface Token {
  token: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** The link request decides the owner, not the user on the pages. */
export interface SignIn {
  owner: Owner;
  issuer: string;
  codeVerifier: string;
  expiresAt: number;
}

const MINUTES = 60_000;
const SIGN_IN_TTL = 15 * MINUTES;

export class Users {
  readonly #tokens = new Map<string, Token>();
  readonly #signIns = new Map<string, SignIn>();
  /** The newest per owner. */
  readonly #codes = new Map<string, { code: string; token: Token; expiresAt: number }>();
  readonly #codeTtl: number;

  /** @param codeTtl milliseconds */
  constructor(codeTtl: number) {
    this.#codeTtl = codeTtl;
  }

  /** @returns the id, for the link */
  begin(owner: Owner, issuer: string): string {
    const id = randomBytes(16).toString('hex');
    const codeVerifier = randomBytes(32).toString('base64url');
    this.#signIns.set(id, { owner, issuer, codeVerifier, expiresAt: Date.now() + SIGN_IN_TTL });
    return id;
  }

  signIn(id: string): SignIn | undefined {
    const found = this.#signIns.get(id);
    return found && found.expiresAt > Date.now() ? found : undefined;
  }

  /** Keeps the token until its code is redeemed. @returns the code */
  finish(id: string, { owner }: SignIn, token: Token): string {
    this.#signIns.delete(id);
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    this.#codes.set(keyOf(owner), { code, token, expiresAt: Date.now() + this.#codeTtl });
    return code;
  }

  /** Works once, for the owner only. */
  redeem(owner: Owner, code: string): Token | undefined {
    const waiting = this.#codes.get(keyOf(owner));
    if (waiting?.code !== code || waiting.expiresAt <= Date.now()) return undefined;
    this.#codes.delete(keyOf(owner));
    this.put(owner, waiting.token);
    return waiting.token;
  }

  put(owner: Owner, token: Token): void {
    this.#tokens.set(keyOf(owner), token);
  }

  get(owner: Owner): Token | undefined {
    const found = this.#tokens.get(keyOf(owner));
    return found && found.expiresAt > Date.now() ? found : undefined;
  }

  /** Also deletes a pending code. */
  forget(owner: Owner): void {
    this.#tokens.delete(keyOf(owner));
    this.#codes.delete(keyOf(owner));
  }
}

function keyOf({ userId, channelId, connectionName }: Owner): string {
  return JSON.stringify([userId, channelId, connectionName]);
}
