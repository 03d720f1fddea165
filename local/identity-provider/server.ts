import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendJson } from '../teams/http.ts';
import { readBody } from './body.ts';
import { ClientCredentials, type Registration } from './entra/client-credentials.ts';
import { grantOnBehalfOf } from './entra/on-behalf-of.ts';
import { handleSso } from './entra/teams-sso.ts';
import { ISSUERS, type LocalIssuer } from './issuers.ts';
import { Consents } from './oidc/consents.ts';
import { handleInteraction } from './oidc/interactions.ts';
import { signingKey } from './oidc/keys.ts';
import { issuerRecords, liveSignIns } from './oidc/memory-adapter.ts';
import { createProvider } from './oidc/provider.ts';
import type { Records } from './oidc/records.ts';
import { handleUserinfo, USERINFO_PATH } from './oidc/userinfo.ts';
import { Faults } from './test-endpoints/faults.ts';
import { Statistics } from './test-endpoints/statistics.ts';
import { TokenLedger } from './test-endpoints/token-ledger.ts';

export interface IdentityProviderOptions {
  /** 0: a free port. */
  port: number;
  redirectUris: readonly string[];
  /** Of the issuers; default `http://localhost:<port>`. */
  origin?: string;
  /** Seconds; default 3600. */
  accessTokenTtl?: number;
  /** `GET /__stats`, `GET /__tokens?after=<count>` and `GET /__live`: nonces of sign-ins whose refresh token works. */
  statistics?: boolean;
  /** `POST /__fault`. */
  faults?: boolean;
  /** Pages send `Cross-Origin-Opener-Policy`. */
  coop?: boolean;
  /** `POST …/__sso`: Entra's token for the Teams client. `POST …/__challenge`: a policy's demand. */
  sso?: boolean;
  /** The client has no secret. */
  registration?: Registration;
}

export interface Running {
  /** `http://localhost:<port>`; issuers are below it. */
  url: string;
  close(): Promise<void>;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Two tenants like Entra's and a plain issuer, on one port. */
export async function startIdentityProvider(options: IdentityProviderOptions): Promise<Running> {
  const server = createServer({ keepAliveTimeout: 60_000 });
  server.listen(options.port, 'localhost');
  await once(server, 'listening');
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const handle = await createHandler(options.origin ?? url, options);
  server.on('request', (request, response) => {
    handle(request, response).catch((error: unknown) => fail(response, error));
  });
  const close = () =>
    new Promise<void>((resolve, reject) => {
      server.close((error) => (error ? reject(error) : resolve()));
      server.closeAllConnections();
    });
  return { url, close };
}

async function createHandler(origin: string, options: IdentityProviderOptions): Promise<Handler> {
  const statistics = new Statistics();
  const ledger = new TokenLedger();
  const faults = new Faults();
  const mounts = await Promise.all(ISSUERS.map((issuer) => mount(origin, issuer, { statistics, ledger }, options)));
  return async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', origin);
    if (options.statistics && pathname === '/__stats') return sendJson(response, 200, statistics);
    if (options.statistics && pathname === '/__tokens')
      return sendJson(response, 200, ledger.since(Number(searchParams.get('after'))));
    if (options.statistics && pathname === '/__live')
      return sendJson(
        response,
        200,
        mounts.flatMap(({ records }) => liveSignIns(records)),
      );
    if (options.faults && pathname === '/__fault') return faults.take(request, response);
    if (faults.strike(request, response)) return;
    const mounted = mounts.find(({ path }) => pathname.startsWith(`${path}/`));
    if (mounted === undefined)
      return sendJson(response, 404, { error: 'not_found', issuers: ISSUERS.map(({ path }) => origin + path) });
    await mounted.handle(request, response);
  };
}

/** oidc-provider routes by the path below the issuer, and builds links from `originalUrl`, like Express. */
async function mount(
  origin: string,
  issuer: LocalIssuer,
  { statistics, ledger }: { statistics: Statistics; ledger: TokenLedger },
  { redirectUris, accessTokenTtl = 3600, coop = false, sso = false, registration }: IdentityProviderOptions,
): Promise<{ path: string; records: Records; handle: Handler }> {
  const consents = new Consents();
  const key = await signingKey();
  const records = issuerRecords();
  const provider = createProvider({
    issuer,
    origin,
    redirectUris,
    accessTokenTtl,
    key,
    consents,
    coop,
    records,
    clientKeys: registration?.keys,
  });
  const credentials =
    registration && issuer.entra ? new ClientCredentials(registration, `${origin}${issuer.path}/token`) : undefined;
  const challenged = new Map<string, string>();
  grantOnBehalfOf(provider, { issuer, origin, key, consents, accessTokenTtl, challenged });
  provider.use(statistics.counter(origin + issuer.path));
  provider.use(ledger.recorder(issuer));
  provider.on('server_error', (_ctx, error) => console.error(error));
  const oidc = provider.callback();
  const handle: Handler = async (request, response) => {
    Object.assign(request, { originalUrl: request.url });
    request.url = (request.url ?? '/').slice(issuer.path.length);
    if (sso && request.url === '/__sso') return handleSso({ issuer, origin, key }, request, response);
    if (sso && request.url === '/__challenge') return challenge(challenged, request, response);
    if (!issuer.entra && request.url === USERINFO_PATH)
      return handleUserinfo({ issuer, origin, key }, request, response);
    if (request.url.startsWith('/interaction/'))
      return handleInteraction({ issuer, provider, consents, coop }, request, response);
    if (credentials && request.method === 'POST' && request.url.startsWith('/token')) {
      const refusal = await credentials.authenticate(request);
      if (refusal !== undefined)
        return sendJson(response, 401, { error: 'invalid_client', error_description: refusal });
    }
    await oidc(request, response);
  };
  return { path: issuer.path, records, handle };
}

/** `{username, claims}`: the user must sign in again before an on-behalf-of grant. Without `claims`, the
 * demand ends. */
async function challenge(
  challenged: Map<string, string>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { username, claims } = JSON.parse(await readBody(request)) as Record<string, string | undefined>;
  if (claims) challenged.set(String(username), claims);
  else challenged.delete(String(username));
  sendJson(response, 200, {});
}

function fail(response: ServerResponse, error: unknown): void {
  console.error(error);
  if (response.headersSent) response.destroy();
  else sendJson(response, 500, { error: 'server_error' });
}
