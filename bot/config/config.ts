import { hkdfSync } from 'node:crypto';
import { isAbsolute } from 'node:path';
import proxyAddr from 'proxy-addr';
import { LatchkeyError } from '../platform/latchkey-error.ts';
import type { OutboundProxy } from '../platform/outbound-proxy.ts';
import { isLoopback, isSafeUrl } from '../platform/safe-url.ts';
import {
  type IdentityEndpoint,
  identityEndpoint,
  METADATA_SERVICE,
} from '../sign-in/providers/entra/managed-identity.ts';
import { parseGuid } from '../sign-in/user.ts';
import { parseRedisAddress } from '../store/redis/keys.ts';
import {
  type BotSecret,
  type DirectLineConfig,
  readBotSecret,
  readDirectLine,
  readTokenService,
  type TokenServiceConfig,
} from './bot-secret.ts';
import type { ConnectionConfig } from './connection-schema.ts';
import {
  certificateWarnings,
  clientIdWarnings,
  pkceWarnings,
  readConnections,
  tenantProblems,
} from './connections-file.ts';
import { type Env, isProblemOf, type ReportProblem, readInteger } from './env.ts';
import { resolveFileVariables } from './file-variables.ts';
import { proxyWarnings, readOutboundProxy } from './proxy-settings.ts';
import { findMisspelt } from './schema-issues.ts';
import { usesManagedIdentity } from './sign-in-types.ts';
import { readTelemetry, type TelemetryConfig } from './telemetry.ts';

/** Times are in seconds. Origins have no trailing slash. */
export interface Config {
  port: number;
  baseUrl: string;
  /** `BASE_URL` is loopback. Only then plain http and local issuers are accepted. */
  loopback: boolean;
  /** `undefined`: the Agents Playground's bot, which cannot check tokens. Only under the loopback rule. */
  bot: BotRegistration | undefined;
  connector: { metadataUrl: string; issuer: string };
  tokenService: TokenServiceConfig;
  /** `undefined` allows every tenant (`*`). */
  allowedTenants: ReadonlySet<string> | undefined;
  storeUrl: string;
  /** The first encrypts, all decrypt. */
  encryptionKeys: readonly EncryptionKey[];
  connections: readonly ConnectionConfig[];
  securityCodeTtlSeconds: number;
  ticketTtlSeconds: number;
  teamsHostOrigins: readonly string[];
  /** Proxies whose `X-Forwarded-For` is trusted: addresses, networks, or proxy-addr's names. */
  trustedProxies: readonly string[];
  logLevel: string;
  /** A path, or `stdout`. `undefined` turns the audit log off. */
  auditLog: string | undefined;
  /** For `GET /metrics`; `undefined` turns metrics off. */
  metricsPort: number | undefined;
  /** `undefined` turns OpenTelemetry off. */
  telemetry: TelemetryConfig | undefined;
  /** `undefined` turns Web Chat and the token broker off. */
  directLine: DirectLineConfig | undefined;
  /** For connections with a managed identity. */
  identityEndpoint: IdentityEndpoint;
  /** For requests to other services; `undefined`: none. */
  outboundProxy: OutboundProxy | undefined;
}

type BotType = 'SingleTenant' | 'UserAssignedMSI' | 'MultiTenant';

interface BotRegistration extends BotSecret {
  id: string;
  type: BotType;
  tenantId: string | undefined;
}

export interface EncryptionKey {
  id: string;
  key: Buffer;
}

/** Contains no secret. */
export class ConfigError extends LatchkeyError {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const settings = problems.length === 1 ? '1 setting' : `${problems.length} settings`;
    super([`${settings} to fix.`, ...problems.map((problem) => `  - ${problem}`)].join('\n'));
    this.problems = problems;
  }
}

