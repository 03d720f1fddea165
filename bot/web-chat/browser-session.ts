import { randomBytes } from 'node:crypto';
import type { Vault } from '../sign-in/credentials/vault.ts';
import { sha256 } from '../sign-in/secrets.ts';
import { CLOCK_SKEW_MS } from '../sign-in/ticket.ts';
import { isSameUser, parseUser, type User, WEB_CHAT_TENANT_ID } from '../sign-in/user.ts';

/** Idle time, after which another person may use the browser. */
const SESSION_TTL_MS = 12 * 3_600_000;
/** Longer than a Direct Line token's life, so that an expiring one can be refreshed. */
const REFRESH_TTL_MS = 2 * 3_600_000;
const MAX_COOKIE_LENGTH = 1024;

/** A sealed cookie contains the user id. The bot stores no record. */
export class BrowserSessions {
  readonly #vault: Vault;

  constructor(vault: Vault) {
    this.#vault = vault;
  }

  seal(user: User, now: number): string {
    return this.#vault.seal('ticket', 'browser-session', [user.objectId, now, now + SESSION_TTL_MS]);
  }

  /** @returns `undefined` if expired or not sealed by the bot */
  open(sealed: string | undefined, now: number): User | undefined {
    const [objectId] = this.#open(sealed, 'browser-session', now) ?? [];
    return parseUser(WEB_CHAT_TENANT_ID, objectId);
  }

  /** T70: binds a refresh to the user, the token and the conversation. */
  sealRefreshKey(user: User, token: string, conversationId: string, now: number): string {
    const fields = [user.objectId, now, now + REFRESH_TTL_MS, sha256(token), conversationId];
    return this.#vault.seal('ticket', 'direct-line-refresh', fields);
  }

  /** @returns the conversation id, or `undefined` if the key belongs to another token or user */
  openRefreshKey(sealed: string, user: User, token: string, now: number): string | undefined {
    const [objectId, , , tokenHash, conversationId] = this.#open(sealed, 'direct-line-refresh', now) ?? [];
    const owner = parseUser(WEB_CHAT_TENANT_ID, objectId);
    if (!owner || !isSameUser(owner, user) || tokenHash !== sha256(token)) return undefined;
    return typeof conversationId === 'string' ? conversationId : undefined;
  }

  #open(sealed: string | undefined, binding: string, now: number): unknown[] | undefined {
    if (sealed === undefined || sealed.length > MAX_COOKIE_LENGTH) return undefined;
    const fields = this.#unseal(sealed, binding);
    const [, issued, expires] = fields ?? [];
    return now >= Number(issued) - CLOCK_SKEW_MS && now < Number(expires) ? fields : undefined;
  }

  #unseal(sealed: string, binding: string): unknown[] | undefined {
    try {
      return this.#vault.open('ticket', binding, sealed) as unknown[];
    } catch {
      // Forged, or sealed with a removed key.
      return undefined;
    }
  }
}

/** T68: 128 random bits. */
export function newWebChatUser(): User {
  const bits = randomBytes(16).toString('hex');
  const objectId = bits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { tenantId: WEB_CHAT_TENANT_ID, objectId };
}

/** Only a token that the bot requested can contain a user id with Direct Line's prefix `dl_`. */
export function directLineUserId({ objectId }: User): string {
  return `dl_${objectId.replaceAll('-', '')}`;
}
