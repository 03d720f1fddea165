import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';
import { errors } from './library.ts';
import { Records } from './records.ts';

/** oidc-provider's own adapter drops records beyond 1,000. Under load, valid tokens then look revoked. */
const MAX_RECORDS = 100_000;

export function issuerRecords(): Records {
  return new Records(MAX_RECORDS);
}

export function memoryAdapter(records: Records): AdapterFactory {
  return (model) => new ModelAdapter(model, records);
}

/** Nonces of sign-ins whose refresh token still works: a test finds tokens that were not revoked. */
export function liveSignIns(records: Records): string[] {
  return records.ofModel('RefreshToken').flatMap(({ consumed, nonce }) => (consumed || !nonce ? [] : [nonce]));
}

class ModelAdapter implements Adapter {
  readonly #model: string;
  readonly #records: Records;

  constructor(model: string, records: Records) {
    this.#model = model;
    this.#records = records;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    this.#records.set(this.#key(id), payload, expiresIn);
    if (this.#model === 'Session' && payload.uid) this.#records.set(uidKey(payload.uid), { jti: id }, expiresIn);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.#records.get(this.#key(id));
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const session = this.#records.get(uidKey(uid));
    return session?.jti === undefined ? undefined : this.find(session.jti);
  }

  async findByUserCode(): Promise<undefined> {
    throw new Error('The device flow is off, so nothing has a user code.');
  }

  /** oidc-provider checks a token long before it marks it as used, so two concurrent refreshes could pass. Here the
   * second ends the whole grant (RFC 9700 section 4.14.2). */
  async consume(id: string): Promise<void> {
    const payload = this.#records.get(this.#key(id));
    if (payload === undefined || payload.consumed) {
      if (payload?.grantId) this.#killGrant(payload.grantId);
      throw new errors.InvalidGrant('already used');
    }
    payload.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id: string): Promise<void> {
    this.#records.delete(this.#key(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    this.#records.deleteGrant(grantId);
  }

  #killGrant(grantId: string): void {
    this.#records.deleteGrant(grantId);
    this.#records.delete(`Grant:${grantId}`);
  }

  #key(id: string): string {
    return `${this.#model}:${id}`;
  }
}

function uidKey(uid: string): string {
  return `session of:${uid}`;
}
