import { DEMO_CONNECTIONS_FILE } from './paths.ts';
import { ADA, GRACE, LINUS, PASSWORD } from './people.ts';
import { type Stack, type StackOptions, startStack, startTeamsClient, teamsClientOptions } from './stack.ts';
import { assertPortsFree, exitFailure, shutdownSignal } from './supervise.ts';

type Ports = Record<'bot' | 'identityProvider' | 'wiki' | 'teams' | 'tokenService' | 'jira' | 'confluence', number>;

/** Starts everything on seven consecutive ports. Ends it on a signal or when a part ends.
 * @throws {Error} that names a port in use, or the part that ended */
export async function serve(port: number, verbose: boolean): Promise<void> {
  const ports: Ports = {
    bot: port,
    identityProvider: port + 1,
    wiki: port + 2,
    teams: port + 3,
    tokenService: port + 4,
    jira: port + 5,
    confluence: port + 6,
  };
  const told = shutdownSignal();
  await assertPortsFree(Object.values(ports), `npm run demo -- --port ${port + 1000}`);
  const onOutput = verbose ? print : () => {};
  const teamsUrl = `http://localhost:${ports.teams}`;
  const teams = await startTeamsClient(ports, (text) => onOutput('Teams client', text), DEMO_CONNECTIONS_FILE);
  try {
    const stack = await startStack({ ports, ...teamsClientOptions(teamsUrl), ...allSignInTypes(ports), onOutput });
    try {
      welcome(teamsUrl, stack);
      await Promise.race([told, ...[teams, ...stack.parts].map(exitFailure)]);
    } finally {
      await stack.stop();
    }
  } finally {
    await teams.stop();
  }
}

/** For single sign-on and the token service. */
export function allSignInTypes(ports: Pick<Ports, 'bot' | 'tokenService'>): StackOptions {
  const callbacks = ['wiki', 'handbook', 'intranet'].map((id) => `http://localhost:${ports.bot}/auth/callback/${id}`);
  const redirectUris = [...callbacks, `http://localhost:${ports.tokenService}/.auth/web/redirect`];
  return {
    botEnv: { CONNECTIONS_FILE: DEMO_CONNECTIONS_FILE },
    identityProviderEnv: { IDP_SSO: '1', REDIRECT_URIS: redirectUris.join() },
  };
}

function print(name: string, text: string): void {
  for (const line of text.trimEnd().split('\n')) console.log(`[${name}] ${line}`);
}

function welcome(teamsUrl: string, { botUrl, identityProviderUrl, wikiUrl, botEnv }: Stack): void {
  const { BOT_TOKEN_SERVICE: tokenServiceUrl, JIRA_URL: jiraUrl, CONFLUENCE_URL: confluenceUrl } = botEnv;
  console.log(`
Latchkey runs on this machine.

  1. Open         ${teamsUrl}
  2. Search for   lakers
  3. Sign in as   ${ADA.username}   (password ${PASSWORD})

Also sign in as   ${[GRACE, LINUS].map(({ username }) => username).join(', ')}   (same password)
In Jira and Confluence the user names are ada, grace, linus.

  Teams client        ${teamsUrl}
  Web Chat            ${botUrl}/chat
  bot                 ${botUrl}
  identity provider   ${identityProviderUrl}
  wiki                ${wikiUrl}
  token service       ${tokenServiceUrl}
  Jira                ${jiraUrl}
  Confluence          ${confluenceUrl}

Log of the bot: npm run demo -- --verbose
Press Ctrl+C to stop. This deletes all data of the demo.
`);
}
