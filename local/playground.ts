import { existsSync, readFileSync } from 'node:fs';
import { parseArgs, parseEnv } from 'node:util';
import { ADA, PASSWORD } from './people.ts';
import { startForPlayground } from './playground-bot.ts';
import { assertPortsFree, exitFailure, shutdownSignal } from './supervise.ts';

// `npm run dev:teamsfx:testtool`: the production bot for the Microsoft 365 Agents Playground. It uses stand-ins unless
// .localConfigs.testTool names a connections file. The Toolkit or you start the Playground.
const SETTINGS_FILE = '.localConfigs.testTool';
const USAGE = `Usage: npm run dev:teamsfx:testtool                    on port 3978, which the Toolkit expects
       npm run dev:teamsfx:testtool -- --port 4978    … on another port, and the stand-ins on the next two
       ${SETTINGS_FILE} may contain settings of the bot, one NAME=value per line, but no BOT_…`;

await main().catch((error: unknown) => {
  // VS Code waits for this text, or for the ready text below.
  console.error(`Latchkey cannot start, or ended: ${(error as Error).message}`);
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const settings = readSettings();
  const port = readPort(settings);
  const told = shutdownSignal();
  const ownConnections = settings.CONNECTIONS_FILE !== undefined;
  const ports = ownConnections ? [port] : [port, port + 1, port + 2];
  await assertPortsFree(ports, `npm run dev:teamsfx:testtool -- --port ${port + 1000}`);
  // The Toolkit waits for one text, so the output waits until every part is ready.
  let ready = false;
  const onOutput = (text: string) => ready && process.stdout.write(text);
  const { bot, parts, stop } = await startForPlayground(port, settings, onOutput);
  try {
    process.stdout.write(bot.output());
    ready = true;
    console.log(welcome(port, ownConnections));
    await Promise.race([told, ...parts.map(exitFailure)]);
  } finally {
    await stop();
  }
}

function readSettings(): Record<string, string> {
  if (!existsSync(SETTINGS_FILE)) return {};
  const settings = Object.entries(parseEnv(readFileSync(SETTINGS_FILE, 'utf8')));
  const filled = settings.filter((entry): entry is [string, string] => Boolean(entry[1]));
  const names = filled.map(([name]) => name).filter((name) => name.startsWith('BOT_'));
  if (names.length > 0) {
    throw new Error(
      `${SETTINGS_FILE} sets ${names.join(', ')}. With a bot id Latchkey accepts only requests of the Connector, and the Playground has no token for it. Remove the setting, or run "npm run dev:teamsfx" for Teams.`,
    );
  }
  return Object.fromEntries(filled);
}

function readPort({ PORT = '3978' }: Record<string, string>): number {
  try {
    const { values } = parseArgs({ options: { port: { type: 'string', default: PORT } } });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 1024 || port > 65_533) throw new Error('the port must be from 1024 to 65533');
    return port;
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${USAGE}`);
  }
}

function welcome(port: number, ownConnections: boolean): string {
  const people = ownConnections
    ? `  you are             currentUser in .m365agentsplayground.yml: for Entra write your own tenantId and aadObjectId there`
    : `  command ID          insertWiki; parameter name searchKeyword (under "Specify Command ID or Parameter")
  you are             ${ADA.name}, by .m365agentsplayground.yml; sign in as ${ADA.username}, password ${PASSWORD}
  insertHandbook      does not work here, because its sign-in needs the pop-up of Teams: npm run demo`;
  return `
Latchkey is listening on port ${port}, for the Agents Playground on this machine. Start the Playground in this folder:

    npx agentsplayground -e http://localhost:${port}/api/messages -c msteams

${people}

To sign in, open the address of the answer in another tab. Press Ctrl+C to stop. This deletes all data.
`;
}
