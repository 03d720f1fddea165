import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type restify from 'restify';
import { parseUrl } from '../platform/safe-url.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { ShortLinks } from '../teams/playground-extension.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import { authApi } from './auth-api.ts';
import { type DirectLineApiDependencies, directLineApi } from './direct-line-api.ts';
import { createHttpServer, type HttpServer } from './http-server.ts';
import { type JsonEndpointOptions, jsonEndpoint } from './json-endpoint.ts';
import { type MessagesDependencies, messagesRoute } from './messages.ts';
import type { ChatPage, Pages } from './pages.ts';
import { sendJson, sendProblem } from './problem.ts';
import { type SharedCommands, settingsApi } from './settings-api.ts';

export interface ServerDependencies {
  messages: MessagesDependencies;
  auth: JsonEndpointOptions & { signIn: SignIn; shared: SharedCommands };
  directLine?: DirectLineApiDependencies;
  chat?: ChatPage;
  pages: Pages;
  tracing: Pick<Tracing, 'request'> | undefined;
  /** Only for the Agents Playground. */
  links?: ShortLinks;
  checkReady(): Promise<void>;
}

const MESSAGES = '/api/messages';

/** Activities need no restify, so it loads with the first other request, or by `warm`. */
export function createServer(deps: ServerDependencies): HttpServer & { warm(): Promise<void> } {
  const { messages, auth } = deps;
  const activities = messagesRoute(messages);
  const { listener, warm } = loadOnFirstRequest(() => restifyListener(deps, activities), messages.report);
  const server = createHttpServer(bypassRestify(listener, MESSAGES, activities, messages.report), {
    https: auth.origin.startsWith('https:'),
  });
  return { ...server, warm };
}

/** @returns a listener for all routes */
async function restifyListener(
  { messages, auth, directLine, chat, pages, tracing, links, checkReady }: ServerDependencies,
  activities: Route,
): Promise<RequestListener> {
  const { default: restify } = await import('restify');
  const server = restify.createServer({ name: '', ignoreTrailingSlash: false });
  server.pre(rejectInvalidUrl);
  const call = jsonEndpoint(auth);
  const api = authApi(auth.signIn, (sealed) => directLine?.sessions.open(sealed, Date.now()), call);
  const settings = settingsApi(auth.signIn, auth.shared, call);
  const post = (path: string, route: Route) => server.post(path, tracing ? tracedRoute(path, route, tracing) : route);
  server.post(MESSAGES, activities);
  post('/auth/api/start', api.start);
  post('/auth/api/complete', api.complete);
  post('/auth/api/confirm', api.confirm);
  post('/auth/api/settings', settings.open);
  post('/auth/api/settings/connect', settings.connect);
  post('/auth/api/settings/sign-out', settings.signOut);
  post('/auth/api/settings/default', settings.setDefault);
  getAndHead(server, '/auth/settings', async (request, response) => pages.settings(request, response));
  getAndHead(server, '/auth/start', async (request, response) => pages.start(request, response));
  getAndHead(server, '/auth/callback/:connection', async (request, response) => pages.callback(request, response));
  getAndHead(server, '/auth/assets/:file', async (request, response) => {
    const serve = pages.asset((request as restify.Request).params.file);
    if (serve) await serve(request, response);
    else sendProblem(request, response, 404, 'not_found');
  });
  if (directLine) directLineRoutes(server, directLine, post);
  if (chat) chatRoutes(server, chat);
  if (links) shortLinkRoute(server, links);
  getAndHead(server, '/healthz', async (_, response) => sendJson(response, 200, { status: 'alive' }));
  getAndHead(server, '/readyz', async (request, response) => {
    await checkReady().then(
      () => sendJson(response, 200, { status: 'ready' }),
      () => sendProblem(request, response, 503, 'not_ready'),
    );
  });
  useProblemResponses(server, messages.report);
  return listenerOf(server);
}

function loadOnFirstRequest(
  load: () => Promise<RequestListener>,
  report: (error: unknown) => void,
): { listener: RequestListener; warm(): Promise<void> } {
  let loaded: RequestListener | undefined;
  let loading: Promise<RequestListener> | undefined;
  const loadOnce = async () => {
    loading ??= load();
    loaded = await loading;
    return loaded;
  };
  return {
    listener(request, response) {
      if (loaded) return loaded(request, response);
      loadOnce()
        .then((route) => route(request, response))
        .catch((error: unknown) => {
          report(error);
          response.destroy();
        });
    },
    async warm() {
      await loadOnce();
    },
  };
}