/** The Connector of each Microsoft cloud (Bot Framework authentication reference). */
const CLOUDS: ReadonlyMap<string, Config['connector']> = new Map(
  Object.entries({
    public: {
      metadataUrl: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
      issuer: 'https://api.botframework.com',
    },
    usgov: {
      metadataUrl: 'https://login.botframework.azure.us/v1/.well-known/openidconfiguration',
      issuer: 'https://api.botframework.us',
    },
    china: {
      metadataUrl: 'https://login.botframework.azure.cn/v1/.well-known/openidconfiguration',
      issuer: 'https://api.botframework.azure.cn',
    },
  }),
);

export type Settings = Omit<Config, RequiredAtStart> & { [name in RequiredAtStart]: Config[name] | undefined };

type RequiredAtStart = 'baseUrl' | 'connector' | 'tokenService';

/** @throws {ConfigError} that names every bad setting */
export function readConfig(env: Env): Config {
  const { config, problems } = readSettings(env);
  if (!config) throw new ConfigError(problems);
  return config;
}

/** T9: every program on the machine can claim any identity to a Playground bot. So this bot derives its own keys. They
 * decrypt no tokens of a real bot, and its tickets work nowhere else. */
function derivePlaygroundKey({ id, key }: EncryptionKey): EncryptionKey {
  return { id, key: Buffer.from(hkdfSync('sha256', key, '', 'latchkey/playground/v1', 32)) };
}

/** Reads as much as possible of a broken configuration. Do not start a service if there are problems. */
export function readSettings(environment: Env): SettingsReport {
  const { env, problems: unread } = readFiles(environment);
  const problems: string[] = [];
  const bad = (problem: string): undefined => {
    problems.push(problem);
  };
  const baseUrl = readBaseUrl(env, bad);
  // Assume loopback without BASE_URL, so that it causes no further problems.
  const loopback = baseUrl === undefined || isLoopback(new URL(baseUrl));
  const bot = readBot(env, baseUrl !== undefined && loopback, bad);
  const tenants = readTenants(env, bad);
  const connections = readConnections(env, loopback, bad);
  const settings = {
    port: readInteger(env, 'PORT', 3978, 0, 65535, bad),
    baseUrl,
    loopback,
    bot,
    connector: readConnector(env, loopback, bad),
    tokenService: readTokenService(env, env.BOT_OPENID_METADATA, loopback, bad),
    allowedTenants: tenants,
    storeUrl: readStoreUrl(env, bad),
    encryptionKeys: readKeys(env, bad),
    connections,
    securityCodeTtlSeconds: readInteger(env, 'SECURITY_CODE_TTL', 180, 1, 3600, bad),
    ticketTtlSeconds: readInteger(env, 'TICKET_TTL', 600, 1, 86400, bad),
    teamsHostOrigins: readHostOrigins(env, loopback, bad),
    trustedProxies: readProxies(env, bad),
    logLevel: readLogLevel(env, bad),
    auditLog: readAuditLog(env, bad),
    metricsPort: readMetricsPort(env, bad),
    telemetry: readTelemetry(env, bad),
    directLine: readDirectLine(env, { loopback, tenants }, connections, bad),
    identityEndpoint: readIdentityEndpoint(env, loopback, connections, bad),
    outboundProxy: readOutboundProxy(env, bad),
  };
  if (!canAskTokenService(env, bot, baseUrl !== undefined && loopback)) refuseTokenService(settings.connections, bad);
  if (env.ALLOWED_TENANTS || env.BOT_TENANT_ID) problems.push(...tenantProblems(connections, tenants));
  problems.push(...unreplacedVariables(env));
  const { connector, tokenService } = settings;
  // A variable whose file cannot be read would also be missing.
  const others = problems.filter((problem) => !unread.some(({ name }) => isProblemOf(problem, name)));
  const report = {
    settings,
    problems: [...unread.map(({ problem }) => problem), ...others],
    warnings: [
      ...misspeltVariables(env),
      ...proxyWarnings(env),
      ...(loopback ? [] : clientIdWarnings(connections)),
      ...pkceWarnings(connections),
      ...certificateWarnings(connections, Date.now()),
    ],
  };
  if (report.problems.length > 0 || !baseUrl || !connector || !tokenService) return { ...report, config: undefined };
  const config = { ...settings, baseUrl, connector, tokenService };
  return {
    ...report,
    config: bot ? config : { ...config, encryptionKeys: config.encryptionKeys.map(derivePlaygroundKey) },
  };
}

