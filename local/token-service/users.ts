import { randomBytes, randomInt } from 'node:crypto';

/** Whose token: the channel's words for a person, and one connection of the bot. */
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

/** A sign-in that was asked for: who may be its owner is decided then, not by who walks through the pages. */
export interface SignIn {
  owner: Owner;
  /** Of the identity provider. */
  issuer: string;
  codeVerifier: string;
  expiresAt: number;
}

const MINUTES = 60_000;
/** How long a sign-in may take, and how long its code is good. */
const SIGN_IN_TTL = 15 * MINUTES;

/** Tokens of people, sign-ins under way, and codes: in memory. */
export class Users {
  readonly #tokens = new Map<string, Token>();
  readonly #signIns = new Map<string, SignIn>();
  /** By owner: one code at a time, the newest. */
  readonly #codes = new Map<string, { code: string; token: Token; expiresAt: number }>();
  readonly #codeTtl: number;

  /** @param codeTtl of magic codes, milliseconds */
  constructor(codeTtl: number) {
    this.#codeTtl = codeTtl;
  }

  /** Remembers who asked. @returns the sign-in's name in the link */
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

  /** The sign-in has a token: it waits for its code. @returns the code */
  finish(id: string, { owner }: SignIn, token: Token): string {
    this.#signIns.delete(id);
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    this.#codes.set(keyOf(owner), { code, token, expiresAt: Date.now() + this.#codeTtl });
    return code;
  }

  /** Good once, for its owner alone. */
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

  /** Forgets the token, and the code that may wait. */
  forget(owner: Owner): void {
    this.#tokens.delete(keyOf(owner));
    this.#codes.delete(keyOf(owner));
  }
}

function keyOf({ userId, channelId, connectionName }: Owner): string {
  return JSON.stringify([userId, channelId, connectionName]);
}
