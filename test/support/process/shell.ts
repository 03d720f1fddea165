import { expect } from '@jest/globals';
import { builtPath } from '../../../local/paths.ts';
import { type CommandResult, type Place, run } from './command.ts';

/** Those of package.json that set up first, and then run what was built; here it is built. */
export const BUILT: Record<string, string> = {
  'npm run demo': 'local/demo.js',
  'npm run package': 'scripts/package/main.js',
  'npm run doctor': 'bot/cli.js doctor',
  'node dist/bot/cli.js': 'bot/cli.js',
};

/** Runs it in a shell, as a reader would. */
export function shell(command: string, place: Place): Promise<CommandResult> {
  return run('sh', ['-c', command], place);
}

/** The same, with what npm and npx would run, in place of them. */
export function built(command: string, place: Place) {
  const [known = '', file = ''] = Object.entries(BUILT).find(([prefix]) => command.startsWith(prefix)) ?? [];
  const [script = '', ...text] = file.split(' ');
  const rest = command.slice(known.length).replace(/^ --(?= )/, '');
  return shell(`"${process.execPath}" "${builtPath(script)}" ${text.join(' ')}${rest}`, place);
}

/** Of what ended well, and complained of nothing. */
export async function good(outcome: Promise<CommandResult>): Promise<string> {
  const { stdout, stderr, code } = await outcome;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}
