import { spawn } from 'node:child_process';
import { builtPath } from '../../local/paths.ts';
import type { World } from './world.ts';

export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `latchkey` as the operator of a world's bot would: in its environment, with these settings changed. */
export function latchkey(world: World, args: string[], change: Record<string, string> = {}): Promise<CommandResult> {
  const { PATH = '' } = process.env;
  const env = { PATH, ...world.botEnv, ...change };
  const child = spawn(process.execPath, [builtPath('bot/cli.js'), ...args], { env });
  const result: CommandResult = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (text) => {
    result.stdout += text;
  });
  child.stderr.on('data', (text) => {
    result.stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ ...result, code }));
  });
}

/** What it says with `--json`; fails the test unless it ended well. */
export async function latchkeyJson<T>(world: World, args: string[], change: Record<string, string> = {}): Promise<T> {
  const { code, stdout, stderr } = await latchkey(world, [...args, '--json'], change);
  if (code !== 0) throw new Error(`latchkey ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
  return JSON.parse(stdout) as T;
}
