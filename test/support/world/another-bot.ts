import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Person, TENANTS } from '../../../local/people.ts';
import { freePorts, type Running, startProcess } from '../../../local/processes.ts';
import { BOT_SCRIPT } from '../../../local/stack.ts';
import type { SearchResponse, World } from './world.ts';

export interface AnotherBot extends Running {
  url: string;
}

type Change = Record<string, string | undefined>;

/** One more bot in the same world, with these settings changed; `undefined` removes one. The caller stops it.
 * @param script another build of the bot */
export async function startAnotherBot(world: World, change: Change = {}, script = BOT_SCRIPT): Promise<AnotherBot> {
  const [port = 0] = await freePorts(1);
  const settings = Object.entries({ ...world.botEnv, ...change, PORT: String(port) });
  const env = Object.fromEntries(settings.filter((entry): entry is [string, string] => entry[1] !== undefined));
  const running = await startProcess({ name: 'another bot', script, env });
  return { ...running, url: `http://localhost:${port}` };
}

/** A managed identity, in the variables in which App Service announces its identity service. */
export const managedIdentityAt = (origin: string) => ({
  BOT_TYPE: 'UserAssignedMSI',
  BOT_TENANT_ID: TENANTS.contoso,
  IDENTITY_ENDPOINT: `${origin}/msi/token`,
  IDENTITY_HEADER: 'x',
});

/** The type of its answer to a search. @throws {Error} unless the bot responds with 200 */
export async function searchAt(world: World, url: string, person: Person): Promise<SearchResponse['type']> {
  return (await world.search(person, { text: 'lakers' }, url)).type;
}

/** Runs a function with one more bot, and stops it. */
export async function withAnotherBot<T>(
  world: World,
  change: Change,
  use: (bot: AnotherBot) => Promise<T>,
): Promise<T> {
  const bot = await startAnotherBot(world, change);
  try {
    return await use(bot);
  } finally {
    await bot.stop();
  }
}

/** Runs a function with one more bot and a changed connections file. */
export function withChangedConnections<T>(
  world: World,
  change: (signIns: Record<string, unknown>[]) => void,
  use: (bot: AnotherBot) => Promise<T>,
): Promise<T> {
  const file = JSON.parse(readFileSync(String(world.botEnv.CONNECTIONS_FILE), 'utf8')) as {
    connections: { signIn: Record<string, unknown> }[];
  };
  change(file.connections.map(({ signIn }) => signIn));
  return withChangedFile(world, file, use);
}

/** Runs a function with one more bot and another connections file. */
export function withChangedFile<T>(world: World, file: object, use: (bot: AnotherBot) => Promise<T>): Promise<T> {
  const CONNECTIONS_FILE = join(dirname(world.storePath), 'changed.json');
  writeFileSync(CONNECTIONS_FILE, JSON.stringify(file));
  return withAnotherBot(world, { CONNECTIONS_FILE }, use);
}

/** The world with another bot, for helpers that post to a bot and read its log. */
export function worldAt(world: World, bot: AnotherBot): World {
  return { ...world, bot, botUrl: bot.url };
}
