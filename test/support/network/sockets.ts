import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';

/** A slow client. */
export interface Dawdler {
  /** Resolves when the other side has closed: with the milliseconds since the start, or since the answer, and the
   * received text. */
  closed: Promise<{ after: number; response: string }>;
  /** Resolves when the first bytes of an answer arrive, or the other side has closed without one. */
  answered: Promise<void>;
  hangUp(): void;
}

/** Connects, sends `first` at once and then one more character of `rest` each half second, again and again; without
 * `rest`, nothing more. */
export function dawdle(origin: string, first: string, rest = ''): Dawdler {
  const { hostname, port } = new URL(origin);
  let started = performance.now();
  const socket = connect({ host: hostname, port: Number(port) });
  let response = '';
  let at = 0;
  if (first) socket.write(first);
  const timer = rest ? setInterval(() => socket.write(rest.charAt(at++ % rest.length)), 500) : undefined;
  // This side ignores how it ends, not that it ends.
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    response += chunk;
    // A closed connection is not an answer, even with a 408.
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

/** The number of open sockets of a process; `undefined` if the system does not report it. */
export function openSockets(pid: number): number | undefined {
  const folder = `/proc/${pid}/fd`;
  if (!existsSync(folder)) return undefined;
  return readdirSync(folder).filter((name) => isSocket(`${folder}/${name}`)).length;
}

/** The number of open descriptors of a process; `undefined` if the system does not report it. */
export function openDescriptors(pid: number): number | undefined {
  const folder = `/proc/${pid}/fd`;
  return existsSync(folder) ? readdirSync(folder).length : undefined;
}

function isSocket(path: string): boolean {
  try {
    return readlinkSync(path).startsWith('socket:');
  } catch {
    // Closed between the two calls.
    return false;
  }
}
