import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type SecureWiki, startSecureWiki } from '../workload/secure-wiki.ts';
import type { Bench } from './bench.ts';
import { post } from './check.ts';
import { type Environment, writeConnections } from './environment.ts';
import { type Round, spreadOf } from './figures.ts';
import { expectedResponse, makeRequests, type Request } from './requests.ts';
import { type RunningServer, type Server, startServer } from './servers.ts';

/** People read results before they search again. This is longer than the four seconds for which the bot once kept a
 * connection. */
export const PAUSE_SECONDS = 6;
export const PAUSES = 4;
const QUICK_PAUSE_SECONDS = 0.2;
const QUICK_PAUSES = 1;

interface Idler {
  server: Server;
  running: RunningServer;
  handshakes: number;
  /** Milliseconds of each search after a pause. */
  times: number[];
}

/** Searches after pauses, with the wiki on https and 20 ms away. All servers run at once and are asked in turn, so that they
 * share the pauses. Adds the figures to the round. */
export async function measurePauses({ environment, servers, options, show }: Bench, round: Round): Promise<void> {
  const [pauses, pauseSeconds] = options.quick ? [QUICK_PAUSES, QUICK_PAUSE_SECONDS] : [PAUSES, PAUSE_SECONDS];
  const requests = await makeRequests(environment.connector, { signedIn: true, requests: pauses + 1, tokens: 1 });
  const wiki = await startSecureWiki();
  const secure = environmentWith(environment, wiki);
  const idlers: Idler[] = [];
  try {
    for (const server of servers) {
      idlers.push({ server, running: await startServer(server, 'http', secure), handshakes: 0, times: [] });
    }
    for (const [at, request] of requests.entries()) {
      if (at > 0) await wait(pauseSeconds * 1_000);
      for (const idler of idlers) await searchOnce(idler, wiki, request, at > 0);
    }
  } finally {
    await Promise.all(idlers.map(({ running }) => running.stop()));
    wiki.close();
  }
  for (const { server, handshakes, times } of idlers) {
    const median = spreadOf(times)?.median ?? 0;
    const one = round[server.name];
    if (one) one.pause = { searches: requests.length, pauseSeconds, handshakes, median };
    show(`  ${server.name.padEnd(16)} pause-6    ${median.toFixed(1).padStart(6)} ms  ${handshakes} TLS handshakes`);
  }
}

function environmentWith(environment: Environment, { url, authority }: SecureWiki): Environment {
  const authorityFile = join(environment.folder, 'authority.pem');
  writeFileSync(authorityFile, authority);
  const connectionsFile = writeConnections(environment.folder, 'secure-connections.json', url);
  return { ...environment, wikiUrl: url, connectionsFile, authorityFile };
}

/** @throws {Error} if the response is wrong */
async function searchOnce(idler: Idler, wiki: SecureWiki, request: Request, isAfterPause: boolean): Promise<void> {
  const { server, running } = idler;
  const before = wiki.handshakes();
  const began = performance.now();
  const { text } = await post(running.url, request);
  const took = performance.now() - began;
  if (text !== expectedResponse(request, wiki.url)) {
    throw new Error(`${server.name}, pause: ${text.slice(0, 500)}\n${running.output().slice(-3_000)}`);
  }
  idler.handshakes += wiki.handshakes() - before;
  if (isAfterPause) idler.times.push(took);
}
