import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import * as oauth from 'openid-client';
import { signInByPages } from '../../local/identity-provider/user-agent/sign-in.ts';
import { builtPath } from '../../local/paths.ts';
import { ADA, BOT_ID, CLIENT, PASSWORD, TENANTS, WIKI_SCOPE } from '../../local/people.ts';
import { freePorts, type Running, startProcess } from '../../local/processes.ts';
import { startStack } from '../../local/stack.ts';
import { benchScript } from '../harness/environment.ts';
import { DelayNetwork } from './delay-proxy.ts';

/** The demo's parts, each behind a delay, and botbuilder's sample on the same wiki. */
export interface PeopleWorld {
  network: DelayNetwork;
  /** The Teams client of Latchkey. */
  teamsUrl: string;
  /** The Teams client of the sample. */
  stockTeamsUrl: string;
  identityProviderUrl: string;
  /** Removes all sign-ins from the bot's store. */
  forget(): void;
  /** Moves the bot's `Date.now()` ahead of the real time. */
  moveClock(milliseconds: number): void;
  stop(): Promise<void>;
}

export const COMMANDS = { proven: 'insertWiki', confirmed: 'insertHandbook', guarded: 'insertGuarded' } as const;

/** Replaces `Date.now()`; the tests use it, too. The monotonic clock goes on. */
const CLOCK_PRELOAD = new URL('../../../test/support/process/clock-preload.mjs', import.meta.url);

/** @param roundTripMs of the network
 * @throws {Error} with the output of a part that does not start */
