import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends these bytes on its own connection, and resolves with the response when the other side has closed it.
 * @param hangUp closes this side, too, after the last byte */
export function exchange(origin: string, sent: string, hangUp = false): Promise<string> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    let response = '';
    socket.on('data', (chunk: Buffer) => {
      response += chunk.toString('latin1');
    });
    // A reset also closes the connection.
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(response));
    socket.write(sent);
    if (hangUp) socket.end();
  });
}

/** The status of each response in the data. No body contains a status line. */
export function statusesIn(response: string): number[] {
  return [...response.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status));
}

/** The body of each response in the data, as JSON. Each response has a `Content-Length`. */
export function bodiesIn(responses: string): unknown[] {
  const bodies: unknown[] = [];
  for (let at = 0; at < responses.length; ) {
    const start = responses.indexOf('\r\n\r\n', at) + 4;
    const length = Number(/^content-length: (\d+)/im.exec(responses.slice(at, start))?.[1]);
    at = start + length;
    bodies.push(JSON.parse(Buffer.from(responses.slice(start, at), 'latin1').toString('utf8')));
  }
  return bodies;
}

/** A client that reads its responses late or not at all. */
interface Reader {
  connected: Promise<unknown>;
  /** Reads one piece, if there is one. */
  takeSome(): void;
  /** From now on reads everything. Resolves when the other side has closed, with the number of bytes. */
  takeAll(): Promise<number>;
  hangUp(): void;
}

/** Sends these bytes and reads nothing: the buffers of both systems fill up, and the rest stays in the server. */
export function connectUnread(origin: string, sent: string): Reader {
  const { hostname, port } = new URL(origin);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => undefined);
  socket.pause();
  let bytes = 0;
  const connected = once(socket, 'connect');
  socket.write(sent);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return {
    connected,
    takeSome() {
      bytes += (socket.read() as Buffer | null)?.length ?? 0;
    },
    async takeAll() {
      socket.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      socket.resume();
      await closed;
      return bytes;
    },
    hangUp: () => socket.destroy(),
  };
}
