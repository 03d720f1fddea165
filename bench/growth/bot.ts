import type { Bench } from '../harness/bench.ts';
import type { Environment } from '../harness/environment.ts';
import { cpuSeconds } from '../harness/process.ts';
import type { Request } from '../harness/requests.ts';
import { latchkeyEnv, type RunningServer, SERVERS, type Server, startServer } from '../harness/servers.ts';
import { runAutocannon } from '../load/autocannon.ts';
import type { LoadOptions, Measured } from '../load/load.ts';
import { runWrk } from '../load/wrk.ts';

const [ANY] = SERVERS;

/** Latchkey with a store of its own. */
function latchkeyOn(storeUrl: string): Server {
  if (!ANY) throw new Error('There are no servers');
  return { ...ANY, name: `Latchkey on ${storeUrl.split(':', 1)}`, env: (around) => latchkeyEnv(around, storeUrl) };
}

export async function withLatchkey<T>(
  storeUrl: string,
  environment: Environment,
  core: number,
  work: (server: Server, running: RunningServer) => Promise<T>,
): Promise<T> {
  const server = latchkeyOn(storeUrl);
  const running = await startServer(server, 'memory', environment, core);
  try {
    return await work(server, running);
  } finally {
    await running.stop();
  }
}

const CONNECTIONS = 16;

/** As many requests as it can answer; a few in a quick run. @throws {Error} if a request failed */
export async function loadOf(
  { load, options }: Bench,
  requests: readonly Request[],
  url: string,
  seconds = options.seconds,
): Promise<Measured> {
  const how: LoadOptions = { url, connections: CONNECTIONS, seconds, ...(options.quick && { amount: 60 }) };
  const measured = await (load === 'wrk' ? runWrk(requests, how) : runAutocannon(requests, how));
  if (measured.failed > 0 || measured.requests === 0)
    throw new Error(`${measured.failed} of ${measured.requests} requests failed`);
  return measured;
}

/** CPU microseconds of a process per request; `undefined` if the system does not report it. */
export async function cpuPerRequest(pid: number, work: () => Promise<Measured>): Promise<number | undefined> {
  const before = cpuSeconds(pid);
  const { requests } = await work();
  const after = cpuSeconds(pid);
  return before === undefined || after === undefined ? undefined : ((after - before) * 1e6) / requests;
}
