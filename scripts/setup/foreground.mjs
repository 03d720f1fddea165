import { spawn } from 'node:child_process';

/** A signal to npm ends npm and its shell only. Then this process gets another parent, perhaps while it still builds. */
const PARENT = process.ppid;

/** Runs a program of Node in this terminal, and ends this process with its exit code. The program ends before this
 * process does: after Ctrl+C or a signal, when VS Code closes the terminal, and when npm is killed. */
export function runInForeground(args, options = {}) {
  const child = spawn(process.execPath, args, { stdio: 'inherit', ...options });
  const end = () => child.kill('SIGTERM');
  // Ctrl+C reaches both processes.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
  setInterval(() => process.ppid !== PARENT && end(), 250).unref();
  child.on('exit', (code) => process.exit(code ?? 1));
}
