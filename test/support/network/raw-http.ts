import { type Agent, type ClientRequest, type IncomingHttpHeaders, request } from 'node:http';

export interface RawResponse {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The text as JSON, if it is JSON. */
  body: Record<string, unknown>;
}

interface RawRequest {
  method?: string;
  /** The target in the request line. It need not be a path. */
  target: string;
  headers?: Record<string, string | string[]>;
  body?: string;
  /** The source address, on this machine. */
  from?: string;
  /** Keeps connections open. Without it each request has its own. */
  agent?: Agent;
}

/** A request in which the test sets every header: `fetch` does not allow `Host`, `Origin` and `Cookie`. */
export function rawRequest(
  origin: string,
  { method = 'GET', target, headers = {}, body, from, agent }: RawRequest,
): Promise<RawResponse> {
  const { hostname, port } = new URL(origin);
  const sent = { hostname, port, method, path: target, headers, ...(from && { localAddress: from }) };
  return responseTo(request({ ...sent, agent: agent ?? false }), body);
}

/** Sends the request with this body. */
export function responseTo(outgoing: ClientRequest, body?: string): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parse(text) });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** A call of the auth pages with the test's headers in addition to the normal ones; `undefined` removes one. */
export function rawAuthCall(
  botUrl: string,
  call: 'start' | 'complete' | 'confirm',
  body: object | string,
  changed: Record<string, string | undefined> = {},
): Promise<RawResponse> {
  const honest = { Host: new URL(botUrl).host, Origin: botUrl, 'Content-Type': 'application/json' };
  const headers = Object.entries({ ...honest, ...changed }).filter((e): e is [string, string] => e[1] !== undefined);
  return rawRequest(botUrl, {
    method: 'POST',
    target: `/auth/api/${call}`,
    headers: Object.fromEntries(headers),
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

function parse(text: string): Record<string, unknown> {
  return text.startsWith('{') ? JSON.parse(text) : {};
}
