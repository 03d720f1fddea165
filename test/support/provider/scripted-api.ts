import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listen } from '../../../local/teams/listen.ts';
import { searchResponse } from '../wiki/wiki-control.ts';

/** A searched API whose responses a test sets, in the test's own process. It sees when a client gives up a call. */
export interface ScriptedApi {
  url: string;
  /** For the bot's CONNECTIONS_FILE: the demo's, but the handbook searches this API (`OTHER_URL`). */
  connectionsFile: string;
  requests: { url: string; headers: IncomingHttpHeaders }[];
  /** @param status default 200 */
  respondWith(json: string, status?: number): void;
  /** From now on this response takes this many milliseconds, and only this many requests are handled at once. The
   * others wait in order. */
  toil(json: string, milliseconds: number, atOnce: number): void;
  /** From now on the API does not respond, or sends only these bytes. */
  hang(begin?: string): void;
  /** The next request gets this response, those behind it none. */
  respondOnce(json: string, status: number): void;
  /** From now on responses begin, with that content coding, and do not end. */
  packEndlessly(coding: string): void;
  /** Running requests whose caller still waits. */
  open(): number;
  close(): Promise<void>;
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

/** @param source more settings of the handbook's source */
export async function startScriptedApi(source: object = {}): Promise<ScriptedApi> {
  const requests: ScriptedApi['requests'] = [];
  const waiting = new Set<ServerResponse>();
  const plain =
    (json: string, status = 200) =>
    (response: ServerResponse) =>
      void response.writeHead(status, JSON_TYPE).end(json);
  let received: (response: ServerResponse) => void = plain(searchResponse([{ title: 'Elsewhere' }]));
  const { server, origin, close } = await listen(0);
  server.on('request', (request, response) => {
    requests.push({ url: request.url ?? '', headers: request.headers });
    waiting.add(response);
    response.once('close', () => waiting.delete(response));
    received(response);
  });
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-connections-'));
  return {
    url: origin,
    connectionsFile: writeConnections(join(folder, 'connections.json'), source),
    requests,
    respondWith: (json, status) => {
      received = plain(json, status);
    },
    toil: (json, milliseconds, atOnce) => {
      received = inTurn(plain(json), milliseconds, atOnce);
    },
    hang: (begin) => {
      received = (response) => {
        if (begin !== undefined) response.writeHead(200, JSON_TYPE).write(begin);
      };
    },
    respondOnce: (json, status) => {
      received = (response) => {
        received = () => undefined;
        plain(json, status)(response);
      };
    },
    packEndlessly: (coding) => {
      received = (response) => void response.writeHead(200, { ...JSON_TYPE, 'content-encoding': coding }).write(' ');
    },
    open: () => waiting.size,
    async close() {
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function inTurn(
  received: (response: ServerResponse) => void,
  milliseconds: number,
  atOnce: number,
): (response: ServerResponse) => void {
  const line: ServerResponse[] = [];
  let busy = 0;
  const next = () => {
    const response = busy < atOnce ? line.shift() : undefined;
    if (!response) return;
    busy++;
    setTimeout(() => {
      busy--;
      received(response);
      next();
    }, milliseconds);
  };
  return (response) => {
    line.push(response);
    next();
  };
}

function writeConnections(path: string, more: object): string {
  const { connections } = JSON.parse(readFileSync(new URL('../../../local/connections.json', import.meta.url), 'utf8'));
  for (const connection of connections) {
    if (connection.id === 'handbook') connection.source = { type: 'mediawiki', url: '${OTHER_URL}', ...more };
  }
  writeFileSync(path, JSON.stringify({ connections }));
  return path;
}
