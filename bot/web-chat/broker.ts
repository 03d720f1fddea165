import { LatchkeyError } from '../platform/latchkey-error.ts';
import type { User } from '../sign-in/user.ts';
import { type BrowserSessions, directLineUserId } from './browser-session.ts';
import type { DirectLineClient, DirectLineToken } from './direct-line-client.ts';

export interface IssuedToken extends DirectLineToken {
  userId: string;
  /** Binds a refresh to the token and the user. */
  refreshKey: string;
}

export class TokenOwnershipError extends LatchkeyError {
  override readonly name = 'TokenOwnershipError';
}

export class DirectLineBroker {
  readonly #client: DirectLineClient;
  readonly #sessions: BrowserSessions;

  constructor(client: DirectLineClient, sessions: BrowserSessions) {
    this.#client = client;
    this.#sessions = sessions;
  }

  /** @throws {DirectLineError} */
  async issue(user: User, origin: string): Promise<IssuedToken> {
    return this.#toIssuedToken(user, await this.#client.generate(directLineUserId(user), [origin]));
  }

  /** T70: only the token's own user gets the next one.
   * @throws {TokenOwnershipError} before a request to Direct Line
   * @throws {DirectLineError} */
  async refresh(user: User | undefined, token: string, refreshKey: string, now: number): Promise<IssuedToken> {
    const conversationId = user && this.#sessions.openRefreshKey(refreshKey, user, token, now);
    if (!user || conversationId === undefined) throw new TokenOwnershipError('The token is not of this browser');
    const next = await this.#client.refresh(token);
    if (next.conversationId !== conversationId)
      throw new TokenOwnershipError('Direct Line answered for another conversation');
    return this.#toIssuedToken(user, next);
  }

  #toIssuedToken(user: User, token: DirectLineToken): IssuedToken {
    const refreshKey = this.#sessions.sealRefreshKey(user, token.token, token.conversationId, Date.now());
    return { ...token, userId: directLineUserId(user), refreshKey };
  }
}
