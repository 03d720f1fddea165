import type { IncomingMessage, ServerResponse } from 'node:http';
import { Counts } from '../counts.ts';
import { Faults } from '../identity-provider/test-endpoints/faults.ts';
import { pathOf, sendJson } from '../teams/http.ts';
import { handleBy, listen } from '../teams/listen.ts';
import { handleAccessToken } from './access-token.ts';
import { apiPath, handleApi } from './api.ts';
import { Authorization, PAGES } from './authorize.ts';
import { Codes } from './codes.ts';
import { Tokens } from './tokens.ts';

export interface GithubOptions {
  /** 0: a free port. */
  port: number;
  redirectUris: readonly string[];
  /** In seconds, for access tokens: makes a GitHub App with refresh tokens. Default: an OAuth App, whose tokens never
   * expire. */
  tokenTtl?: number;
  /** Authorization responses contain `iss`; default true. */
  iss?: boolean;
  /** `GET /__stats`. */
  statistics?: boolean;
  /** `POST /__fault`. */
  faults?: boolean;
}

const CODE_TTL_SECONDS = 600;

/** GitHub's sign-in, and the API parts that it uses, on loopback.
 * @returns `url`: authority and API address */
export async function startGithub(options: GithubOptions): Promise<{ url: string; close(): Promise<void> }> {
  const { server, origin, close } = await listen(options.port);
  handleBy(server, createHandler(origin, options), { message: 'Server Error' });
  return { url: origin, close };
}

function createHandler(origin: string, options: GithubOptions) {
  const counts = new Counts();
  const faults = new Faults();
  const { redirectUris, tokenTtl } = options;
  const [codes, tokens] = [new Codes(CODE_TTL_SECONDS), new Tokens(tokenTtl)];
  const iss = options.iss === false ? undefined : `${origin}/login/oauth`;
  const authorization = new Authorization({ codes, redirectUris, iss });
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = pathOf(request);
    if (options.statistics && path === '/__stats') return sendJson(response, 200, { requests: counts });
    if (options.faults && path === '/__fault') return faults.take(request, response);
    if (faults.strike(request, response)) return;
    if (path === '/login/oauth/access_token') {
      const { grantType, ok } = await handleAccessToken({ codes, tokens }, request, response);
      return counts.add(`access_token:${grantType}`, ok);
    }
    if (path === '/login/oauth/authorize' || path.startsWith(PAGES)) return authorization.respond(request, response);
    const status = await handleApi(tokens, request, response);
    counts.add(`${request.method} ${apiPath(request)}`, status < 400);
  };
}
