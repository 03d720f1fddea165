import { isFree, type Running } from './processes.ts';

/** Settles at the first SIGINT, SIGTERM or SIGHUP. Ctrl+C arrives twice, from the terminal and from npm. Without a
 * listener, the second ends this process too early and leaves the store's folder behind. */
export function shutdownSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}

/** @param otherwise suggests other ports @throws {Error} that names the ports in use */
export async function assertPortsFree(ports: readonly number[], otherwise: string): Promise<void> {
  const tried = await Promise.all(ports.map(async (port) => ({ port, free: await isFree(port) })));
  const busy = tried.filter(({ free }) => !free).map(({ port }) => port);
  if (busy.length === 0) return;
  throw new Error(
    `Port ${busy.join(', ')} is in use, perhaps by another demo. Stop it, or use other ports: ${otherwise}`,
  );
}

/** Rejects at an exit with an error. A stopped process exits with 0. */
export function exitFailure({ name, child, output }: Running): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`The ${name} ended (${signal ?? `code ${code}`}):\n${output().slice(-2000)}`));
    });
  });
}
