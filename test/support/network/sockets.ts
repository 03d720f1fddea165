import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';

/** A client that takes its time. */
export interface Dawdler {
  /** Resolves when the other side has hung up: with the milliseconds since it began, or since what it asked was answered, and
   * what it was told. */
  closed: Promise<{ after: number; response: string }>;
  /** Resolves when the first bytes of an answer are here, or the other side has hung up without one. */
  answered: Promise<void>;
  hangUp(): void;
}

/** Connects, says `first` at once and then one more character of `rest` every `pace` milliseconds, for ever again from
 * its start; without `rest`, nothing more. */
export function dawdle(origin: string, first: string, rest = '', pace = 500): Dawdler {
  const { hostname, port } = new URL(origin);
  let started = performance.now();
  const socket = connect({ host: hostname, port: Number(port) });
  let response = '';
  let at = 0;
  if (first) socket.write(first);
  const timer = rest ? setInterval(() => socket.write(rest.charAt(at++ % rest.length)), pace) : undefined;
  // How it ends on this side is no matter: that it ends is.
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    response += chunk;
    // Hanging up is no answer, also where it is said (408).
    if (!chunk.includes('HTTP/1.1 408')) started = performance.now();
  });
  const closed = new Promise<{ after: number; response: string }>((resolve) => {
    socket.once('close', () => {
      clearInterval(timer);
      resolve({ after: performance.now() - started, response });
    });
  });
  const answered = new Promise<void>((resolve) => {
    for (const event of ['data', 'close']) socket.once(event, () => resolve());
  });
  return { closed, answered, hangUp: () => socket.destroy() };
}

/** How many sockets a process has open; `undefined` where the system does not say. */
export function openSockets(pid: number): number | undefined {
  const folder = `/proc/${pid}/fd`;
  if (!existsSync(folder)) return undefined;
  return readdirSync(folder).filter((name) => isSocket(`${folder}/${name}`)).length;
}

/** How many descriptors a process has open; `undefined` where the system does not report it. */
export function openDescriptors(pid: number): number | undefined {
  const folder = `/proc/${pid}/fd`;
  return existsSync(folder) ? readdirSync(folder).length : undefined;
}

function isSocket(path: string): boolean {
  try {
    return readlinkSync(path).startsWith('socket:');
  } catch {
    // Closed between the two looks.
    return false;
  }
}
