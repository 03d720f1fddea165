import type { Person } from '../../local/people.ts';
import { freePorts, type Running, startProcess } from '../../local/processes.ts';
import { BOT_SCRIPT } from '../../local/stack.ts';
import type { SearchResponse, World } from './world.ts';

export interface AnotherBot extends Running {
  url: string;
}

/** One more bot in the same world, with these settings changed. The caller stops it. */
export async function startAnotherBot(world: World, change: Record<string, string> = {}): Promise<AnotherBot> {
  const [port = 0] = await freePorts(1);
  const env = { ...world.botEnv, ...change, PORT: String(port) };
  const running = await startProcess({ name: 'another bot', script: BOT_SCRIPT, env });
  return { ...running, url: `http://localhost:${port}` };
}

/** How a search is answered there; fails the test unless the bot answers 200. */
export async function searchAt(world: World, url: string, person: Person): Promise<SearchResponse['type']> {
  const query = world.connector.queryActivity(person, { commandId: 'insertWiki', text: 'lakers' });
  const { status, body } = await world.connector.post(url, query);
  if (status !== 200) throw new Error(`The bot answered ${status}`);
  return (body as { composeExtension: SearchResponse }).composeExtension.type;
}
