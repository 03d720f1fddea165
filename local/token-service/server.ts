import type { IncomingMessage, ServerResponse } from 'node:http';
import { Counts } from '../counts.ts';
import { Faults } from '../identity-provider/test-endpoints/faults.ts';
import { pathOf, sendJson } from '../teams/http.ts';
import { handleBy, listen } from '../teams/listen.ts';
import { handleApi } from './api.ts';
import { BotTokens } from './bot-tokens.ts';
import { exchangeAt } from './exchange.ts';
import { beginSignIn, finishSignIn, REDIRECT_PATH } from './pages.ts';
import { Users } from './users.ts';

export interface TokenServiceOptions {
  /** 0: a free port. */
  port: number;
  identityProviderUrl: string;
  botId: string;
  botSecret: string;
  /** Of magic codes, in milliseconds; default three minutes. */
  codeTtl?: number;
  /** `GET /__stats`. */
  statistics?: boolean;
  /** `POST /__fault`. */
  faults?: boolean;
}

/** A stand-in for Azure Bot Service's token service on loopback, with its pages and the login host for the bot's own
 * token. */
export async function startTokenService(
  options: TokenServiceOptions,
): Promise<{ url: string; close(): Promise<void> }> {
  const { server, origin, close } = await listen(options.port);
  handleBy(server, createHandler(origin, options), {
    error: { code: 'ServiceError', message: 'Internal server error' },
  });
  return { url: origin, close };
}

function createHandler(origin: string, options: TokenServiceOptions) {
  const { botId, botSecret, identityProviderUrl, codeTtl = 180_000 } = options;
  const [counts, faults] = [new Counts(), new Faults()];
  const [users, bots] = [new Users(codeTtl), new BotTokens(botId, botSecret)];
  const exchange = exchangeAt(identityProviderUrl, 'api://latchkey');
  const api = { users, exchange, botId, identityProviderUrl, origin };
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = pathOf(request);
    if (options.statistics && path === '/__stats') return sendJson(response, 200, { requests: counts });
    if (options.faults && path === '/__fault') return faults.take(request, response);
    const name = path.split('/').at(-1) ?? '';
    if (faults.strike(request, response)) return counts.add(name, false);
    if (path.endsWith('/oauth2/v2.0/token')) return counts.add('bot token', await bots.issue(request, response));
    if (path === '/api/oauth/signin') return beginSignIn({ users, origin }, request, response);
    if (path === REDIRECT_PATH) return finishSignIn({ users, origin }, request, response);
    if (!bots.isBots(request)) {
      counts.add(name, false);
      return sendJson(response, 401, { message: 'Authorization has been denied for this request.' });
    }
    counts.add(name, (await handleApi(api, request, response)) < 400);
  };
}
