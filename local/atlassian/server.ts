import type { IncomingMessage, ServerResponse } from 'node:http';
import { render, send } from '../identity-provider/pages/layout.ts';
import { Authorization, PAGES } from '../oauth2/authorize.ts';
import { Grants } from '../oauth2/grants.ts';
import type { Reply } from '../oauth2/service.ts';
import { TokenEndpoint } from '../oauth2/token-endpoint.ts';
import { CLIENT } from '../people.ts';
import { pathOf } from '../teams/http.ts';
import { handleBy, listen } from '../teams/listen.ts';
import { missingPage } from './missing-page.ts';
import type { Product } from './product.ts';
import { QueryError } from './query-language.ts';
import { dataCenterSignIn } from './sign-in.ts';

export interface DataCenterOptions {
  /** 0: a free port. */
  port: number;
  redirectUris: readonly string[];
  /** Seconds; default 3600. */
  tokenTtl?: number;
  /** Seconds; default 60. */
  codeTtl?: number;
}

/** A stand-in for Jira or Confluence Data Center, on loopback: sign-in, REST API, and the pages that results link to. */
export async function startDataCenter(
  product: Product,
  options: DataCenterOptions,
): Promise<{ url: string; close(): Promise<void> }> {
  const { server, origin, close } = await listen(options.port);
  handleBy(server, createHandler(product, origin, options), { message: 'Internal server error', 'status-code': 500 });
  return { url: origin, close };
}

function createHandler(product: Product, origin: string, options: DataCenterOptions) {
  const { redirectUris, tokenTtl = 3600, codeTtl = 60 } = options;
  const { issuer, cookie } = product;
  const service = dataCenterSignIn(issuer.title);
  const grants = new Grants({ code: codeTtl, token: tokenTtl });
  const authorization = new Authorization({ service, cookie, issuer, grants, redirectUris, iss: undefined });
  const endpoint = new TokenEndpoint({
    service,
    grants,
    isClient: (_, form) => form.client_id === CLIENT.id && form.client_secret === CLIENT.secret,
    ttl: tokenTtl,
  });

  function api(request: IncomingMessage, url: URL): Reply {
    const [, token = ''] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    const account = grants.accountOf(token);
    if (account === undefined) return service.unauthorized;
    if (request.method !== 'GET') return { status: 405, body: { message: 'Method Not Allowed', 'status-code': 405 } };
    try {
      return product.api({ url, account, origin }) ?? NOT_FOUND;
    } catch (error) {
      if (error instanceof QueryError) return product.refuseQuery(error.message);
      throw error;
    }
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = pathOf(request);
    if (path === service.paths.authorize || path.startsWith(PAGES)) return authorization.respond(request, response);
    if (path === service.paths.token && request.method === 'POST')
      return reply(response, (await endpoint.respond(request)).reply);
    const url = new URL(request.url ?? '/', origin);
    if (path.startsWith('/rest/')) return reply(response, api(request, url));
    const page = product.page(url, authorization.signedIn(request));
    send(response, page ? 200 : 404, render(issuer, page ?? missingPage(), false));
  };
}

const NOT_FOUND: Reply = { status: 404, body: { message: 'null for uri', 'status-code': 404 } };

function reply(response: ServerResponse, { status, body, headers }: Reply): void {
  const type = { 'content-type': 'application/json;charset=UTF-8', 'cache-control': 'no-store' };
  response.writeHead(status, { ...type, ...headers }).end(JSON.stringify(body));
}
