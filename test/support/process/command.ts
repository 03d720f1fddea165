import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** The output and exit code of a command. */
export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Place {
  /** Default: the folder of this process. */
  cwd?: string;
  /** In addition to PATH, its whole environment. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds until it is killed. */
  timeout?: number;
  /** Its standard input. Default: empty. */
  input?: string;
}

/** Runs a program to its end. */
export async function run(
  program: string,
  args: readonly string[],
  { cwd, env, timeout, input = '' }: Place,
): Promise<CommandResult> {
  const child = spawn(program, args, { cwd, env: { PATH: process.env.PATH, ...env }, timeout });
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  // A command that reads no input may end before the text is written.
  child.stdin.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') child.emit('error', error);
  });
  child.stdin.end(input);
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

/** Runs a built script with this Node. */
export function runScript(script: string, args: readonly string[], place: Place): Promise<CommandResult> {
  return run(process.execPath, [script, ...args], place);
}
