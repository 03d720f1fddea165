import { DIRECT_LINE_ANSWER, fetchText, networkErrorCode, ResponseTooLarge } from '../platform/http-client.ts';
import { type JsonObject, parseJsonObject } from '../platform/json.ts';
import { LatchkeyError } from '../platform/latchkey-error.ts';
import type { User } from '../sign-in/user.ts';
import { type BrowserSessions, directLineUserId } from './browser-session.ts';

interface DirectLineToken {
  token: string;
  conversationId: string;
  /** Seconds. */
  expiresIn: number;
}

/** `refused`: Direct Line refuses the bot's secret. `expired`: the token cannot be refreshed. */
export type DirectLineFailure = 'refused' | 'expired' | 'unavailable' | 'timeout';

export class DirectLineError extends LatchkeyError {
  override readonly name = 'DirectLineError';
  readonly failure: DirectLineFailure;

  constructor(failure: DirectLineFailure, subject: string, options?: { cause?: unknown }) {
    super(`Direct Line: ${subject}`, options);
    this.failure = failure;
  }
}

const TIMEOUT_MS = 8_000;

/** Calls that a browser must not make. A redirect would receive the secret, so the client follows none. */
export class DirectLineClient {
  readonly #url: string;
  readonly #secret: string;
  readonly #timeoutMs: number;

  constructor({ url, secret, timeoutMs = TIMEOUT_MS }: { url: string; secret: string; timeoutMs?: number }) {
    this.#url = url;
    this.#secret = secret;
    this.#timeoutMs = timeoutMs;
  }

  /** The token is for a new conversation, and valid only on pages of these origins.
   * @throws {DirectLineError} */
  generate(userId: string, trustedOrigins: readonly string[]): Promise<DirectLineToken> {
    return this.#post('generate', this.#secret, { user: { id: userId }, trustedOrigins });
  }

  /** The current token must still be valid.
   * @throws {DirectLineError} */
  refresh(token: string): Promise<DirectLineToken> {
    return this.#post('refresh', token);
  }

  async #post(call: 'generate' | 'refresh', bearer: string, body?: object): Promise<DirectLineToken> {
    const request = {
      url: `${this.#url}/v3/directline/tokens/${call}`,
      method: 'POST',
      headers: {
        authorization: `Bearer ${bearer}`,
        accept: 'application/json',
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(this.#timeoutMs),
    };
    const { status, text } = await fetchText(request, DIRECT_LINE_ANSWER).catch((cause: unknown) => {
      if (request.signal.aborted) throw new DirectLineError('timeout', 'no answer in time', { cause });
      const reason =
        cause instanceof ResponseTooLarge ? cause.message : `no connection (${networkErrorCode(cause) ?? 'unknown'})`;
      throw new DirectLineError('unavailable', reason, { cause });
    });
    if (status === 401 || status === 403) {
      throw new DirectLineError(call === 'generate' ? 'refused' : 'expired', `${call} answered ${status}`);
    }
    if (status < 200 || status > 299) throw new DirectLineError('unavailable', `${call} answered ${status}`);
    return readToken(parseJsonObject(text), call);
  }
}

function readToken(response: JsonObject | undefined, call: string): DirectLineToken {
  if (!response) throw new DirectLineError('unavailable', 'an answer that can’t be read');
  const { token, conversationId, expires_in: expiresIn } = response;
  const fine = [token, conversationId].every((each) => typeof each === 'string' && each !== '' && each.length < 8192);
  if (!fine || typeof expiresIn !== 'number') throw new DirectLineError('unavailable', `${call} gave no token`);
  return { token: String(token), conversationId: String(conversationId), expiresIn };
}

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
