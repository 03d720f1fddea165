import { type Config, ConfigError, readSettings, type Settings } from './config/config.ts';
import type { ConnectionConfig } from './config/connection-schema.ts';
import type { Env } from './config/env.ts';
import { isEntra, type OAuthSignIn, signInTypeOf } from './config/sign-in-types.ts';
import { linkOriginsOf, pageOriginsOf, sourceTypeOf } from './config/source-types.ts';
import { type OAuthConnection, redirectUriOf } from './sign-in/authorization.ts';
import type { ConnectionSignIn } from './sign-in/connection-sign-in.ts';
import type { TenantRestricted } from './sign-in/other-tenants.ts';
import { entraAssertion } from './sign-in/providers/entra/credential.ts';
import { entraProvider } from './sign-in/providers/entra.ts';
import type { IdentityProvider } from './sign-in/providers/identity-provider.ts';
import type { BuildOptions } from './sign-in/providers/sign-in-type.ts';
import { ConnectedAccount } from './sign-in/token-service/connected-account.ts';
import type { User } from './sign-in/user.ts';
import { type Source, withSettingName } from './sources/source.ts';
import type { UserSource } from './sources/user-source.ts';

/** Excludes parts that need the store. */
export interface ConnectionDefinition extends ConnectionSettings {
  /** Either this or `tokenService` is set. */
  oauth: OAuthConnection | undefined;
  /** An OAuth connection of the Azure Bot. */
  tokenService: string | undefined;
  source: Source;
}

export interface Connection extends ConnectionSettings {
  signIn: ConnectionSignIn;
  source: UserSource;
}

/** The connections that a person may see, in the order of the file (T11). `undefined`: no person is known. */
export type ConnectionsFor = (person: User | undefined) => readonly Connection[];

interface ConnectionSettings extends TenantRestricted {
  id: string;
  title: string;
  commands: readonly string[];
  connectedAccount: ConnectedAccount | undefined;
  linkOrigins: ReadonlySet<string>;
  /** The source looks up links to these origins. */
  pageOrigins: ReadonlySet<string>;
  imageOrigins: ReadonlySet<string>;
}

/** @throws {ConfigError} lists each connection that cannot be built, with the reason */
export function buildConnections(config: BuildSettings): readonly ConnectionDefinition[] {
  const problems: string[] = [];
  const connections = buildEach(config, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return connections;
}

type BuildSettings = Pick<Config, 'connections' | 'loopback' | 'baseUrl' | 'directLine' | 'identityEndpoint'>;

function buildEach(
  { connections, loopback, baseUrl, directLine, identityEndpoint }: BuildSettings,
  problems: string[],
): readonly ConnectionDefinition[] {
  const options = {
    allowInsecureLoopback: loopback,
    userAgent: `Latchkey (+${baseUrl})`,
    browserTenant: directLine?.tenantId,
    identityEndpoint,
  };
  const built = connections.map((connection) =>
    buildConnection(connection, { ...options, redirectUri: redirectUriOf(baseUrl, connection.id) }, (problem) => {
      problems.push(`CONNECTIONS_FILE: ${connection.id}: ${problem}`);
    }),
  );
  return built.filter((connection) => connection !== undefined);
}

/** @throws {ConfigError} lists all problems */
export function loadConfig(env: Env): {
  config: Config;
  connections: readonly ConnectionDefinition[];
  warnings: readonly string[];
} {
  const { config, settings, problems, warnings } = readSettings(env);
  const refused: string[] = [];
  const connections = buildEach({ ...settings, baseUrl: settings.baseUrl ?? 'https://unknown.invalid' }, refused);
  if (!config || refused.length > 0) throw new ConfigError([...problems, ...refused]);
  return { config, connections, warnings };
}

/** The part of the configuration that a try of a connection needs. */
export type ConnectionsConfig = Settings & { baseUrl: string };

/** For a command that runs before the bot has a registration and a store.
 * @throws {ConfigError} lists the problems of `BASE_URL` and of the connections, and no others */
export function loadConnections(env: Env): {
  config: ConnectionsConfig;
  connections: readonly ConnectionDefinition[];
} {
  const { settings, problems } = readSettings(env);
  const { baseUrl } = settings;
  const refused = problems.filter((problem) => /^(BASE_URL|CONNECTIONS_FILE|HTTPS_PROXY|NO_PROXY)\b/.test(problem));
  const needsNoBot = refused.filter((problem) => !problem.includes('tokenService needs a BOT_ID'));
  if (baseUrl === undefined) throw new ConfigError(needsNoBot);
  const connections = buildEach({ ...settings, baseUrl }, needsNoBot);
  if (needsNoBot.length > 0) throw new ConfigError(needsNoBot);
  return { config: { ...settings, baseUrl }, connections };
}

/** A search with a shared command may be for one connection or for all. */
export function connectionsSharingACommand(
  connections: readonly Pick<ConnectionSettings, 'id' | 'commands'>[],
): string[] {
  const sharing = connections.filter(({ id, commands }) =>
    connections.some((other) => other.id !== id && other.commands.some((command) => commands.includes(command))),
  );
  return sharing.map(({ id }) => id);
}

function buildConnection(
  { id, title, commands, tenants, signIn, connectedAccount, source }: ConnectionConfig,
  options: BuildOptions,
  problem: (problem: string) => void,
): ConnectionDefinition | undefined {
  const attempt = <T>(place: string, build: () => T): T | undefined => {
    try {
      return build();
    } catch (error) {
      problem(place + (error as Error).message);
      return undefined;
    }
  };
  const oauth = attempt('signIn: ', () =>
    signIn.type === 'tokenService' ? undefined : buildOAuthConnection({ id, title }, signIn, options),
  );
  const tokenService = signIn.type === 'tokenService' ? signIn.connectionName : undefined;
  const builtSource = attempt('source.', () => sourceTypeOf(source).build(source, options.userAgent));
  if ((!oauth && tokenService === undefined) || !builtSource) return undefined;
  const origin = new URL(source.url).origin;
  return {
    id,
    title,
    commands,
    tenants: tenants && new Set(tenants.map((tenant) => tenant.toLowerCase())),
    oauth,
    tokenService,
    connectedAccount:
      connectedAccount &&
      new ConnectedAccount({ ...connectedAccount, allowInsecureLoopback: options.allowInsecureLoopback }),
    source: builtSource,
    linkOrigins: new Set(linkOriginsOf(source)),
    pageOrigins: new Set(pageOriginsOf(source)),
    imageOrigins: new Set([origin, ...source.imageOrigins.map((url) => new URL(url).origin)]),
  };
}

function buildOAuthConnection(
  connection: { id: string; title: string },
  signIn: OAuthSignIn,
  options: BuildOptions,
): OAuthConnection {
  const identityCheck = buildIdentityCheck(signIn, options);
  const proven = isEntra(signIn) || identityCheck !== undefined;
  return { ...connection, ...signInTypeOf(signIn).build(signIn, options), identityCheck, proven };
}

function buildIdentityCheck(
  signIn: OAuthSignIn,
  { allowInsecureLoopback, identityEndpoint }: BuildOptions,
): IdentityProvider | undefined {
  if (!('gate' in signIn) || !signIn.gate) return undefined;
  const { gate } = signIn;
  return withSettingName('gate', () => {
    const assertion = entraAssertion(gate, gate.authority, identityEndpoint);
    return entraProvider({ ...gate, assertion, scopes: ['openid'], allowInsecureLoopback });
  });
}
