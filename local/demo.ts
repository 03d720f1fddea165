import { parseArgs } from 'node:util';
import { ADA, GRACE, LINUS, PASSWORD } from './people.ts';
import type { Running } from './processes.ts';
import { runScript } from './script.ts';
import { type Stack, startStack, startTeamsClient, teamsClientOptions } from './stack.ts';

// `npm run demo`: the production bot with stand-ins around it, all on loopback. `-- --script lakers` runs the main
// job once over HTTP, prints it, and ends.
const PORTS = { bot: 3978, identityProvider: 3979, wiki: 3980, teams: 3981 };
const TEAMS_URL = `http://localhost:${PORTS.teams}`;

const { values } = parseArgs({
  options: { script: { type: 'string' }, verbose: { type: 'boolean', default: false } },
});
try {
  await (values.script === undefined ? serve() : runScript(values.script));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

async function serve(): Promise<void> {
  const teams = await startTeamsClient(PORTS, (text) => onOutput('Teams client', text));
  try {
    const stack = await startStack({
      ports: PORTS,
      ...teamsClientOptions(TEAMS_URL),
      onOutput,
    });
    welcome(stack);
    await untilToldToEnd([teams, stack.bot, stack.identityProvider, stack.wiki]);
    await stack.stop();
  } finally {
    await teams.stop();
  }
}

function onOutput(name: string, text: string): void {
  if (!values.verbose) return;
  for (const line of text.trimEnd().split('\n')) console.log(`[${name}] ${line}`);
}

function welcome({ botUrl, identityProviderUrl, wikiUrl }: Stack): void {
  console.log(`
Latchkey runs on this machine. Open the Teams client, search for "lakers", and sign in:

    ${TEAMS_URL}

  sign in as       ${[ADA, GRACE, LINUS].map(({ username }) => username).join(', ')}
  password         ${PASSWORD} (everybody's)
  Teams client     ${TEAMS_URL}   plays Teams; choose who you are in its corner
  bot              ${botUrl}   the production build; log with: npm run demo -- --verbose
  identity provider ${identityProviderUrl}
  wiki             ${wikiUrl}

Ctrl+C ends it; nothing is kept.
`);
}

async function untilToldToEnd(running: readonly Running[]): Promise<void> {
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
    for (const { name, child, output } of running) {
      child.once('exit', (code) => {
        if (code) console.error(`The ${name} ended with code ${code}:\n${output().slice(-2000)}`);
        resolve();
      });
    }
  });
}