/** Takes only the request listener: restify's own server listens to `upgrade` and never answers it (T88). */
function listenerOf({ server }: restify.Server): RequestListener {
  const [listener] = server.listeners('request') as RequestListener[];
  if (!listener) throw new Error('restify listens to no request');
  return (request, response) => listener.call(server, request, response);
}

/** Posts to this path skip restify, whose handler chain takes as long as a whole sign-in prompt. */
function bypassRestify(
  restifyRoutes: RequestListener,
  path: string,
  route: Route,
  report: (error: unknown) => void,
): RequestListener {
  return (request, response) => {
    if (request.method !== 'POST' || request.url !== path) return restifyRoutes(request, response);
    // The route handles its own errors. If that fails, only this connection ends (T86).
    route(request, response).catch((error: unknown) => {
      response.destroy();
      report(error);
    });
  };
}

/** restify builds a URL from `Host` and the request target without a guard. An invalid `Host` would end the process
 * (T86). */
function rejectInvalidUrl(request: IncomingMessage, response: ServerResponse, next: restify.Next): void {
  const { url = '', headers } = request;
  const base = `http://${headers.host || 'localhost'}`;
  const isValid = (url.startsWith('/') ? parseUrl(base + url) : parseUrl(url, base)) !== undefined;
  if (!isValid) sendProblem(request, response, 400, 'request.malformed');
  next(isValid ? undefined : false);
}

function directLineRoutes(
  server: restify.Server,
  deps: DirectLineApiDependencies,
  post: (path: string, route: Route) => void,
): void {
  const api = directLineApi(deps);
  post('/directline/token', api.token);
  post('/directline/token/refresh', api.refresh);
  server.opts('/directline/token', api.preflight);
  server.opts('/directline/token/refresh', api.preflight);
}

function chatRoutes(server: restify.Server, chat: ChatPage): void {
  getAndHead(server, '/chat', async (request, response) => chat.page(request, response));
  getAndHead(server, '/chat/assets/:file', async (request, response) => {
    const serve = chat.asset((request as restify.Request).params.file);
    if (serve) await serve(request, response);
    else sendProblem(request, response, 404, 'not_found');
  });
}

/** Redirects only to this bot's sign-in pages (T34). */
function shortLinkRoute(server: restify.Server, links: ShortLinks): void {
  getAndHead(server, '/auth/open/:link', async (request, response) => {
    const url = links.find((request as restify.Request).params.link);
    if (url === undefined) return sendProblem(request, response, 404, 'not_found');
    response.writeHead(302, { Location: url, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
    response.end();
  });
}

type Route = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** restify requires an async function. */
function tracedRoute(path: string, route: Route, tracing: Pick<Tracing, 'request'>): Route {
  return async (request, response) => {
    const serve = () => route(request, response);
    await tracing.request(path, serve, () => response.statusCode);
  };
}

function getAndHead(server: restify.Server, path: string, route: Route): void {
  server.get(path, route);
  server.head(path, route);
}

/** restify sends an error's text to the client. These responses contain no stack and no content of the request. */
function useProblemResponses(server: restify.Server, report: (error: unknown) => string): void {
  const codes: Record<number, string> = { 404: 'not_found', 405: 'method_not_allowed' };
  const respond = (request: IncomingMessage, response: ServerResponse, error: { statusCode?: number }) => {
    const code = codes[error.statusCode ?? 500];
    if (code !== undefined) return sendProblem(request, response, Number(error.statusCode), code);
    const reference = report(error);
    // The route threw midway, so its response would never end.
    if (response.headersSent && !response.writableEnded) response.destroy();
    else sendProblem(request, response, 500, 'internal', { reference });
  };
  server.on('restifyError', (request, response, error, done) => {
    try {
      respond(request, response, error);
    } catch (another) {
      // An error thrown here would end the process (T86).
      response.destroy();
      report(another);
    }
    // restify only recognises responses of its own `send`, so it would now send the error. If a response is already
    // sent, that throws outside any handler and ends the process (T86).
    response.send = () => response;
    return done();
  });
}
