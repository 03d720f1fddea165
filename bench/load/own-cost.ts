import { Agent, request } from 'node:http';
import { freePorts } from '../../local/processes.ts';
import { LOAD_CORE, moveTo, SERVER_CORE } from '../harness/cores.ts';
import { benchScript } from '../harness/environment.ts';
import { startProgram } from '../harness/process.ts';
import { runClosedLoop } from './closed-loop.ts';

/** `npm run bench -- --only loader`: what the loader itself costs. */
const CONNECTIONS = 16;
const REQUESTS = 30_000;
/** servers/fixed.ts knows the end of a request by its last byte. */
const REQUEST = { text: '', headers: { authorization: `Bearer ${'x'.repeat(800)}` }, body: `${'x'.repeat(1_500)}~` };

/** Prints the CPU per request of the loader, and of a client of `node:http`, with a server that does no work. */
export async function compareLoaders(show: (text: string) => void): Promise<void> {
  moveTo(LOAD_CORE);
  const [port = 0] = await freePorts(1);
  const server = await startProgram({
    command: process.execPath,
    args: [benchScript('servers/fixed.js')],
    env: { PORT: String(port) },
    core: SERVER_CORE,
    ready: /listening on port/,
  });
  const url = `http://127.0.0.1:${port}`;
  const own = { url, connections: CONNECTIONS, seconds: Number.POSITIVE_INFINITY, amount: REQUESTS };
  try {
    // The first pair warms up.
    for (const name of ['warming up', 'measured']) {
      const loader = await cpuOf(() => runClosedLoop(Array(CONNECTIONS).fill(REQUEST), own));
      const nodeHttp = await cpuOf(() => sendByNodeHttp(url));
      show(`${name}: this loader ${loader.toFixed(1)} µs of CPU a request, node:http ${nodeHttp.toFixed(1)} µs`);
    }
  } finally {
    await server.stop();
  }
}

/** CPU microseconds of this process per request. */
async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / REQUESTS;
}

async function sendByNodeHttp(url: string): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  let sent = 0;
  const send = () =>
    new Promise<void>((resolve, reject) => {
      const sending = request(url, { agent, method: 'POST', headers: REQUEST.headers }, (response) => {
        response.resume().on('end', resolve);
      });
      sending.on('error', reject).end(REQUEST.body);
    });
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (sent++ < REQUESTS) await send();
    }),
  );
  agent.destroy();
}
