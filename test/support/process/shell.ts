import { expect } from '@jest/globals';
import { builtPath } from '../../../local/paths.ts';
import { type CommandResult, type Place, run } from './command.ts';

/** Scripts of package.json that first build. The build exists here already. */
export const BUILT: Record<string, string> = {
  'npm run demo': 'local/demo.js',
  'npm run package': 'scripts/package/main.js',
  'npm run doctor': 'bot/cli.js doctor',
  'node dist/bot/cli.js': 'bot/cli.js',
};

/** Runs it in a shell, like a reader. */
export function shell(command: string, place: Place): Promise<CommandResult> {
  return run('sh', ['-c', command], place);
}

/** The same, with the commands behind npm and npx in their place. */
export function built(command: string, place: Place) {
  const [known = '', file = ''] = Object.entries(BUILT).find(([prefix]) => command.startsWith(prefix)) ?? [];
  const [script = '', ...text] = file.split(' ');
  const rest = command.slice(known.length).replace(/^ --(?= )/, '');
  return shell(`"${process.execPath}" "${builtPath(script)}" ${text.join(' ')}${rest}`, place);
}

/** The output of a command that exited with 0 and wrote no error. */
export async function good(outcome: Promise<CommandResult>): Promise<string> {
  const { stdout, stderr, code } = await outcome;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}
