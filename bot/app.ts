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
import type { MessagesDependencies } from './http/messages.ts';
import { loadChatPage, loadPages } from './http/pages.ts';
import { addressLimit, brokerLimits, remoteAddress } from './http/rate-limits.ts';
import { createServer, type ServerDependencies } from './http/server.ts';
import { LatchkeyError } from './platform/latchkey-error.ts';
import { newErrorReference, serializeError } from './platform/log.ts';
import { type AuditLog, openServiceAudit } from './sign-in/audit/audit-log.ts';
import { PersonHash } from './sign-in/audit/person-hash.ts';
import { hashingEvents } from './sign-in/audit/security-events.ts';
import { Vault } from './sign-in/credentials/vault.ts';
import { hideFromOtherTenants } from './sign-in/other-tenants.ts';
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
import type { ReportError } from './teams/search/outcome.ts';
import { SearchExtension } from './teams/search-extension.ts';
import { userTokens } from './teams/user-token-client.ts';
import { activityKind, failedPart, type Measurements, measureWith, timedSource } from './telemetry/measurements.ts';
import type { Telemetry } from './telemetry/otlp.ts';
import { DirectLineBroker } from './web-chat/broker.ts';
import { BrowserSessions } from './web-chat/browser-session.ts';
import { DirectLineClient } from './web-chat/direct-line-client.ts';

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

interface Observers {
  log: Logger;
  telemetry: Telemetry | undefined;
  metrics: Measurements | undefined;
  report: ErrorReporter;
}

/** @returns the reference that a user can name */
type ErrorReporter = (error: unknown, context?: { connection: string }) => string;

