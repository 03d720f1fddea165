import { builtPath } from '../../../local/paths.ts';
import type { World } from '../world/world.ts';
import { type CommandResult, runScript } from './command.ts';

/** Runs `latchkey` like the operator of a world's bot: in its environment, with these settings changed. */
export function latchkey(world: World, args: string[], change: Record<string, string> = {}): Promise<CommandResult> {
  return runScript(builtPath('bot/cli.js'), args, { env: { ...world.botEnv, ...change } });
}

/** Its report with `--json`. Fails the test unless the command exited with 0. */
export async function latchkeyJson<T>(world: World, args: string[], change: Record<string, string> = {}): Promise<T> {
  const { code, stdout, stderr } = await latchkey(world, [...args, '--json'], change);
  if (code !== 0) throw new Error(`latchkey ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
  return JSON.parse(stdout) as T;
}