interface SettingsReport {
  settings: Settings;
  /** Each begins with the name of its variable. */
  problems: readonly string[];
  /** These do not stop the start. */
  warnings: readonly string[];
  config: Config | undefined;
}

const VARIABLES = [
  'PORT',
  'BASE_URL',
  'BOT_ID',
  'BOT_TYPE',
  'BOT_TENANT_ID',
  'BOT_PASSWORD',
  'BOT_CERTIFICATE_FILE',
  'BOT_OPENID_METADATA',
  'BOT_TOKEN_SERVICE',
  'ALLOWED_TENANTS',
  'STORE_URL',
  'ENCRYPTION_KEYS',
  'CONNECTIONS_FILE',
  'SECURITY_CODE_TTL',
  'TICKET_TTL',
  'TEAMS_HOST_ORIGINS',
  'TRUSTED_PROXIES',
  'METRICS_PORT',
  'DIRECT_LINE_SECRET',
  'DIRECT_LINE_URL',
  'DIRECT_LINE_ORIGINS',
  'DIRECT_LINE_TENANT',
  'LOG_LEVEL',
  'AUDIT_LOG',
];

const PROXY_VARIABLES = ['HTTPS_PROXY', 'NO_PROXY'];

/** Replaces `NAME_FILE` by `NAME` for each variable of Latchkey, so that all other code reads values only. The variables of
 * connections.json are known later; `parseConnections` reads their files. */
export function readFiles(env: Env): ReturnType<typeof resolveFileVariables> {
  return resolveFileVariables(env, [...VARIABLES, ...PROXY_VARIABLES]);
}

function unreplacedVariables(env: Env): string[] {
  const unreplaced = [...VARIABLES, ...PROXY_VARIABLES].filter((name) =>
    /\$\{[^}]*\}|^\$[A-Za-z_]\w*$/.test(env[name] ?? ''),
  );
  return unreplaced.map(
    (name) => `${name} contains the name of a variable that was not replaced: set the value itself`,
  );
}

function misspeltVariables(env: Env): string[] {
  // CERT_FILE of another program looks like PORT_FILE.
  const files = VARIABLES.filter((name) => name !== 'PORT').map((name) => `${name}_FILE`);
  return Object.keys(env).flatMap((name) => {
    const suggestion = findMisspelt(name, name.endsWith('_FILE') ? [...VARIABLES, ...files] : VARIABLES);
    return suggestion ? [`${name} is not a variable of Latchkey: did you mean ${suggestion}?`] : [];
  });
}

function readBaseUrl(env: Env, bad: ReportProblem): string | undefined {
  const value = env.BASE_URL;
  if (!value)
    return bad('BASE_URL is missing: the public origin of this service, such as https://latchkey.example.com');
  if (!URL.canParse(value)) return bad('BASE_URL is not a URL: write an origin such as https://latchkey.example.com');
  const url = new URL(value);
  if (value.replace(/\/$/, '') !== url.origin)
    return bad('BASE_URL must be only an origin: no path, query or user name');
  if (!isSafeUrl(value, true))
    return bad('BASE_URL must be https; plain http is only for loopback (localhost, 127.0.0.1)');
  return url.origin;
}

/** T9: only on loopback and without any BOT_ variable, so that a half-written registration is an error. */
function isForPlayground(env: Env, loopback: boolean): boolean {
  return loopback && !Object.entries(env).some(([name, value]) => name.startsWith('BOT_') && value);
}

