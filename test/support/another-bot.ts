import { freePorts, type Running, startProcess } from '../../local/processes.ts';
import { BOT_SCRIPT } from '../../local/stack.ts';
import type { World } from './world.ts';

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

/** The world as it is seen from another bot: for helpers that post to a bot and read its log. */
export function worldAt(world: World, bot: AnotherBot): World {
  return { ...world, bot, botUrl: bot.url };
}
