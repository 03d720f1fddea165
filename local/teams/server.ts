import type { IncomingMessage, ServerResponse } from 'node:http';
import { createDirectLine, type DirectLine } from '../direct-line/server.ts';
import { chat, messageSince } from './chat.ts';
import { ACTIONS } from './commands.ts';
import { Connector } from './connector/connector.ts';
import { createSigningKey, KeyRing } from './connector/signing-keys.ts';
import { pathOf, RequestError, readJson, sendJson } from './http.ts';
import { invoke } from './invoke.ts';
import { listen } from './listen.ts';
import type { Command, Settings } from './page-api.ts';
import { type SsoTokens, ssoTokensAt } from './sso.ts';
import { readStaticFiles, type StaticFiles } from './static-files.ts';

interface TeamsOptions {
  /** 0: a free port. */
  port: number;
  /** `http://localhost:3978`. */
  botUrl: string;
  botId: string;
  commands: Command[];
  /** Also plays Direct Line, with this secret. */
  directLineSecret?: string;
  /** For single sign-on. */
  identityProviderUrl?: string;
  /** Default `http://localhost:<port>`. */
  origin?: string;
}

interface Teams {
  url: string;
  /** For the bot's `BOT_OPENID_METADATA`. */
  metadataUrl: string;
  close(): Promise<void>;
}

interface ServerDependencies {
  origin: string;
  connector: Connector;
  files: StaticFiles;
  options: TeamsOptions;
  directLine: DirectLine | undefined;
  ssoTokens: SsoTokens;
}

export async function startTeams(options: TeamsOptions): Promise<Teams> {
  const files = readStaticFiles(new URL('./page/', import.meta.url));
  const keys = new KeyRing(await createSigningKey());
  const listening = await listen(options.port);
  const origin = options.origin ?? listening.origin;
  const connector = new Connector(options.botId, origin, keys);
  const directLine = options.directLineSecret
    ? createDirectLine(origin, { ...options, secrets: [options.directLineSecret], botUrl: () => options.botUrl, keys })
    : undefined;
  const ssoTokens = ssoTokensAt(options.identityProviderUrl);
  const parts = { origin, connector, files, options, directLine, ssoTokens };
  listening.server.on('request', (request, response) => void serve(parts, request, response));
  if (directLine) listening.server.on('upgrade', (request, socket) => directLine.stream(request, socket));
  return { url: origin, metadataUrl: connector.metadataUrl, close: listening.close };
}

async function serve(parts: ServerDependencies, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    if (parts.directLine?.owns(pathOf(request))) return await parts.directLine.serve(request, response);
    if (await parts.connector.endpoints.handle(request, response)) return;
    await servePage(parts, request, response);
  } catch (cause) {
    if (!(cause instanceof RequestError)) console.error(cause);
    const known = cause instanceof RequestError ? cause : new RequestError(500, 'See the output of the Teams client.');
    sendJson(response, known.status, { error: known.message });
  }
}

async function servePage(parts: ServerDependencies, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const route = `${request.method} ${pathOf(request)}`;
  if (route === 'POST /api/invoke') {
    requireOwnPage(parts.origin, request);
    const { connector, options, ssoTokens } = parts;
    const context = { connector, ...options, actions: ACTIONS, ssoTokens };
    sendJson(response, 200, await invoke(context, await readJson(request)));
  } else if (route === 'POST /api/chat') {
    requireOwnPage(parts.origin, request);
    const { connector, options, ssoTokens } = parts;
    sendJson(response, 200, await chat({ connector, botUrl: options.botUrl, ssoTokens }, await readJson(request)));
  } else if (route === 'GET /api/chat') {
    const { searchParams } = new URL(request.url ?? '', parts.origin);
    const [conversation, after] = [searchParams.get('conversation') ?? '', Number(searchParams.get('after'))];
    sendJson(response, 200, messageSince(parts.connector, conversation, after));
  } else if (route === 'GET /api/settings') {
    const { botId, commands } = parts.options;
    sendJson(response, 200, { botId, commands, actions: ACTIONS } satisfies Settings);
  } else if (request.method !== 'GET' || !parts.files.send(pathOf(request), response)) {
    throw new RequestError(404, `Nothing at ${route}.`);
  }
}

// Stops cross-site request forgery.
function requireOwnPage(origin: string, request: IncomingMessage): void {
  if (request.headers.origin !== origin) throw new RequestError(403, `Only ${origin} may do this.`);
}
