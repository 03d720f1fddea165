import { isFree, type Running } from './processes.ts';

/** Settles at the first SIGINT, SIGTERM or SIGHUP. Ctrl+C comes twice, from the terminal and from npm's script: a signal that
 * nobody listens to would end us before the others, and leave the store's folder behind. */
export function shutdownSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}

/** @param otherwise the command that takes other ports @throws {Error} naming those that are taken */
export async function assertPortsFree(ports: readonly number[], otherwise: string): Promise<void> {
  const tried = await Promise.all(ports.map(async (port) => ({ port, free: await isFree(port) })));
  const busy = tried.filter(({ free }) => !free).map(({ port }) => port);
  if (busy.length === 0) return;
  throw new Error(
    `Something listens already on port ${busy.join(', ')}: another demo perhaps. End it, or take other ports: ${otherwise}`,
  );
}

/** Rejects when the process ends with an error. Told to end it ends with 0: that is no failure. */
export function exitFailure({ name, child, output }: Running): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`The ${name} ended (${signal ?? `code ${code}`}):\n${output().slice(-2000)}`));
    });
  });
}
