import { startApp } from './app.ts';
import { type Config, ConfigError } from './config/config.ts';
import { clientIdsOf } from './config/sign-in-types.ts';
import { loadConfig } from './connection.ts';
import { sendThrough } from './platform/http-client.ts';
import { createLog, serializeError } from './platform/log.ts';
import { unmaintainedNode } from './platform/node-version.ts';

const { config, connections, warnings } = loadConfigOrExit();
sendThrough(config.outboundProxy);
const log = createLog(config.logLevel, 1, await traceFieldsFor(config));
for (const warning of [...warnings, ...botWarnings(config), ...nodeWarnings()]) log.warn(warning);
warnAboutSharedRegistrations(config);
try {
  const app = await startApp(config, connections, log);
  onShutdownSignal(() => app.stop());
  // The Teams Toolkit may end the process after this line, so the signal handler already exists.
  log.info(`Latchkey is listening on port ${app.port}`);
} catch (error) {
  log.fatal({ error: serializeError(error) }, 'Latchkey cannot start');
  process.exit(1);
}

function loadConfigOrExit(): ReturnType<typeof loadConfig> {
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`Latchkey cannot start: ${error.message}\n`);
    process.exit(1);
  }
}

/** Loads OpenTelemetry only if it is on. */
async function traceFieldsFor({ telemetry }: Config): Promise<(() => Record<string, string>) | undefined> {
  return telemetry?.traces && (await import('./telemetry/tracing.ts')).traceFields;
}

function warnAboutSharedRegistrations({ bot, connections }: Config): void {
  if (!bot) return;
  for (const { id, signIn } of connections) {
    if (clientIdsOf(signIn).some((clientId) => clientId.toLowerCase() === bot.id)) {
      log.warn({ connection: id }, "signIn.clientId is the bot's own id: register a separate app for the sign-in");
    }
  }
}

/** Only the bot's own messages need a secret. */
function botWarnings({ bot, loopback }: Config): string[] {
  if (!bot || loopback || bot.type === 'UserAssignedMSI' || bot.password || bot.certificate) return [];
  return ['neither BOT_PASSWORD nor BOT_CERTIFICATE_FILE is set: the bot answers, but can send nothing by itself'];
}

function nodeWarnings(): string[] {
  const problem = unmaintainedNode(process.versions.node);
  return problem === undefined ? [] : [`${problem}: run the service on Node 24 (docs/DEPLOY.md)`];
}

function onShutdownSignal(stop: () => Promise<void>): void {
  const end = () => {
    log.info('draining');
    stop().then(
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
