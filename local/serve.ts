import { ADA, GRACE, LINUS, PASSWORD } from './people.ts';
import { isFree, type Running } from './processes.ts';
import { type Stack, startStack, startTeamsClient, teamsClientOptions } from './stack.ts';

type Ports = Record<'bot' | 'identityProvider' | 'wiki' | 'teams', number>;

/** Starts everything on four ports in a row, and ends it when told to, or when a part of it ends by itself.
 * @throws {Error} naming a port that is taken, or the part that ended. */
export async function serve(port: number, verbose: boolean): Promise<void> {
  const ports: Ports = { bot: port, identityProvider: port + 1, wiki: port + 2, teams: port + 3 };
  const told = toldToEnd();
  await requireFree(ports);
  const onOutput = verbose ? print : () => {};
  const teamsUrl = `http://localhost:${ports.teams}`;
  const teams = await startTeamsClient(ports, (text) => onOutput('Teams client', text));
  try {
    const stack = await startStack({ ports, ...teamsClientOptions(teamsUrl), onOutput });
    try {
      welcome(teamsUrl, stack);
      await Promise.race([told, ...[teams, stack.bot, stack.identityProvider, stack.wiki].map(failure)]);
    } finally {
      await stack.stop();
    }
  } finally {
    await teams.stop();
  }
}

/** Settles at the first SIGINT or SIGTERM. Ctrl+C comes twice, from the terminal and from npm's script: a signal that
 * nobody listens to would end us before the others, and leave the store's folder behind. */
function toldToEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
  });
}

async function requireFree(ports: Ports): Promise<void> {
  const tried = await Promise.all(Object.values(ports).map(async (port) => ({ port, free: await isFree(port) })));
  const busy = tried.filter(({ free }) => !free).map(({ port }) => port);
  if (busy.length === 0) return;
  throw new Error(
    `Something listens already on port ${busy.join(', ')}: another demo perhaps. End it, or take four other ports: npm run demo -- --port ${ports.bot + 1000}`,
  );
}

/** Rejects when the process ends with an error. Told to end it ends with 0: that is no failure. */
function failure({ name, child, output }: Running): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`The ${name} ended (${signal ?? `code ${code}`}):\n${output().slice(-2000)}`));
    });
  });
}

function print(name: string, text: string): void {
  for (const line of text.trimEnd().split('\n')) console.log(`[${name}] ${line}`);
}

function welcome(teamsUrl: string, { botUrl, identityProviderUrl, wikiUrl }: Stack): void {
  console.log(`
Latchkey runs on this machine. Open the Teams client, search for "lakers", and sign in:

    ${teamsUrl}

  sign in as          ${[ADA, GRACE, LINUS].map(({ username }) => username).join(', ')}
  password            ${PASSWORD} (everybody's)

  Teams client        ${teamsUrl}   plays Teams; choose who you are in its corner
  bot                 ${botUrl}   the production build; its log: npm run demo -- --verbose
  identity provider   ${identityProviderUrl}
  wiki                ${wikiUrl}

Ctrl+C ends it; nothing is kept.
`);
}
