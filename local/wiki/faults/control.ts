import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Call, Fault } from './fault.ts';

const MAX_CALLS = 10_000;

interface FaultControl {
  record(request: IncomingMessage): void;
  /** Uses up one fault. */
  next(): Fault | undefined;
  /** Returns false for paths other than `/__fault` and `/__calls`. */
  respond(path: string, request: IncomingMessage, response: ServerResponse): Promise<boolean>;
}

/** For black-box tests: `POST`/`DELETE /__fault`, `GET`/`DELETE /__calls`. */
export function faultControl(): FaultControl {
  let fault: Fault | undefined;
  let left = 0;
  let calls: Call[] = [];

  function set(next: Fault | undefined): void {
    fault = next;
    left = next ? (next.times ?? 1) : 0;
  }

  async function change(path: string, request: IncomingMessage): Promise<void> {
    if (path === '/__fault' && request.method === 'DELETE') set(undefined);
    if (path === '/__fault' && request.method === 'POST') set(JSON.parse(await text(request)));
  }

  return {
    record: (request) => {
      if (calls.length < MAX_CALLS) calls.push(callOf(request));
    },
    next: () => {
      if (left <= 0) return undefined;
      left -= 1;
      return fault;
    },
    async respond(path, request, response) {
      if (path !== '/__fault' && path !== '/__calls') return false;
      await change(path, request);
      const body = path === '/__calls' ? { count: calls.length, calls } : { fault: fault ?? null, left };
      // Reads and clears in one step, so that no call is lost.
      if (path === '/__calls' && request.method === 'DELETE') calls = [];
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      return true;
    },
  };
}

function callOf(request: IncomingMessage): Call {
  const { authorization, 'user-agent': userAgent, traceparent } = request.headers;
  return {
    method: request.method ?? '',
    url: request.url ?? '',
    userAgent,
    traceparent: typeof traceparent === 'string' ? traceparent : undefined,
    authorization: authorization !== undefined,
    ...(authorization && { fingerprint: createHash('sha256').update(authorization).digest('hex').slice(0, 12) }),
  };
}
