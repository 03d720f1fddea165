import type { Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { Chat } from './chat/chat.ts';
import { ChatHandler } from './chat/chat-handler.ts';
import { ChatSearch } from './chat/chat-search.ts';
import { CodeVerification } from './chat/code-verification.ts';
import { signInLink } from './chat/commands.ts';
import { ConnectedChat } from './chat/connected-chat.ts';
import { TokenExchanges } from './chat/token-exchange.ts';
import type { Config } from './config/config.ts';
import { singleSignOnOf } from './config/connections-file.ts';
import {
  type Connection,
  type ConnectionDefinition,
  type ConnectionsFor,
  connectionsSharingACommand,
} from './connection.ts';
import { createHttpServer } from './http/http-server.ts';
import { loadChatPage, loadPages } from './http/pages.ts';
import { addressLimit, brokerLimits, remoteAddress } from './http/rate-limits.ts';
import { createServer, type ServerDependencies } from './http/server.ts';
import { LatchkeyError } from './platform/latchkey-error.ts';
import { newErrorReference, serializeError } from './platform/log.ts';
import { type AuditLog, openServiceAudit } from './sign-in/audit-log.ts';
import { Vault } from './sign-in/credentials/vault.ts';
import { hideFromOtherTenants } from './sign-in/other-tenants.ts';
import { PersonHash } from './sign-in/person-hash.ts';
import { hashingEvents } from './sign-in/security-events.ts';
import { SignIn, type SignInConnection } from './sign-in/sign-in.ts';
import { loadTeamsFx } from './sign-in/sso/on-behalf-of.ts';
import { oauthSignIn } from './sign-in/sso/sso-sign-in.ts';
import { TokenService } from './sign-in/token-service/token-service.ts';
import { withUnreadReport } from './sources/entries.ts';
import { decorateSource } from './sources/user-source.ts';
import { openStore } from './store/open-store.ts';
import type { Store } from './store/store.ts';
import { AccessPolicy } from './teams/access-policy.ts';
import { InvokeAdapter } from './teams/adapter.ts';
import { ConnectorKeys } from './teams/auth/connector-keys.ts';
import { type ActivityAuthenticator, ConnectorAuthenticator } from './teams/auth/connector-token.ts';
import { PlaygroundAuthenticator } from './teams/auth/playground-authenticator.ts';
import { PlaygroundExtension, PlaygroundLinks } from './teams/playground-extension.ts';
import { SearchExtension } from './teams/search-extension.ts';
import { userTokens } from './teams/user-token-client.ts';
import { activityKind, failedPart, type Measurements, measureWith, timedSource } from './telemetry/measurements.ts';
import type { Telemetry } from './telemetry/otlp.ts';
import { DirectLineBroker, DirectLineClient } from './web-chat/broker.ts';
import { BrowserSessions } from './web-chat/browser-session.ts';

const SWEEP_INTERVAL_MS = 10_000;
const DRAIN_TIMEOUT_MS = 10_000;
/** The pages' routes load after the first queries, which do not need them. */
const WARM_UP_DELAY_MS = 1_000;
/** For the last telemetry, within the rest of the draining time. */
const EXPORT_TIMEOUT_MS = { least: 1_000, most: 3_000 };
const AUTH_PAGE_FOLDER = fileURLToPath(new URL('../auth-page', import.meta.url));

interface App {
  port: number;
  /** Finishes running requests first. */
  stop(): Promise<void>;
}

export async function startApp(
  config: Config,
  definitions: readonly ConnectionDefinition[],
  log: Logger,
  authPageFolder = AUTH_PAGE_FOLDER,
): Promise<App> {
  const warn = (message: string) => log.warn(message);
  // Its keys are fetched while the rest is built. Never rejects.
  const authenticator = buildAuthenticator(config, log);
  const telemetry = await startTelemetry(config, log);
  const metrics = await startMetrics(config, telemetry, log);
  const report = createErrorReporter(log, telemetry, metrics);
  const audit = config.auditLog === undefined ? undefined : await openServiceAudit(config.auditLog, auditFailure(log));
  const store = await openTracedStore(config.storeUrl, warn, telemetry);
  const count = (event: string, connection: string | undefined) => metrics?.securityEvent(event, connection);
  const signIn = buildSignIn({ config, connections: definitions, store, log, count, audit, telemetry });
  const connections = definitions.map((definition): Connection => {
    const { id, source: untracedSource, oauth: _, tokenService: __, ...settings } = definition;
    const reportingSource = withUnreadReport(untracedSource, (part) => {
      log.warn({ connection: id, part }, 'part of an answer could not be read');
    });
    const tracedSource = telemetry?.tracing?.source(reportingSource, id) ?? reportingSource;
    const source = decorateSource(
      metrics ? timedSource(tracedSource, id, metrics) : tracedSource,
      settings.pageOrigins,
    );
    return { id, ...settings, source, signIn: signIn.atUnchecked(id) };
  });

  const connectionsFor: ConnectionsFor = (person) => hideFromOtherTenants(connections, person);
  const { allowedTenants, bot, directLine, baseUrl } = config;
  const shared = {
    signIn,
    accessPolicy: new AccessPolicy({ allowedTenants, directLine: directLine !== undefined }),
    report: (error: unknown, connection: string) => report(error, { connection }),
  };
  const chat = buildChat(config, connectionsFor, shared, log);
  const links = bot ? undefined : new PlaygroundLinks(baseUrl);
  const extensionDependencies = {
    ...shared,
    connectionsFor,
    chat: chat.invokes,
    signInChat: bot && ((title: string, locale: string) => signInLink(bot.id, title, locale)),
  };
  const extension = links
    ? new PlaygroundExtension(extensionDependencies, links)
    : new SearchExtension(extensionDependencies);
  chat.register(extension);
  const adapter = new InvokeAdapter(config, extension);

  const addressOf = remoteAddress(config.trustedProxies, warn);
  const limit = addressLimit(store.limits, addressOf);
  let draining = false;
  const { server, drain, warm } = createServer({
    messages: {
      authenticator: await authenticator,
      adapter,
      refused(status, reason) {
        metrics?.refused(status);
        log.warn({ status, reason }, 'request refused at the gate');
      },
      report: (error) => report(error),
      kindOf: activityKind,
      measure: metrics && ((kind, status, seconds) => metrics.activity(kind, status, seconds)),
      tracing: telemetry?.tracing,
    },
    auth: {
      signIn,
      shared: (person) => connectionsSharingACommand(connectionsFor(person)),
      origin: baseUrl,
      limit,
      report,
    },
    ...buildWebChat(config, connectionsFor(undefined), authPageFolder, {
      limit,
      limits: brokerLimits(store.limits, addressOf),
      report,
    }),
    ...(links && { links }),
    pages: loadPages(authPageFolder, config.teamsHostOrigins),
    tracing: telemetry?.tracing,
    async checkReady() {
      if (draining) throw new LatchkeyError('draining');
      await store.ping();
    },
  });
  const sweeping = setInterval(() => {
    signIn.sweep(Date.now()).catch((error: unknown) => {
      metrics?.failure(failedPart(error), undefined);
      log.error({ error: serializeError(error) }, 'housekeeping failed');
    });
  }, SWEEP_INTERVAL_MS);
  // A broken installation is an error at the start.
  if (definitions.some(({ oauth }) => oauth?.sso)) await loadTeamsFx();
  const port = await listen(server, config);
  const warming = setTimeout(() => {
    warm().catch((error: unknown) =>
      log.error({ error: serializeError(error) }, 'the routes of the pages cannot load'),
    );
  }, WARM_UP_DELAY_MS);
  return {
    port,
    async stop() {
      draining = true;
      clearTimeout(warming);
      const drainUntil = performance.now() + DRAIN_TIMEOUT_MS;
      clearInterval(sweeping);
      await drain(DRAIN_TIMEOUT_MS);
      try {
        await adapter.drain();
        await signIn.drain();
        await store.close();
      } finally {
        const { least, most } = EXPORT_TIMEOUT_MS;
        const left = Math.min(Math.max(drainUntil - performance.now(), least), most);
        await Promise.all([audit?.close(left), telemetry?.stop(left)]);
      }
    },
  };
}

/** A lost line does not stop a sign-in: the event is in the log, too. */
export function auditFailure(log: Logger): (error: unknown) => void {
  return (error) => log.error({ error: serializeError(error) }, 'a line of the audit log was lost');
}

export function buildSignIn(deps: {
  config: Config;
  connections: readonly ConnectionDefinition[];
  store: Store;
  log: Logger;
  count?: (event: string, connection: string | undefined) => void;
  audit?: AuditLog | undefined;
  telemetry?: Telemetry | undefined;
}): SignIn {
  const { config, store, log, count, audit } = deps;
  const tracing = deps.telemetry?.tracing;
  const keys = config.encryptionKeys;
  const events = hashingEvents(new PersonHash(keys[0]?.key), (entry) => {
    count?.(entry.event, entry.connection);
    log.info(entry);
    audit?.writeSecurityEvent(entry, tracing?.traceId());
  });
  const resource = singleSignOnOf(config.connections)?.resource;
  const tokens = config.bot && userTokens({ ...config, bot: config.bot });
  const connections = deps.connections.map(
    ({ id, title, tenants, oauth: untraced, tokenService }): SignInConnection => {
      const oauth = untraced && (tracing?.oauth(untraced) ?? untraced);
      if (oauth) return { id, title, tenants, oauth, createSignIn: (shared) => oauthSignIn(oauth, shared) };
      if (!tokens || tokenService === undefined) throw new TypeError(`${id}: the token service needs a bot`);
      const service = tokens(tokenService);
      const traced = tracing?.tokenService(service, id) ?? service;
      return { id, title, tenants, createSignIn: (shared) => new TokenService(traced, shared, resource) };
    },
  );
  const { baseUrl, ticketTtlSeconds, securityCodeTtlSeconds } = config;
  return new SignIn({
    store,
    vault: new Vault(keys),
    connections,
    events,
    baseUrl,
    ticketTtlSeconds,
    securityCodeTtlSeconds,
  });
}

function buildChat(
  { bot, loopback }: Config,
  connectionsFor: ConnectionsFor,
  shared: { signIn: SignIn; accessPolicy: AccessPolicy; report: (error: unknown, connection: string) => string },
  log: Logger,
): ChatHandler {
  const search = new ChatSearch({ ...shared, connectionsFor });
  const chat = new Chat({ ...shared, connectionsFor, search });
  return new ChatHandler({
    ...shared,
    chat,
    connected: new ConnectedChat({ ...shared, connections: connectionsFor(undefined), chat, search }),
    exchanges: new TokenExchanges({ ...shared, connectionsFor, chat }),
    codes: new CodeVerification({ ...shared, chat }),
    failed: (code) => log.warn({ code }, 'Teams could not sign a user in'),
    botId: bot?.id ?? '',
    loopback,
  });
}

function buildWebChat(
  { directLine, baseUrl, encryptionKeys }: Config,
  connections: readonly Connection[],
  authPageFolder: string,
  deps: Pick<NonNullable<ServerDependencies['directLine']>, 'limit' | 'limits' | 'report'>,
): Pick<ServerDependencies, 'directLine' | 'chat'> {
  if (!directLine) return {};
  const { url, secret, origins } = directLine;
  const images = new Set(connections.flatMap(({ imageOrigins }) => [...imageOrigins]));
  const sessions = new BrowserSessions(new Vault(encryptionKeys));
  const broker = new DirectLineBroker(new DirectLineClient({ url, secret }), sessions);
  return {
    chat: loadChatPage(`${authPageFolder}/chat`, url, images),
    directLine: { ...deps, broker, sessions, url, origins: new Set([baseUrl, ...origins]) },
  };
}

/** The Agents Playground has no bot registration and sends no token. */
async function buildAuthenticator({ bot, connector }: Config, log: Logger): Promise<ActivityAuthenticator> {
  if (!bot) {
    log.warn(
      'no BOT_ID, and BASE_URL is loopback: activities need NO token, so every program on this machine can act as any user. Use this for the Agents Playground only; set BOT_ID for Teams',
    );
    return new PlaygroundAuthenticator();
  }
  const keys = new ConnectorKeys(connector.metadataUrl, (error) => {
    log.warn({ error: serializeError(error) }, 'the keys of the Connector cannot be fetched');
  });
  await keys.warm();
  return new ConnectorAuthenticator(keys, connector.issuer, bot.id);
}

/** Loads OpenTelemetry only if it is on. */
async function startTelemetry({ telemetry }: Config, log: Logger): Promise<Telemetry | undefined> {
  return telemetry && (await import('./telemetry/otlp.ts')).startTelemetry(telemetry, log);
}

async function openTracedStore(
  url: string,
  warn: (message: string) => void,
  telemetry: Telemetry | undefined,
): Promise<Store> {
  const store = await openStore(url, warn);
  return telemetry?.tracing?.store(store, url.startsWith('sqlite:') ? 'sqlite' : 'redis') ?? store;
}

/** Prometheus, OTLP, both or none. */
async function startMetrics(
  config: Config,
  telemetry: Telemetry | undefined,
  log: Logger,
): Promise<Measurements | undefined> {
  const sinks = [await servePrometheus(config, createErrorReporter(log)), telemetry?.measurements];
  const used = sinks.filter((sink) => sink !== undefined);
  return used.length === 0
    ? undefined
    : measureWith(
        used,
        config.connections.map(({ id }) => id),
      );
}

async function servePrometheus({ metricsPort, loopback }: Config, report: (error: unknown) => string) {
  if (metricsPort === undefined) return undefined;
  const { Metrics, metricsRoute } = await import('./http/metrics.ts');
  const metrics = new Metrics();
  const { server } = createHttpServer(metricsRoute(metrics, report));
  await listening(server, { port: metricsPort, ...(loopback && { host: '127.0.0.1' }) });
  return metrics;
}

/** @returns the reference that a user can name */
function createErrorReporter(
  log: Logger,
  telemetry?: Telemetry,
  metrics?: Measurements,
): (error: unknown, context?: { connection: string }) => string {
  return (error, context) => {
    const reference = newErrorReference();
    telemetry?.tracing?.noteReference(reference);
    metrics?.failure(failedPart(error), context?.connection);
    log.error({ reference, ...context, error: serializeError(error) }, 'request failed');
    return reference;
  };
}

/** With weaker checks on loopback, only this machine can connect. */
async function listen(server: Server, { port, loopback, baseUrl }: Config): Promise<number> {
  const host = baseUrl.includes('[::1]') ? '::1' : '127.0.0.1';
  await listening(server, { port, ...(loopback && { host }) });
  return (server.address() as { port: number }).port;
}

function listening(server: Server, address: { port: number; host?: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, resolve);
  });
}
