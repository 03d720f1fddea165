import { connect, type Socket } from 'node:net';
import type { Request } from '../harness/requests.ts';

/** The bytes of a request on a keep-alive connection. */
export function onTheWire({ headers, body }: Request): string {
  const lines = Object.entries({ host: 'localhost', ...headers, 'content-length': String(Buffer.byteLength(body)) });
  return `POST /api/messages HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}

/** The status of a connection that ended before its response was complete. */
const NO_STATUS = 0;
const END_OF_HEAD = '\r\n\r\n';
const LAST_CHUNK = '\r\n0\r\n\r\n';

/** One keep-alive connection on a raw socket, with one request at a time.
 *
 * It reads no more of a response than its status and its end. That costs the load core about a third of what `node:http` takes
 * for the same request: `npm run bench -- --only loader`. */
export class Connection {
  readonly #socket: Socket;
  #received: Buffer[] = [];
  #size = 0;
  #expected: number | 'unknown' | 'chunked' = 'unknown';
  #status = NO_STATUS;
  #done: ((status: number) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#finish(NO_STATUS));
  }

  /** @throws {Error} if the server does not accept the connection */
  static open(url: string): Promise<Connection> {
    const { hostname, port } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => resolve(new Connection(socket)));
    });
  }

  /** @returns the status of the complete response; 0 without one */
  send(bytes: Buffer): Promise<number> {
    return new Promise((resolve) => {
      this.#done = resolve;
      if (this.#socket.destroyed) this.#finish(NO_STATUS);
      else this.#socket.write(bytes);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#received.push(chunk);
    this.#size += chunk.length;
    if (this.#expected === 'unknown') this.#readHead();
    if (typeof this.#expected === 'number' ? this.#size >= this.#expected : this.#isLastChunk()) {
      this.#finish(this.#status);
    }
  }

  #readHead(): void {
    const bytes = this.#joined();
    const end = bytes.indexOf(END_OF_HEAD);
    if (end < 0) return;
    const head = bytes.toString('latin1', 0, end);
    this.#status = Number(head.slice(9, 12));
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    this.#expected = length === undefined ? 'chunked' : end + END_OF_HEAD.length + Number(length);
  }

  #isLastChunk(): boolean {
    return this.#expected === 'chunked' && this.#joined().subarray(-LAST_CHUNK.length).equals(Buffer.from(LAST_CHUNK));
  }

  #joined(): Buffer {
    const [first] = this.#received;
    if (this.#received.length > 1 || !first) this.#received = [Buffer.concat(this.#received)];
    return this.#received[0] ?? Buffer.alloc(0);
  }

  #finish(status: number): void {
    const done = this.#done;
    this.#received = [];
    this.#size = 0;
    this.#expected = 'unknown';
    this.#status = NO_STATUS;
    this.#done = undefined;
    done?.(status);
  }
}

/** Opens the connections, and sends one request on each: the server has accepted all of them before a measuring begins.
 * wrk cannot do that. It counts the wait for a connection as the latency of requests that it did not send.
 * @throws {Error} if a request failed */
export async function openConnections(url: string, count: number, requests: readonly Buffer[]): Promise<Connection[]> {
  // No request is sent twice at a time: a server may answer equal queries together.
  const distinct = Math.min(count, requests.length);
  const opened = await Promise.all(Array.from({ length: distinct }, () => Connection.open(url)));
  const statuses = await Promise.all(
    opened.map((connection, at) => connection.send(requests[at % requests.length] ?? Buffer.alloc(0))),
  );
  const failed = statuses.find((status) => status !== 200);
  if (failed !== undefined) throw new Error(`A new connection was answered with ${failed}`);
  return opened;
}
