import { createHash, randomBytes } from 'node:crypto';
import type { LocalAccount } from '../identity-provider/issuers.ts';

export interface AuthorizationRequest {
  redirectUri: string;
  state: string | undefined;
  scopes: readonly string[];
  /** S256. GitHub does not require it. */
  challenge: string | undefined;
  /** The account picker must still appear (`prompt=select_account`). */
  pick: boolean;
}

interface Granted {
  request: AuthorizationRequest;
  account: LocalAccount;
}

export class Codes {
  readonly #codes = new Map<string, Granted & { expiresAt: number }>();
  readonly #ttl: number;

  constructor(ttl: number) {
    this.#ttl = ttl;
  }

  issue(granted: Granted): string {
    const code = randomBytes(10).toString('hex');
    this.#codes.set(code, { ...granted, expiresAt: Date.now() + this.#ttl * 1000 });
    return code;
  }

  /** Always consumes the code. GitHub does not document its error for a wrong verifier, so this one is that of a wrong
   * code. */
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
