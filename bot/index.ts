import type { Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { buildChat, signInChatOf } from './build-chat.ts';
import { buildSignIn } from './build-sign-in.ts';
import { buildWebChat } from './build-web-chat.ts';
import { type Config, ConfigError } from './config/config.ts';
import { clientIdsOf } from './config/sign-in-types.ts';
import { type Connection, connectionsByCommand, connectionsSharingACommand, loadConfig } from './connection.ts';
import { createHttpServer } from './http/http-server.ts';
import { loadPages } from './http/pages.ts';
import { addressLimit, brokerLimits, remoteAddress } from './http/rate-limits.ts';
import { createServer } from './http/server.ts';
import { LatchkeyError } from './platform/latchkey-error.ts';
import { createLog, newErrorReference, serializeError } from './platform/log.ts';
import { loadTeamsFx } from './sign-in/sso/on-behalf-of.ts';
import { tellingOfUnread } from './sources/entries.ts';
import { openStore } from './store/open-store.ts';
import { AccessPolicy } from './teams/access-policy.ts';
import { InvokeAdapter } from './teams/adapter.ts';
import { ConnectorKeys } from './teams/auth/connector-keys.ts';
import { type ActivityAuthenticator, ConnectorAuthenticator } from './teams/auth/connector-token.ts';
import { PlaygroundAuthenticator } from './teams/auth/playground-authenticator.ts';
import { PlaygroundExtension, PlaygroundLinks } from './teams/playground-extension.ts';
import { SearchExtension, type SearchExtensionDependencies } from './teams/search-extension.ts';

const SWEEP_INTERVAL = 10_000;
/** How long requests under way may still take after SIGTERM. Milliseconds. */
const DRAIN_TIMEOUT_MS = 10_000;

const { config, connections, warnings } = loadConfigOrExit();
const log = createLog(config.logLevel);
for (const warning of warnings) log.warn(warning);
await start(config, connections).catch((error: unknown) => {
  log.fatal({ error: serializeError(error) }, 'Latchkey cannot start');
  process.exit(1);
});

function loadConfigOrExit(): ReturnType<typeof loadConfig> {
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

/** Builds the parts, listens, and drains when told to end. */
async function start(config: Config, built: readonly Connection[]): Promise<void> {
  warnOfSharedRegistration(config);
  warnOfMissingSecret(config);
  const warn = (message: string) => log.warn(message);
  const report = createErrorReporter();
  const metrics = await startMetrics(config, (error) => report(error));
  const connections = built.map((each) => {
    const source = tellingOfUnread(each.source, (part) =>
      log.warn({ connection: each.id, part }, 'part of an answer could not be read'),
    );
    return { ...each, source: metrics ? metrics.timedSource(source, each.id) : source };
  });
  const store = await openStore(config.storeUrl, warn);
  const count = (event: string) => metrics?.event(event);
  const signIn = buildSignIn({ config, connections, store, log, count });
  const authenticator = await buildAuthenticator(config);
  const links = config.bot ? undefined : new PlaygroundLinks(config.baseUrl);
  const deps = {
    signIn,
    reception: new AccessPolicy({ allowedTenants: config.allowedTenants, directLine: config.directLine !== undefined }),
    report: (error: unknown, connection: string) => report(error, { connection }),
  };
  const signInChat = signInChatOf(config);
  const failed = (code: string) => log.warn({ code }, 'Teams could not sign somebody in');
  const chat = buildChat(config, connections, { ...deps, failed });
  const bot = buildExtension(links, {
    ...deps,
    signInChat,
    connections: connectionsByCommand(connections),
    chat: chat.invokes,
  });
  chat.register(bot);
  const addressOf = remoteAddress(config.trustedProxies, warn);
  const limit = addressLimit(store.limits, addressOf);
  let draining = false;
  const adapter = new InvokeAdapter(config, bot);
  const { server, drain } = createServer({
    messages: {
      authenticator,
      adapter,
      refused: (status, reason) => {
        metrics?.countRejected(status);
        log.warn({ status, reason }, 'request refused at the gate');
      },
      report: (error) => report(error),
      ...(metrics && { measure: metrics.observeActivity.bind(metrics) }),
    },
    auth: {
      signIn,
      shared: connectionsSharingACommand(connections),
      origin: config.baseUrl,
      limit,
      report: (error) => report(error),
    },
    ...buildWebChat(config, connections, { limit, limits: brokerLimits(store.limits, addressOf), report }),
    ...(links && { links }),
    pages: loadPages(fileURLToPath(new URL('../auth-page', import.meta.url)), config.teamsHostOrigins),
    async checkReady() {
      if (draining) throw new LatchkeyError('draining');
      await store.ping();
    },
  });
  const sweeping = setInterval(() => {
    signIn
      .sweep(Date.now())
      .catch((error: unknown) => log.error({ error: serializeError(error) }, 'housekeeping failed'));
  }, SWEEP_INTERVAL);
  await preloadTeamsSdk(connections);
  const port = await listen(server, config);
  onShutdownSignal(async () => {
    draining = true;
    clearInterval(sweeping);
    await drain(DRAIN_TIMEOUT_MS);
    await adapter.drain();
    await signIn.drain();
    await store.close();
  });
  // The Teams Toolkit waits for these words. Whoever reads them may end the process: it drains by now.
  log.info(`Latchkey is listening on port ${port}`);
}

/** Whose word counts: the Connector's; without a bot registration the Agents Playground's, which brings no token. */
async function buildAuthenticator({ bot, connector }: Config): Promise<ActivityAuthenticator> {
  if (!bot) {
    log.warn(
      'no BOT_ID, and BASE_URL is loopback: activities need NO token, so whoever is on this machine can say to be anybody. This is for the Agents Playground alone; set BOT_ID for Teams',
    );
    return new PlaygroundAuthenticator();
  }
  const keys = new ConnectorKeys(connector.metadataUrl, (error) => {
    log.warn({ error: serializeError(error) }, 'the keys of the Connector cannot be fetched');
  });
  await keys.warm();
  return new ConnectorAuthenticator(keys, connector.issuer, bot.id);
}

function buildExtension(links: PlaygroundLinks | undefined, deps: SearchExtensionDependencies): SearchExtension {
  return links ? new PlaygroundExtension(deps, links) : new SearchExtension(deps);
}

/** Counts for Prometheus, where a port is named for them. */
async function startMetrics({ metricsPort, loopback }: Config, report: (error: unknown) => void) {
  if (metricsPort === undefined) return undefined;
  const [{ Metrics }, { metricsRoute }] = await Promise.all([import('./http/metrics.ts'), import('./http/metrics.ts')]);
  const metrics = new Metrics();
  const { server } = createHttpServer(metricsRoute(metrics, report));
  await listening(server, { port: metricsPort, ...(loopback && { host: '127.0.0.1' }) });
  return metrics;
}

/** Loading the Teams SDK takes as long as an answer may, and answers nothing meanwhile: so before anybody can ask. */
async function preloadTeamsSdk(connections: readonly Connection[]): Promise<void> {
  if (connections.some(({ signIn }) => 'sso' in signIn)) await loadTeamsFx();
}

function createErrorReporter(): (error: unknown, context?: Record<string, unknown>) => string {
  return (error, context) => {
    const reference = newErrorReference();
    log.error({ reference, ...context, error: serializeError(error) }, 'request failed');
    return reference;
  };
}

/** The bot's registration and the sign-in's are two different ones (DESIGN.md section 7). */
function warnOfSharedRegistration({ bot, connections }: Config): void {
  if (!bot) return;
  for (const { id, signIn } of connections) {
    const ids = clientIdsOf(signIn);
    if (ids.some((clientId) => clientId.toLowerCase() === bot.id)) {
      log.warn({ connection: id }, "signIn.clientId is the bot's own id: register a separate app for the sign-in");
    }
  }
}

/** Answers need none; what the bot would send by itself does. */
function warnOfMissingSecret({ bot, loopback }: Config): void {
  if (!bot || loopback || bot.type === 'UserAssignedMSI' || bot.password || bot.certificate) return;
  log.warn('neither BOT_PASSWORD nor BOT_CERTIFICATE_FILE is set: the bot answers, but can send nothing by itself');
}

/** Where the loopback rule loosens what is checked, nobody beyond this machine can connect either. */
async function listen(server: Server, { port, loopback, baseUrl }: Config): Promise<number> {
  // Under the loopback rule nobody beyond this machine is let in, whatever they know.
  const host = baseUrl.includes('[::1]') ? '::1' : '127.0.0.1';
  await listening(server, { port, ...(loopback && { host }) });
  return (server.address() as { port: number }).port;
}

function listening(server: Server, context: { port: number; host?: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(context, resolve);
  });
}

function onShutdownSignal(drain: () => Promise<void>): void {
  const end = () => {
    log.info('draining');
    drain().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ error: serializeError(error) }, 'could not drain');
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}
