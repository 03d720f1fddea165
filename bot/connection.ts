import { type Config, ConfigError, readSettings } from './config/config.ts';
import type { ConnectionConfig } from './config/connections-file.ts';
import type { Env } from './config/env.ts';
import { isEntra, type OAuthSignIn, signInTypeOf } from './config/sign-in-types.ts';
import { linkOriginsOf, pageOriginsOf, sourceTypeOf } from './config/source-types.ts';
import { entraProvider } from './sign-in/providers/entra.ts';
import type { IdentityProvider } from './sign-in/providers/identity-provider.ts';
import type { SingleSignOn } from './sign-in/sso/sso-sign-in.ts';
import { ConnectedAccount } from './sign-in/token-service/connected-account.ts';
import { FairLimiter } from './sources/fair-limiter.ts';
import { QueryDebouncer } from './sources/query-debouncer.ts';
import type { Source } from './sources/source.ts';

/** A connection, built: one thing to search and the way to sign in to it. */
export interface Connection {
  id: string;
  title: string;
  commands: readonly string[];
  signIn: OwnProviders | { tokenService: string };
  connectedAccount: ConnectedAccount | undefined;
  source: Source;
  /** Who may call the source now. */
  turns: FairLimiter;
  /** What each person types now. */
  typing: QueryDebouncer;
  linkOrigins: ReadonlySet<string>;
  pageOrigins: ReadonlySet<string>;
  imageOrigins: ReadonlySet<string>;
}

/** Where people sign in, for credentials that are kept here. */
interface OwnProviders {
  provider: IdentityProvider;
  identityCheck: IdentityProvider | undefined;
  proven: boolean;
  sso?: SingleSignOn;
}

/** Builds every connection of the configuration, by its types of sign-in and source.
 * @throws {ConfigError} naming every connection that cannot be built, and why. */
export function buildConnections(config: ConnectionSettings): readonly Connection[] {
  const problems: string[] = [];
  const connections = buildEach(config, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return connections;
}

type ConnectionSettings = Pick<Config, 'connections' | 'loopback' | 'baseUrl' | 'directLine'>;

/** @param problems takes why a connection cannot be built */
function buildEach(
  { connections, loopback, baseUrl, directLine }: ConnectionSettings,
  problems: string[],
): readonly Connection[] {
  const built = connections.map((connection) =>
    buildConnection(connection, loopback, `Latchkey (+${baseUrl})`, directLine?.tenantId, (problem) => {
      problems.push(`CONNECTIONS_FILE: ${connection.id}: ${problem}`);
    }),
  );
  return built.filter((connection) => connection !== undefined);
}

/** Reads the configuration and builds its connections. @throws {ConfigError} naming everything that is wrong, at once. */
export function loadConfig(env: Env): {
  config: Config;
  connections: readonly Connection[];
  warnings: readonly string[];
} {
  const { config, settings, problems, warnings } = readSettings(env);
  const refused: string[] = [];
  const connections = buildEach({ ...settings, baseUrl: settings.baseUrl ?? 'https://unknown.invalid' }, refused);
  if (!config || refused.length > 0) throw new ConfigError([...problems, ...refused]);
  return { config, connections, warnings };
}

/** What each command searches, in the file's order. */
export function connectionsByCommand(connections: readonly Connection[]): ReadonlyMap<string, readonly Connection[]> {
  const commands = new Set(connections.flatMap((connection) => connection.commands));
  return new Map([...commands].map((id) => [id, connections.filter((each) => each.commands.includes(id))]));
}

/** The ids of those that share a command with another: a search there can be for one of them, or for all. */
export function connectionsSharingACommand(connections: readonly Connection[]): string[] {
  const groups = [...connectionsByCommand(connections).values()].filter((group) => group.length > 1);
  return [...new Set(groups.flat().map(({ id }) => id))];
}

function buildConnection(
  { id, title, commands, signIn, connectedAccount, source }: ConnectionConfig,
  loopback: boolean,
  userAgent: string,
  webChatTenantId: string | undefined,
  problem: (problem: string) => void,
): Connection | undefined {
  const attempt = <T>(build: () => T): T | undefined => {
    try {
      return build();
    } catch (error) {
      problem((error as Error).message);
      return undefined;
    }
  };
  const providers = attempt(() =>
    signIn.type === 'tokenService'
      ? { tokenService: signIn.connectionName }
      : buildProviders(signIn, loopback, userAgent, webChatTenantId),
  );
  const builtSource = attempt(() => sourceTypeOf(source).build(source, userAgent));
  if (!providers || !builtSource) return undefined;
  const origin = new URL(source.url).origin;
  return {
    id,
    title,
    commands,
    signIn: providers,
    connectedAccount:
      connectedAccount && new ConnectedAccount({ ...connectedAccount, allowInsecureLoopback: loopback }),
    source: builtSource,
    turns: new FairLimiter(),
    typing: new QueryDebouncer(),
    linkOrigins: new Set(linkOriginsOf(source)),
    pageOrigins: new Set(pageOriginsOf(source)),
    imageOrigins: new Set([origin, ...source.imageOrigins.map((url) => new URL(url).origin)]),
  };
}

function buildProviders(
  signIn: OAuthSignIn,
  loopback: boolean,
  userAgent: string,
  webChatTenantId: string | undefined,
): OwnProviders {
  const identityCheck = buildIdentityCheck(signIn, loopback);
  const options = { allowInsecureLoopback: loopback, userAgent, browserTenant: webChatTenantId };
  return {
    ...signInTypeOf(signIn).build(signIn, options),
    identityCheck,
    proven: isEntra(signIn) || identityCheck !== undefined,
  };
}

/** Asks for who signs in, and for nothing else. */
function buildIdentityCheck(signIn: OAuthSignIn, allowInsecureLoopback: boolean): IdentityProvider | undefined {
  if (!('gate' in signIn) || !signIn.gate) return undefined;
  return entraProvider({ ...signIn.gate, scopes: ['openid'], allowInsecureLoopback });
}
