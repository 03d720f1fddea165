import { createHash, createHmac } from 'node:crypto';
import type { User } from '../user.ts';

/** A person in the logs. */
export interface HashedPerson {
  tenant: string;
  asker: string;
}

/** Keyed hashes of ids: one person's events can be joined, and no table of ids finds the person. */
export class PersonHash {
  readonly #key: Buffer;

  /** @param encryptionKey only the derived key is kept. It seals no value. */
  constructor(encryptionKey: Buffer | undefined) {
    this.#key = createHash('sha256')
      .update('latchkey/log/v1')
      .update(encryptionKey ?? '')
      .digest();
  }

  id(id: string): string {
    return createHmac('sha256', this.#key).update(id).digest('base64url').slice(0, 16);
  }

  person({ tenantId, objectId }: User): HashedPerson {
    return { tenant: this.id(tenantId), asker: this.id(objectId) };
  }
}
