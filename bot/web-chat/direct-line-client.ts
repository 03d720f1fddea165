import { DIRECT_LINE_ANSWER, fetchText, networkErrorCode, ResponseTooLarge } from '../platform/http-client.ts';
import { type JsonObject, parseJsonObject } from '../platform/json.ts';
import { LatchkeyError } from '../platform/latchkey-error.ts';

export interface DirectLineToken {
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
