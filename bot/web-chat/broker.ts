import { LatchkeyError } from '../platform/latchkey-error.ts';
import type { User } from '../sign-in/user.ts';
import { type BrowserSessions, directLineUserId } from './browser-session.ts';
import type { DirectLineClient, DirectLineToken } from './direct-line-client.ts';

/** What a browser gets. */
export interface IssuedToken extends DirectLineToken {
  userId: string;
  /** Shows, beside the browser's cookie, whose token it is when it is to be refreshed. */
  refreshKey: string;
}

/** A token that is not this browser's to refresh. */
export class TokenOwnershipError extends LatchkeyError {
  override readonly name = 'NotYours';
}

/** Hands out tokens in exchange for the secret, which stays here: each for one conversation, one user, one page's origin. */
export class DirectLineBroker {
  readonly #client: DirectLineClient;
  readonly #sessions: BrowserSessions;

  constructor(client: DirectLineClient, sessions: BrowserSessions) {
    this.#client = client;
    this.#sessions = sessions;
  }

  /** A token for a new conversation of the browser's user. @throws {DirectLineError} */
  async issue(user: User, origin: string): Promise<IssuedToken> {
    return this.#toIssuedToken(user, await this.#client.generate(directLineUserId(user), [origin]));
  }

  /** T70: the next token, for whom the last one was for. @throws {TokenOwnershipError} before Direct Line is asked; {DirectLineError} */
  async refresh(user: User | undefined, token: string, refreshKey: string, now: number): Promise<IssuedToken> {
    const conversationId = user && this.#sessions.openRefreshKey(refreshKey, user, token, now);
    if (!user || conversationId === undefined) throw new TokenOwnershipError('The token is not of this browser');
    const next = await this.#client.refresh(token);
    if (next.conversationId !== conversationId)
      throw new TokenOwnershipError('Direct Line answered for another conversation');
    return this.#toIssuedToken(user, next);
  }

  #toIssuedToken(user: User, given: DirectLineToken): IssuedToken {
    const refreshKey = this.#sessions.sealRefreshKey(user, given.token, given.conversationId, Date.now());
    return { ...given, userId: directLineUserId(user), refreshKey };
  }
}
