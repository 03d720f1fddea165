import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { runClosedLoop } from './closed-loop.ts';

/** `node dist/bench/load/own-cost.js`: the CPU of the loader per request, beside a client of `node:http`. A bare socket that
 * answers each request with the bytes of ten cards, in another process. Not part of `npm run bench`. */
const CONNECTIONS = 16;
const REQUESTS = 30_000;
/** As long as an answer with ten cards. */
const BODY_BYTES = 11_000;
const REQUEST = { text: '', headers: { authorization: `Bearer ${'x'.repeat(800)}` }, body: 'x'.repeat(1_500) };

if (process.send) serve();
else await compare();

function serve(): void {
  const response = `HTTP/1.1 200 OK\r\ncontent-length: ${BODY_BYTES}\r\n\r\n${'x'.repeat(BODY_BYTES)}`;
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    // Each request is one packet here.
    socket.on('data', () => void socket.write(response));
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as { port: number }).port));
  process.on('disconnect', () => process.exit(0));
}

async function compare(): Promise<void> {
  const child = fork(process.argv[1] ?? '');
  const [port] = (await once(child, 'message')) as [number];
  const url = `http://127.0.0.1:${port}`;
  const options = { url, connections: CONNECTIONS, seconds: 60, amount: REQUESTS };
  for (const round of ['warming up', 'measured']) {
    const own = await cpuOf(async () => void (await runClosedLoop([REQUEST], options)));
    const nodeHttp = await cpuOf(() => sendByNodeHttp(url));
    console.log(`${round}: this loader ${own.toFixed(1)} µs a request, node:http ${nodeHttp.toFixed(1)} µs`);
  }
  child.disconnect();
}

/** CPU microseconds of this process per request. */
async function cpuOf(work: () => Promise<void>): Promise<number> {
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
