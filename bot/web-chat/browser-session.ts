import { randomBytes } from 'node:crypto';
import type { Vault } from '../sign-in/credentials/vault.ts';
import { sha256 } from '../sign-in/secrets.ts';
import { CLOCK_SKEW_MS } from '../sign-in/ticket.ts';
import { isSameUser, parseUser, type User, WEB_CHAT_TENANT_ID } from '../sign-in/user.ts';

/** A browser that is left alone for so long is somebody else's the next time. Milliseconds. */
const SESSION_TTL = 12 * 3_600_000;
/** Longer than a Direct Line token lives, so that it can still be refreshed at its end. Milliseconds. */
const REFRESH_TTL = 2 * 3_600_000;
const MAX_COOKIE_LENGTH = 1024;

/** Who a browser is in Web Chat: a user that was made for it here, sealed into its cookie. Nothing is stored for it. */
export class BrowserSessions {
  readonly #vault: Vault;

  constructor(vault: Vault) {
    this.#vault = vault;
  }

  /** Seals a session, from now on. */
  seal(user: User, now: number): string {
    return this.#vault.seal('ticket', 'browser-session', [user.objectId, now, now + SESSION_TTL]);
  }

  /** Whose session it is; `undefined` for whatever we did not seal, and for one that has ended. */
  open(sealed: string | undefined, now: number): User | undefined {
    const [objectId] = this.#open(sealed, 'browser-session', now) ?? [];
    return parseUser(WEB_CHAT_TENANT_ID, objectId);
  }

  /** T70: what a token of this user's is refreshed by. */
  sealRefreshKey(user: User, token: string, conversationId: string, now: number): string {
    const fields = [user.objectId, now, now + REFRESH_TTL, sha256(token), conversationId];
    return this.#vault.seal('ticket', 'direct-line-refresh', fields);
  }

  /** The conversation of the token; `undefined` unless the key is that token's, and the user's. */
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
      // Not ours, altered, or of a key that is gone: all the same to whoever brought it.
      return undefined;
    }
  }
}

/** T68: a user for a browser that has none, by 128 random bits. */
export function newWebChatUser(): User {
  const bits = randomBytes(16).toString('hex');
  const objectId = bits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { tenantId: WEB_CHAT_TENANT_ID, objectId };
}

/** As Direct Line writes it. Ids that begin so can be chosen by nobody else in a conversation that has a token of ours. */
export function directLineUserId({ objectId }: User): string {
  return `dl_${objectId.replaceAll('-', '')}`;
}
