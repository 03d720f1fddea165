import type { AdapterPayload } from 'oidc-provider';

interface Stored {
  payload: AdapterPayload;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** One issuer's records, by key and by grant. When full, drops the oldest. */
export class Records {
  readonly #most: number;
  readonly #records = new Map<string, Stored>();
  readonly #grants = new Map<string, Set<string>>();

  /** @param most maximum number of records */
  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): AdapterPayload | undefined {
    const stored = this.#records.get(key);
    if (stored === undefined || stored.expiresAt > Date.now()) return stored?.payload;
    this.delete(key);
    return undefined;
  }

  /** @param ttl seconds; default: forever */
  set(key: string, payload: AdapterPayload, ttl = Number.POSITIVE_INFINITY): void {
    this.delete(key);
    this.#records.set(key, { payload, expiresAt: Date.now() + ttl * 1000 });
    if (payload.grantId) this.#members(payload.grantId).add(key);
    if (this.#records.size > this.#most) this.#makeRoom();
  }

  delete(key: string): void {
    const grantId = this.#records.get(key)?.payload.grantId;
    this.#records.delete(key);
    if (grantId) this.#leaveGrant(grantId, key);
  }

  ofModel(model: string): AdapterPayload[] {
    const now = Date.now();
    const live = [...this.#records].filter(([key, { expiresAt }]) => key.startsWith(`${model}:`) && expiresAt > now);
    return live.map(([, { payload }]) => payload);
  }

  deleteGrant(grantId: string): void {
    for (const key of [...(this.#grants.get(grantId) ?? [])]) this.delete(key);
  }

  #members(grantId: string): Set<string> {
    const members = this.#grants.get(grantId) ?? new Set();
    this.#grants.set(grantId, members);
    return members;
  }

  #leaveGrant(grantId: string, key: string): void {
    const members = this.#members(grantId);
    members.delete(key);
    if (members.size === 0) this.#grants.delete(grantId);
  }

  /** A Map lists the oldest first. */
  #makeRoom(): void {
    const now = Date.now();
    for (const [key, { expiresAt }] of this.#records) if (expiresAt <= now) this.delete(key);
    for (const key of this.#records.keys()) {
      if (this.#records.size <= this.#most) return;
      this.delete(key);
    }
  }
}