function readBot(env: Env, loopback: boolean, bad: ReportProblem): BotRegistration | undefined {
  if (isForPlayground(env, loopback)) return undefined;
  const id = parseGuid(env.BOT_ID);
  if (!id) bad("BOT_ID must be the bot's app registration id, a GUID");
  const type = env.BOT_TYPE || 'MultiTenant';
  if (!['SingleTenant', 'UserAssignedMSI', 'MultiTenant'].includes(type)) {
    bad('BOT_TYPE must be SingleTenant, UserAssignedMSI or MultiTenant');
  }
  const tenantId = parseGuid(env.BOT_TENANT_ID);
  if (env.BOT_TENANT_ID && !tenantId) bad('BOT_TENANT_ID must be a GUID');
  if (type !== 'MultiTenant' && !env.BOT_TENANT_ID) bad(`BOT_TENANT_ID is needed with BOT_TYPE=${type}`);
  const secret = readBotSecret(env, type, Date.now(), bad);
  if (!id) return undefined;
  return { id, type: type as BotType, tenantId, ...secret };
}

/** The token service accepts only bots with their own token. Other code reports a bad registration. */
function canAskTokenService(env: Env, bot: BotRegistration | undefined, loopback: boolean): boolean {
  if (!bot) return !isForPlayground(env, loopback);
  return bot.type === 'UserAssignedMSI' || (bot.password ?? bot.certificate ?? env.BOT_CERTIFICATE_FILE) !== undefined;
}

function refuseTokenService(connections: readonly ConnectionConfig[], bad: ReportProblem): void {
  for (const { id, signIn } of connections) {
    if (signIn.type === 'tokenService')
      bad(`CONNECTIONS_FILE: ${id}: signIn.type tokenService needs a BOT_ID, and BOT_PASSWORD or BOT_CERTIFICATE_FILE`);
  }
}

function readConnector(env: Env, loopback: boolean, bad: ReportProblem): Config['connector'] | undefined {
  const value = env.BOT_OPENID_METADATA || 'public';
  const cloud = CLOUDS.get(value);
  if (cloud) return cloud;
  const knownCloud = [...CLOUDS.values()].find(({ metadataUrl }) => metadataUrl === value);
  if (knownCloud) return knownCloud;
  // The metadata decides which tokens are accepted. So a custom document must be on this machine.
  const isLocal = loopback && isSafeUrl(value, true) && isLoopback(new URL(value));
  if (isLocal) return { metadataUrl: value, issuer: 'https://api.botframework.com' };
  return bad(
    `BOT_OPENID_METADATA must be one of ${[...CLOUDS.keys()].join(', ')}, or a loopback URL where BASE_URL is loopback`,
  );
}

function readTenants(env: Env, bad: ReportProblem): ReadonlySet<string> | undefined {
  const value = env.ALLOWED_TENANTS || env.BOT_TENANT_ID;
  if (!value) {
    return bad(
      'ALLOWED_TENANTS is missing: tenant GUIDs, comma separated, or * for all tenants (BOT_TENANT_ID is the default)',
    );
  }
  if (value.trim() === '*') return undefined;
  const tenants = value.split(',').map((tenant) => parseGuid(tenant.trim()));
  if (tenants.includes(undefined)) return bad('ALLOWED_TENANTS must be GUIDs, comma separated, or *');
  return new Set(tenants.filter((tenant) => tenant !== undefined));
}

function readStoreUrl(env: Env, bad: ReportProblem): string {
  const value = env.STORE_URL || 'sqlite:./data/latchkey.db';
  if (!parseRedisAddress(value) && !/^sqlite:.+/.test(value)) {
    bad('STORE_URL must be sqlite: and a path, such as sqlite:./data/latchkey.db, or redis://… or rediss://…');
  }
  // SQLite's in-memory databases.
  if (/^sqlite:(:memory:|file:|$)/.test(value)) {
    bad('STORE_URL must name a file: a store in memory would lose every sign-in at a restart');
  }
  return value;
}

