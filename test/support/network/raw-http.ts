import { type Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface RawResponse {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The text as JSON, where it is. */
  body: Record<string, unknown>;
}

interface RawRequest {
  method?: string;
  /** What stands in the request line; need not be a path. */
  target: string;
  headers?: Record<string, string | string[]>;
  body?: string;
  /** The address of this machine that it is sent from. */
  from?: string;
  /** Keeps connections; without it each request has one of its own. */
  agent?: Agent;
}

/** A request whose every header is the test's: `Host`, `Origin` and `Cookie`, which `fetch` would not let it choose. */
export function rawRequest(
  origin: string,
  { method = 'GET', target, headers = {}, body, from, agent }: RawRequest,
): Promise<RawResponse> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const sent = { hostname, port, method, path: target, headers, ...(from && { localAddress: from }) };
    const outgoing = request({ ...sent, agent: agent ?? false }, (response) => {
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

/** A call of the auth pages with headers of the test's choice, on top of the honest ones; `undefined` leaves one out. */
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