export async function startApp(
  config: Config,
  definitions: readonly ConnectionDefinition[],
  log: Logger,
  authPageFolder = AUTH_PAGE_FOLDER,
): Promise<App> {
  // Its keys are fetched while the rest is built. Never rejects.
  const authenticator = buildAuthenticator(config, log);
  const observers = await startObservers(config, log);
  const { telemetry, report } = observers;
  const audit = config.auditLog === undefined ? undefined : await openServiceAudit(config.auditLog, auditFailure(log));
  const store = await openTracedStore(config.storeUrl, observers);
  const signIn = buildSignIn({ config, connections: definitions, store, audit, ...observers });
  const connections = definitions.map((definition) => toConnection(definition, signIn, observers));
  const connectionsFor: ConnectionsFor = (person) => hideFromOtherTenants(connections, person);
  const links = config.bot ? undefined : new PlaygroundLinks(config.baseUrl);
  const adapter = new InvokeAdapter(config, buildExtension(config, { signIn, connectionsFor, links }, observers));
  const addressOf = remoteAddress(config.trustedProxies, (message) => log.warn(message));
  const [limit, limits] = [addressLimit(store.limits, addressOf), brokerLimits(store.limits, addressOf)];
  let draining = false;
  const { server, drain, warm } = createServer({
    messages: { authenticator: await authenticator, adapter, ...observedMessages(observers) },
    auth: {
      signIn,
      shared: (person) => connectionsSharingACommand(connectionsFor(person)),
      origin: config.baseUrl,
      limit,
      report,
    },
    ...buildWebChat(config, connectionsFor(undefined), authPageFolder, { limit, limits, report }),
    ...(links && { links }),
    pages: loadPages(authPageFolder, config.teamsHostOrigins),
    tracing: telemetry?.tracing,
    async checkReady() {
      if (draining) throw new LatchkeyError('draining');
      await store.ping();
    },
  });
  const sweeping = startSweeping(signIn, observers);
  // A broken installation is an error at the start.
  if (definitions.some(({ oauth }) => oauth?.sso)) await loadTeamsFx();
  const port = await listen(server, config);
  const warming = warmLater(warm, log);
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

/** Loads OpenTelemetry only if it is on. */
async function startObservers(config: Config, log: Logger): Promise<Observers> {
  const telemetry = config.telemetry && (await import('./telemetry/otlp.ts')).startTelemetry(config.telemetry, log);
  const metrics = await startMetrics(config, telemetry, log);
  return { log, telemetry, metrics, report: createErrorReporter(log, telemetry, metrics) };
}

/** The source reports unread parts. It is traced, measured, debounced and limited. */
function toConnection(
  { oauth: _, tokenService: __, source, ...settings }: ConnectionDefinition,
  signIn: SignIn,
  { log, telemetry, metrics }: Observers,
): Connection {
  const { id, pageOrigins } = settings;
  const reporting = withUnreadReport(source, (part) => {
    log.warn({ connection: id, part }, 'part of an answer could not be read');
  });
  const traced = telemetry?.tracing?.source(reporting, id) ?? reporting;
  const timed = metrics ? timedSource(traced, id, metrics) : traced;
  return { ...settings, source: decorateSource(timed, pageOrigins), signIn: signIn.atUnchecked(id) };
}

function buildExtension(
  config: Config,
  { links, ...search }: { signIn: SignIn; connectionsFor: ConnectionsFor; links: PlaygroundLinks | undefined },
  { log, report }: Observers,
): SearchExtension {
  const { allowedTenants, bot, directLine } = config;
  const shared = {
    ...search,
    accessPolicy: new AccessPolicy({ allowedTenants, directLine: directLine !== undefined }),
    report: (error: unknown, connection: string) => report(error, { connection }),
  };
  const chat = buildChat(config, shared, log);
  const deps = {
    ...shared,
    chat: chat.invokes,
    signInChat: bot && ((title: string, locale: string) => signInLink(bot.id, title, locale)),
  };
  const extension = links ? new PlaygroundExtension(deps, links) : new SearchExtension(deps);
  chat.register(extension);
  return extension;
}

function observedMessages({
  log,
  telemetry,
  metrics,
  report,
}: Observers): Omit<MessagesDependencies, 'authenticator' | 'adapter'> {
  return {
    refused(status, reason) {
      metrics?.refused(status);
      log.warn({ status, reason }, 'request refused at the gate');
    },
    report: (error) => report(error),
    kindOf: activityKind,
    measure: metrics && ((kind, status, seconds) => metrics.activity(kind, status, seconds)),
    tracing: telemetry?.tracing,
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
  metrics?: Measurements | undefined;
  audit?: AuditLog | undefined;
  telemetry?: Telemetry | undefined;
}): SignIn {
  const { config, store, log, metrics, audit } = deps;
  const tracing = deps.telemetry?.tracing;
  const keys = config.encryptionKeys;
  const events = hashingEvents(new PersonHash(keys[0]?.key), (entry) => {
    metrics?.securityEvent(entry.event, entry.connection);
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
  shared: { signIn: SignIn; connectionsFor: ConnectionsFor; accessPolicy: AccessPolicy; report: ReportError },
  log: Logger,
): ChatHandler {
  const search = new ChatSearch(shared);
  const chat = new Chat({ ...shared, search });
  return new ChatHandler({
    ...shared,
    chat,
    connected: new ConnectedChat({ ...shared, connections: shared.connectionsFor(undefined), chat, search }),
    exchanges: new TokenExchanges({ ...shared, chat }),
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

async function openTracedStore(url: string, { log, telemetry }: Observers): Promise<Store> {
  const store = await openStore(url, (message) => log.warn(message));
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

function createErrorReporter(log: Logger, telemetry?: Telemetry, metrics?: Measurements): ErrorReporter {
  return (error, context) => {
    const reference = newErrorReference();
    telemetry?.tracing?.noteReference(reference);
    metrics?.failure(failedPart(error), context?.connection);
    log.error({ reference, ...context, error: serializeError(error) }, 'request failed');
    return reference;
  };
}

function startSweeping(signIn: SignIn, { log, metrics }: Observers): NodeJS.Timeout {
  return setInterval(() => {
    signIn.sweep(Date.now()).catch((error: unknown) => {
      metrics?.failure(failedPart(error), undefined);
      log.error({ error: serializeError(error) }, 'housekeeping failed');
    });
  }, SWEEP_INTERVAL_MS);
}

function warmLater(warm: () => Promise<void>, log: Logger): NodeJS.Timeout {
  return setTimeout(() => {
    warm().catch((error: unknown) =>
      log.error({ error: serializeError(error) }, 'the routes of the pages cannot load'),
    );
  }, WARM_UP_DELAY_MS);
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
