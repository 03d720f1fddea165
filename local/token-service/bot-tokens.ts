import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../identity-provider/body.ts';
import { sendJson } from '../teams/http.ts';

/** Seconds. */
const TTL = 3600;

/** Plays Entra for the bot's tokens (`https://api.botframework.com`). */
export class BotTokens {
  readonly #botId: string;
  readonly #secret: string;
  readonly #live = new Map<string, number>();

  constructor(botId: string, secret: string) {
    this.#botId = botId;
    this.#secret = secret;
  }

  /** `POST …/oauth2/v2.0/token`: client credentials grant (RFC 6749 section 4.4). */
  async issue(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const form = new URLSearchParams(await readBody(request));
    const known = form.get('client_id') === this.#botId && form.get('client_secret') === this.#secret;
    const requested = form.get('grant_type') === 'client_credentials';
    if (!known || !requested || form.get('scope') !== 'https://api.botframework.com/.default') {
      sendJson(response, known ? 400 : 401, { error: known ? 'invalid_request' : 'invalid_client' });
      return false;
    }
    const token = randomBytes(24).toString('base64url');
    this.#live.set(token, Date.now() + TTL * 1000);
    sendJson(response, 200, { token_type: 'Bearer', expires_in: TTL, access_token: token });
    return true;
  }

  isBots({ headers }: IncomingMessage): boolean {
    const [, token = ''] = /^Bearer (\S+)$/.exec(headers.authorization ?? '') ?? [];
    return (this.#live.get(token) ?? 0) > Date.now();
  }
}
