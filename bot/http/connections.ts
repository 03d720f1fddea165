import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** T96: ends a connection if the client's system accepts no byte of a response for this long. */
const WRITE_STALL_MS = 10_000;
/** T96: ends a connection if a response is not fully read after this long. */
const MAX_WRITE_MS = 120_000;
/** T96: browsers and proxies wait for a response before the next request. */
const MAX_PIPELINED_REQUESTS = 16;

export interface WriteLimits {
  stallMs: number;
  maxMs: number;
  pipelined: number;
}

interface Connection {
  /** In the order of the requests. The bot writes the first. */
  readonly unanswered: Set<ServerResponse>;
  /** The response that the client has not read yet. `since` is monotonic time. */
  unread?: { response: ServerResponse; since: number } | undefined;
}

/** The connections of one server. To keep requests cheap, no timer is set per request: `checkUnread` looks at all
 * connections from time to time. Only a response that the client does not read gets a timer. */
export class Connections {
  readonly #open = new Map<Socket, Connection>();
  readonly #limits: WriteLimits;
  #draining = false;

  constructor({
    stallMs = WRITE_STALL_MS,
    maxMs = MAX_WRITE_MS,
    pipelined = MAX_PIPELINED_REQUESTS,
  }: Partial<WriteLimits> = {}) {
    this.#limits = { stallMs, maxMs, pipelined };
  }

  add(socket: Socket): void {
    this.#open.set(socket, { unanswered: new Set() });
    // Queued responses emit no event when their connection ends, so the whole entry is deleted.
    socket.once('close', () => this.#open.delete(socket));
  }

  /** Counts a request. @returns false if the connection is closed: then do not answer */
  begin(socket: Socket, response: ServerResponse): boolean {
    const connection = this.#open.get(socket);
    // After `destroy`, Node still parses the rest of the packet.
    if (!connection || socket.destroyed) return false;
    const { unanswered } = connection;
    if (unanswered.size >= this.#limits.pipelined) {
      socket.resetAndDestroy();
      return false;
    }
    if (this.#draining) response.setHeader('Connection', 'close');
    unanswered.add(response);
    response.once('close', () => unanswered.delete(response));
    return true;
  }

  /** True if a response is partly sent. A second response must not be written into it. */
  isAnswering(socket: Socket): boolean {
    const [first] = this.#open.get(socket)?.unanswered ?? [];
    return first?.headersSent === true;
  }

  /** Finds clients that do not read. @param now monotonic, in milliseconds */
  checkUnread(now: number): void {
    for (const [socket, connection] of this.#open) {
      const [response] = connection.unanswered;
      if (!response || socket.writableLength === 0) {
        connection.unread = undefined;
      } else if (connection.unread?.response !== response) {
        connection.unread = { response, since: now };
        // `writableLength` does not change while the system sends a pending write, but Node counts that as activity.
        // After the response, Node or `extendKeepAlive` sets the timeout of the idle connection.
        socket.setTimeout(this.#limits.stallMs);
      } else if (now - connection.unread.since > this.#limits.maxMs) {
        socket.resetAndDestroy();
      }
    }
  }

  expire(socket: Socket): void {
    const waiting = (this.#open.get(socket)?.unanswered.size ?? 0) > 0;
    if (!waiting) socket.destroy();
    // A reset frees the data that the system still holds for the client. After a normal close it would keep sending.
    else if (socket.writableLength > 0) socket.resetAndDestroy();
  }

  /** From now on each response ends its connection (RFC 9112 section 9.6). */
  drain(): void {
    this.#draining = true;
    for (const { unanswered } of this.#open.values()) {
      for (const response of unanswered) if (!response.headersSent) response.setHeader('Connection', 'close');
    }
  }

  /** Includes sockets that the HTTP server no longer tracks. */
  destroyAll(): void {
    for (const socket of this.#open.keys()) socket.destroy();
  }
}
