import { createHash, randomBytes } from 'node:crypto';
import type { LocalAccount } from '../identity-provider/issuers.ts';

/** An authorization request that waits for its person. */
export interface AuthorizationRequest {
  redirectUri: string;
  state: string | undefined;
  scopes: readonly string[];
  /** S256; GitHub checks it where there is one, and demands none. */
  challenge: string | undefined;
  /** Whether the account picker must come (`prompt=select_account`); false as soon as somebody was picked. */
  pick: boolean;
}

interface Granted {
  request: AuthorizationRequest;
  account: LocalAccount;
}

/** Authorization codes: good once, for ten minutes unless said. */
export class Codes {
  readonly #codes = new Map<string, Granted & { expiresAt: number }>();
  readonly #ttl: number;

  /** @param ttl seconds */
  constructor(ttl: number) {
    this.#ttl = ttl;
  }

  issue(granted: Granted): string {
    const code = randomBytes(10).toString('hex');
    this.#codes.set(code, { ...granted, expiresAt: Date.now() + this.#ttl * 1000 });
    return code;
  }

  /** Takes the code, whatever comes of it. Which error GitHub gives for a wrong verifier is not documented; it is taken
   * to be that of a wrong code. */
  take(code: string, verifier: string | undefined): Granted | undefined {
    const found = this.#codes.get(code);
    this.#codes.delete(code);
    if (found === undefined || found.expiresAt <= Date.now()) return undefined;
    const { challenge } = found.request;
    return challenge === undefined || challenge === s256(verifier ?? '') ? found : undefined;
  }
}

function s256(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}
