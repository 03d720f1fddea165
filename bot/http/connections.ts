import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** T96: an answer of which the client's system takes no byte for so long ends the connection. */
const WRITE_STALL_MS = 10_000;
/** T96: and so does one that is still not taken after so long, however slowly bytes go. */
const MAX_WRITE_MS = 120_000;
/** T96: requests on one connection that wait for their answers. Browsers and proxies send one at a time. */
const MAX_PIPELINED_REQUESTS = 16;

export interface WriteLimits {
  stallMs: number;
  maxMs: number;
  pipelined: number;
}

interface Connection {
  /** In the order of their requests: the first one is being written. */
  readonly unanswered: Set<ServerResponse>;
  /** The answer that the client has not taken yet, and since when, by the monotonic clock. */
  unread?: { response: ServerResponse; since: number } | undefined;
}

/**
 * The connections of one server. Nothing here is set per request: `checkUnread` looks at all connections now and then,
 * and only an answer that the client does not take gets a timer.
 */
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
    // Answers that were queued behind another one emit no event when their connection ends. They go with the socket.
    socket.once('close', () => this.#open.delete(socket));
  }

  /** Counts a request that arrived. @returns false where the connection is closed: the request must not be answered */
  begin(socket: Socket, response: ServerResponse): boolean {
    const connection = this.#open.get(socket);
    // Node reads on to the end of a packet after the socket was destroyed.
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

  /** Whether an answer has begun that is not complete. Another one must not be written into it. */
  isAnswering(socket: Socket): boolean {
    const [first] = this.#open.get(socket)?.unanswered ?? [];
    return first?.headersSent === true;
  }

  /** Finds clients that do not read. @param now milliseconds of a monotonic clock */
  checkUnread(now: number): void {
    for (const [socket, connection] of this.#open) {
      const [response] = connection.unanswered;
      if (!response || socket.writableLength === 0) {
        connection.unread = undefined;
      } else if (connection.unread?.response !== response) {
        connection.unread = { response, since: now };
        // Node counts what the system takes of a pending write as activity, which `writableLength` does not show. When the
        // answer is complete, Node or `extendKeepAlive` sets the time for the idle connection.
        socket.setTimeout(this.#limits.stallMs);
      } else if (now - connection.unread.since > this.#limits.maxMs) {
        socket.resetAndDestroy();
      }
    }
  }

  /** For a socket whose time is over. */
  expire(socket: Socket): void {
    const waiting = (this.#open.get(socket)?.unanswered.size ?? 0) > 0;
    if (!waiting) socket.destroy();
    // A reset frees what the system still holds for the client; after an ordinary close it would keep trying to send it.
    else if (socket.writableLength > 0) socket.resetAndDestroy();
  }

  /** From now on each answer ends its connection (RFC 9112 section 9.6). */
  drain(): void {
    this.#draining = true;
    for (const { unanswered } of this.#open.values()) {
      for (const response of unanswered) if (!response.headersSent) response.setHeader('Connection', 'close');
    }
  }

  /** Every socket, also one that the server itself no longer knows, such as one that was upgraded. */
  destroyAll(): void {
    for (const socket of this.#open.keys()) socket.destroy();
  }
}