function readKeys(env: Env, bad: ReportProblem): readonly EncryptionKey[] {
  const how = `make one with: node -p "'k1:' + require('crypto').randomBytes(32).toString('base64')"`;
  if (!env.ENCRYPTION_KEYS) return bad(`ENCRYPTION_KEYS is missing: kid:base64key[,kid:base64key…]; ${how}`) ?? [];
  const keys = env.ENCRYPTION_KEYS.split(',').map(readKey);
  const good = keys.filter((key) => key !== undefined);
  if (good.length < keys.length) bad(`ENCRYPTION_KEYS must be kid:base64key, each key 32 bytes; ${how}`);
  if (new Set(good.map(({ id }) => id)).size < good.length) bad('ENCRYPTION_KEYS names a kid twice');
  if (good.some(({ key }) => key.every((byte) => byte === 0))) bad(`ENCRYPTION_KEYS has a key of zeros only; ${how}`);
  return good;
}

function readKey(entry: string): EncryptionKey | undefined {
  const [, id, encoded] = /^\s*([A-Za-z0-9_-]{1,16}):([A-Za-z0-9+/_-]{43}=?)\s*$/.exec(entry) ?? [];
  const key = Buffer.from(encoded ?? '', 'base64');
  return id && key.length === 32 ? { id, key } : undefined;
}

function readHostOrigins(env: Env, loopback: boolean, bad: ReportProblem): readonly string[] {
  const origins = readList(env.TEAMS_HOST_ORIGINS);
  if (origins.length === 0) return [];
  const fine = origins.every((o) => loopback && URL.canParse(o) && new URL(o).origin === o && isLoopback(new URL(o)));
  if (!fine) return bad('TEAMS_HOST_ORIGINS must be loopback origins, and only where BASE_URL is loopback') ?? [];
  return origins;
}

/** Azure sets the variables also where no connection has a managed identity. */
function readIdentityEndpoint(
  env: Env,
  loopback: boolean,
  connections: readonly ConnectionConfig[],
  bad: ReportProblem,
): IdentityEndpoint {
  const endpoint = identityEndpoint(env, loopback);
  if (endpoint) return endpoint;
  if (connections.some(({ signIn }) => usesManagedIdentity(signIn)))
    bad(
      'IDENTITY_ENDPOINT must be the address that Azure sets, http://127.0.0.1:…/msi/token or http://169.254.…/msi/token (AZURE_POD_IDENTITY_AUTHORITY_HOST: a loopback URL where BASE_URL is loopback)',
    );
  return METADATA_SERVICE;
}

function readProxies(env: Env, bad: ReportProblem): readonly string[] {
  const proxies = readList(env.TRUSTED_PROXIES);
  try {
    proxyAddr.compile([...proxies]);
    return proxies;
  } catch {
    return (
      bad('TRUSTED_PROXIES must be addresses or networks, comma separated, or loopback, linklocal, uniquelocal') ?? []
    );
  }
}

function readList(value: string | undefined): string[] {
  const entries = (value ?? '').split(',').map((entry) => entry.trim());
  return entries.filter(Boolean);
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** Metrics need another port, because the proxy publishes PORT. */
function readMetricsPort(env: Env, bad: ReportProblem): number | undefined {
  if (!env.METRICS_PORT) return undefined;
  if (env.METRICS_PORT === (env.PORT || '3978')) return bad('METRICS_PORT must differ from PORT');
  return readInteger(env, 'METRICS_PORT', 0, 1, 65535, bad);
}

function readAuditLog(env: Env, bad: ReportProblem): string | undefined {
  const target = env.AUDIT_LOG;
  if (!target) return undefined;
  if (target === 'stdout' || (isAbsolute(target) && !/[/\\]$/.test(target))) return target;
  return bad('AUDIT_LOG must be stdout or the absolute path of a file, such as /var/log/latchkey/audit.jsonl');
}

function readLogLevel(env: Env, bad: ReportProblem): string {
  const level = env.LOG_LEVEL || 'info';
  if (!LOG_LEVELS.includes(level)) bad(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}`);
  return level;
}
