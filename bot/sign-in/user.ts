import { hash } from 'node:crypto';

/** Lower-case GUIDs from the authenticated activity, never from a URL. */
export interface User {
  tenantId: string;
  objectId: string;
}

// uuid's validate() rejects GUIDs that Entra issues outside RFC 9562 (guests with a personal account:
// 00000000-0000-0000-…). So only the form counts, except for the nil GUID.
const GUID = /^(?!0{8}-0{4}-0{4}-0{4}-0{12}$)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** @returns lower case; `undefined` for any other value */
export function parseGuid(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length !== 36) return undefined;
  const guid = value.toLowerCase();
  return GUID.test(guid) ? guid : undefined;
}

/** Requires two GUIDs, so that two people never share an identity. */
export function parseUser(tenantId: unknown, objectId: unknown): User | undefined {
  const tenant = parseGuid(tenantId);
  const object = parseGuid(objectId);
  return tenant && object ? { tenantId: tenant, objectId: object } : undefined;
}

/** Pseudo-tenant of Web Chat users. Their object id is 128 random bits of the token broker. Entra's ids are GUIDs of
 * version 4, this is version 8. */
export const WEB_CHAT_TENANT_ID = '6c617463-686b-8579-8d4c-000000000001';

export function isWebChatUser({ tenantId }: User): boolean {
  return tenantId === WEB_CHAT_TENANT_ID;
}

export function isSameUser(a: User, b: User): boolean {
  return a.tenantId === b.tenantId && a.objectId === b.objectId;
}

/** For events: which id differs. */
export function mismatchOf(
  expected: User,
  other: User | undefined,
): 'other_tenant' | 'other_person' | 'unknown_person' {
  if (!other) return 'unknown_person';
  return other.tenantId === expected.tenantId ? 'other_person' : 'other_tenant';
}

export const SHARDS = 'ABCDEFGHIJKLMNOP';
const BASE64URL = `${SHARDS}QRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_`;

/** All records of a user are in one shard, so that a store of several machines can change them in one step. */
export function shardOf({ tenantId, objectId }: User): string {
  return shardOfKey(hash('sha256', `${tenantId}/${objectId}`, 'base64url'));
}

export function shardOfKey(key: string): string {
  return SHARDS.charAt(Math.max(0, BASE64URL.indexOf(key.charAt(0))) % SHARDS.length);
}

export function userKey({ tenantId, objectId }: User): string {
  return `${tenantId}/${objectId}`;
}
