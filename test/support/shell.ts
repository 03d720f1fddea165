import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect } from '@jest/globals';
import { builtPath } from '../../local/paths.ts';

/** Those of package.json that set up first, and then run what was built; here it is built. */
export const BUILT: Record<string, string> = {
  'npm run demo': 'local/demo.js',
  'npm run package': 'scripts/package/main.js',
  'npm run doctor': 'bot/cli.js doctor',
  'npx latchkey': 'bot/cli.js',
};

export interface Where {
  cwd: string;
  env?: Record<string, string>;
}

/** Runs it in a shell, as a reader would. */
export async function shell(command: string, { cwd, env = {} }: Where) {
  const child = spawn('sh', ['-c', command], { cwd, env: { PATH: process.env.PATH, ...env } });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { stdout, stderr, code };
}

/** The same, with what npm and npx would run, in place of them. */
export function built(command: string, where: Where) {
  const [known = '', file = ''] = Object.entries(BUILT).find(([prefix]) => command.startsWith(prefix)) ?? [];
  const [script = '', ...words] = file.split(' ');
  const rest = command.slice(known.length).replace(/^ --(?= )/, '');
  return shell(`"${process.execPath}" "${builtPath(script)}" ${words.join(' ')}${rest}`, where);
}

/** Of what ended well, and complained of nothing. */
export async function good(outcome: Promise<{ stdout: string; stderr: string; code: number | null }>): Promise<string> {
  const { stdout, stderr, code } = await outcome;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}