export async function startPeopleWorld(roundTripMs: number): Promise<PeopleWorld> {
  const network = new DelayNetwork(roundTripMs);
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-people-'));
  const stops: (() => unknown)[] = [() => network.close(), () => rmSync(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const each of stops.reverse()) await each();
  };
  try {
    return await start(network, folder, stops, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  network: DelayNetwork,
  folder: string,
  stops: (() => unknown)[],
  stop: () => Promise<void>,
): Promise<PeopleWorld> {
  const [bot = 0, identityProvider = 0, wiki = 0, teams = 0, stockTeams = 0, stock = 0] = await freePorts(6);
  const behind = async (port: number, host = 'localhost') => `http://${host}:${await network.proxyTo(port)}`;
  const [botUrl, wikiUrl, teamsUrl] = [await behind(bot), await behind(wiki), await behind(teams)];
  const [stockUrl, stockTeamsUrl] = [await behind(stock), await behind(stockTeams)];
  // Another site than the bot, as in production: browsers share no connections between sites.
  const identityProviderUrl = await behind(identityProvider, '127.0.0.1');
  const connectionsFile = join(folder, 'connections.json');
  writeFileSync(connectionsFile, JSON.stringify({ connections: connections() }));
  const clockFile = join(folder, 'clock');
  writeFileSync(clockFile, '');
  const preload = new URL(CLOCK_PRELOAD);
  preload.searchParams.set('file', clockFile);

  const begin = async (name: string, script: string, env: Record<string, string>): Promise<Running> => {
    const running = await startProcess({ name, script, env });
    stops.push(() => running.stop());
    return running;
  };
  const teamsClient = (port: number, origin: string, target: string) =>
    begin('Teams client', builtPath('local/teams/main.js'), {
      PORT: String(port),
      ORIGIN: origin,
      BOT_URL: target,
      BOT_ID,
      CONNECTIONS_FILE: connectionsFile,
    });
  await teamsClient(teams, teamsUrl, botUrl);
  await teamsClient(stockTeams, stockTeamsUrl, stockUrl);
  const stack = await startStack({
    ports: { bot, identityProvider, wiki },
    metadataUrl: `${teamsUrl}/v1/.well-known/openidconfiguration`,
    teamsOrigin: teamsUrl,
    botEnv: {
      BASE_URL: botUrl,
      IDENTITY_PROVIDER_URL: identityProviderUrl,
      WIKI_URL: wikiUrl,
      CONNECTIONS_FILE: connectionsFile,
      NODE_OPTIONS: `--import=${preload.href}`,
    },
    identityProviderEnv: { ORIGIN: identityProviderUrl, BASE_URLS: botUrl },
    wikiEnv: { ORIGIN: wikiUrl, ISSUERS: issuersAt(identityProviderUrl).join() },
  });
  stops.push(() => stack.stop());
  await begin('stock', benchScript('servers/stock.js'), {
    PORT: String(stock),
    WORKLOAD: 'http',
    WIKI_URL: wikiUrl,
    METADATA_URL: `${stockTeamsUrl}/v1/.well-known/openidconfiguration`,
    KEYS_URL: `${stockTeamsUrl}/v1/.well-known/keys`,
    USER_OBJECT_ID: ADA.objectId,
    USER_TOKEN: await accessTokenOfAda(identityProviderUrl, `${botUrl}/auth/callback/wiki`),
  });
  const storePath = String(stack.botEnv.STORE_URL).replace(/^sqlite:/, '');
  return {
    network,
    teamsUrl,
    stockTeamsUrl,
    identityProviderUrl,
    forget: () => emptyStore(storePath),
    moveClock: (milliseconds) => writeFileSync(clockFile, `+${milliseconds}`),
    stop,
  };
}

function connections(): object[] {
  const client = { clientId: CLIENT.id, clientSecret: CLIENT.secret };
  const scopes = ['openid', 'profile', 'offline_access', WIKI_SCOPE];
  const source = { type: 'mediawiki', url: `\${WIKI_URL}` };
  const entra = { type: 'entra', authority: `\${IDENTITY_PROVIDER_URL}`, ...client };
  const plain = { type: 'oidc', issuer: `\${IDENTITY_PROVIDER_URL}/plain`, ...client, scopes };
  const connection = (id: string, command: string, signIn: object) => ({
    id,
    title: `Contoso ${id}`,
    commands: [command],
    signIn,
    source,
  });
  return [
    connection('wiki', COMMANDS.proven, { ...entra, scopes }),
    connection('handbook', COMMANDS.confirmed, plain),
    connection('guarded', COMMANDS.guarded, { ...plain, gate: entra }),
  ];
}

function entraIssuer(identityProviderUrl: string, tenant: string): string {
  return `${identityProviderUrl}/${tenant}/v2.0`;
}

function issuersAt(identityProviderUrl: string): string[] {
  const tenants = Object.values(TENANTS).map((tenant) => entraIssuer(identityProviderUrl, tenant));
  return [...tenants, `${identityProviderUrl}/plain`];
}

/** For the sample, which has no sign-in of its own. */
async function accessTokenOfAda(identityProviderUrl: string, redirectUri: string): Promise<string> {
  const issuer = new URL(entraIssuer(identityProviderUrl, TENANTS.contoso));
  const config = await oauth.discovery(issuer, CLIENT.id, CLIENT.secret, undefined, {
    execute: [oauth.allowInsecureRequests],
  });
  const codeVerifier = oauth.randomPKCECodeVerifier();
  const authorizationUrl = oauth.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: `openid profile ${WIKI_SCOPE}`,
    state: 'people',
    code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
  });
  const { callbackUrl } = await signInByPages({
    authorizationUrl: authorizationUrl.href,
    username: ADA.username,
    password: PASSWORD,
  });
  const checks = { pkceCodeVerifier: codeVerifier, expectedState: 'people' };
  return (await oauth.authorizationCodeGrant(config, new URL(callbackUrl), checks)).access_token;
}

/** The bot reads its store for each query, so another process may write. */
function emptyStore(path: string): void {
  const db = new Database(path);
  for (const table of ['transactions', 'parked', 'links', 'attempts']) db.exec(`DELETE FROM ${table}`);
  db.close();
}
