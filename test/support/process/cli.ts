import { builtPath } from '../../../local/paths.ts';
import type { World } from '../world/world.ts';
import { type CommandResult, runScript } from './command.ts';

/** Runs `latchkey` as the operator of a world's bot would: in its environment, with these settings changed. */
export function latchkey(world: World, args: string[], change: Record<string, string> = {}): Promise<CommandResult> {
  return runScript(builtPath('bot/cli.js'), args, { env: { ...world.botEnv, ...change } });
}

/** What it says with `--json`; fails the test unless it ended well. */
export async function latchkeyJson<T>(world: World, args: string[], change: Record<string, string> = {}): Promise<T> {
  const { code, stdout, stderr } = await latchkey(world, [...args, '--json'], change);
  if (code !== 0) throw new Error(`latchkey ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
  return JSON.parse(stdout) as T;
}
