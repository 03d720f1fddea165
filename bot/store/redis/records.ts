import { type JsonObject, parseJsonObject } from '../../platform/json.ts';
import type { User } from '../../sign-in/user.ts';
import type { DamagedRecord, Owner, Parked, PendingRevocation, StoredLink, Transaction } from '../store.ts';

/** Records are JSON in Redis. The user's ids are top-level members, so that scripts can read them. */
type Flat<T extends Owner> = Omit<T, 'asker'> & User;

export function toRecord<T extends Owner>({ asker, ...rest }: T): Flat<T> {
  return { ...rest, ...asker };
}

/* T94: a damaged record counts as absent, here and in `decode` of the scripts. */

function ownerIn({ tenantId, objectId, connectionId }: JsonObject): Owner | undefined {
  if (typeof tenantId !== 'string' || typeof objectId !== 'string' || typeof connectionId !== 'string')
    return undefined;
  return { asker: { tenantId, objectId }, connectionId };
}

/** The owner comes from the key, not from the record, so a moved record does not decrypt (T59). */
export function readLink(json: string, { asker, connectionId }: Owner): StoredLink | undefined {
  const fields = parseJsonObject(json);
  if (typeof fields?.version !== 'string' || typeof fields.sealed !== 'string') return undefined;
  const { version, sealed, usedAt } = fields;
  return { asker, connectionId, version, sealed, usedAt: typeof usedAt === 'number' ? usedAt : 0 };
}

export function readDiscarded(json: string): PendingRevocation | undefined {
  const fields = parseJsonObject(json);
  const owner = fields && ownerIn(fields);
  if (!owner || typeof fields.version !== 'string' || typeof fields.sealed !== 'string') return undefined;
  if (typeof fields.attempts !== 'number') return undefined;
  return { ...owner, version: fields.version, sealed: fields.sealed, attempts: fields.attempts };
}

export function readPendingOwner(json: string): Owner | undefined {
  const fields = parseJsonObject(json);
  return typeof fields?.version === 'string' && typeof fields.expiresAt === 'number' ? ownerIn(fields) : undefined;
}

/** Also reads a damaged record, if its owner is readable. */
export function readOwner(json: string): Owner | undefined {
  const fields = parseJsonObject(json);
  return fields && ownerIn(fields);
}

/** Use this only for a record that a script has already checked. */
export function fromRecord<T extends Parked | Transaction>(json: string): T {
  const { tenantId, objectId, ...rest } = JSON.parse(json) as User & JsonObject;
  return { ...rest, asker: { tenantId, objectId } } as unknown as T;
}

export function placeOf({ asker, connectionId }: Owner): string {
  return `${asker.tenantId}/${asker.objectId}/${connectionId}`;
}

/** Only ids of this form reach the log: other text in a damaged record could be content. */
const CONNECTION_ID = /^[\w-]{1,64}$/;

export function describeDamaged(name: string, json: string): DamagedRecord {
  const [kind = '', place = ''] = name.split('|');
  const [tenantId, objectId, connectionId] = place.split('/');
  const placed = tenantId && objectId && connectionId ? { asker: { tenantId, objectId }, connectionId } : undefined;
  const owner = [placed, readOwner(json)].find((each) => each && CONNECTION_ID.test(each.connectionId));
  return { kind: kind as DamagedRecord['kind'], ...(owner && { owner }) };
}
