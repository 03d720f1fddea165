import { createHash } from 'node:crypto';

/** The Teams user who searched. Both are GUIDs in lower case, from the authenticated activity, never from a URL. */
export interface User {
  tenantId: string;
  objectId: string;
}

// Entra also hands out GUIDs outside RFC 9562 (guests with a personal account: 00000000-0000-0000-…), which
// uuid's validate() refuses; so the form is all that counts, less the nil GUID, which names nobody.
const GUID = /^(?!0{8}-0{4}-0{4}-0{4}-0{12}$)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The GUID in lower case; `undefined` for whatever is not exactly one (absent, an array, `[object Object]`). */
export function parseGuid(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length !== 36) return undefined;
  const guid = value.toLowerCase();
  return GUID.test(guid) ? guid : undefined;
}

/** Two GUIDs to an asker; `undefined` when either is not one, so that no two people can share an identity. */
export function parseUser(tenantId: unknown, objectId: unknown): User | undefined {
  const tenant = parseGuid(tenantId);
  const object = parseGuid(objectId);
  return tenant && object ? { tenantId: tenant, objectId: object } : undefined;
}

/** The tenant, as it were, of those whom Direct Line and Web Chat know: their object id is the 128 random bits of a user
 * that our token broker made. Entra's own ids are of version 4; this is of version 8, so it is nobody's. */
export const WEB_CHAT_TENANT_ID = '6c617463-686b-8579-8d4c-000000000001';

/** Whether this is somebody whom we know by their browser alone. */
export function isWebChatUser({ tenantId }: User): boolean {
  return tenantId === WEB_CHAT_TENANT_ID;
}

export function isSameUser(a: User, b: User): boolean {
  return a.tenantId === b.tenantId && a.objectId === b.objectId;
}

/** Names of the shards that a store may be split into, as the first 16 characters of base64url. */
export const SHARDS = 'ABCDEFGHIJKLMNOP';
const BASE64URL = `${SHARDS}QRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_`;

/** Which shard all that belongs to an asker is in. A store that is split across machines can then still do in one step
 * what concerns one person. */
export function shardOf({ tenantId, objectId }: User): string {
  return shardOfKey(createHash('sha256').update(`${tenantId}/${objectId}`).digest('base64url'));
}

/** The shard of a key, which is a hash in base64url: its first character says so. */
export function shardOfKey(key: string): string {
  return SHARDS.charAt(Math.max(0, BASE64URL.indexOf(key.charAt(0))) % SHARDS.length);
}

/** The key of a user, for what is shared out or remembered by user. */
export function userKey({ tenantId, objectId }: User): string {
  return `${tenantId}/${objectId}`;
}
