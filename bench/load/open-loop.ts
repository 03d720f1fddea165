import type { Request } from '../harness/requests.ts';
import { type Connection, onTheWire, openConnections } from './connection.ts';
import { type LoadOptions, type Measured, summarize } from './load.ts';

/** Sends at a constant rate, whether or not the server keeps up, as users do. Each request is timed from when it was
 * due, so a pause of the server counts for all requests in it (no coordinated omission). All connections are open before
 * the measuring begins.
 * @param rate requests per second */
export async function runOpenLoop(
  requests: readonly Request[],
  { url, connections, seconds, amount }: LoadOptions,
  rate: number,
): Promise<Measured> {
  const bytes = requests.map((request) => Buffer.from(onTheWire(request)));
  const pool = new Pool(await openConnections(url, connections, bytes));
  const total = amount ?? Math.round(rate * seconds);
  const times = new Float64Array(total);
  const began = performance.now();
  let failed = 0;
  const one = async (at: number) => {
    const due = began + (at * 1000) / rate;
    const status = await pool.send(bytes[(connections + at) % bytes.length] ?? Buffer.alloc(0));
    times[at] = performance.now() - due;
    if (status !== 200) failed++;
  };
  const sent: Promise<void>[] = [];
  while (sent.length < total) {
    const dueByNow = Math.min(total, Math.floor(((performance.now() - began) * rate) / 1000) + 1);
    while (sent.length < dueByNow) sent.push(one(sent.length));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(sent);
  pool.close();
  const took = (performance.now() - began) / 1000;
  return summarize(times, took, failed);
}

/** Takes the connection that idled for longest, so that no server closes one: the floor does after five seconds. */
class Pool {
  readonly #all: readonly Connection[];
  readonly #free: Connection[];
  readonly #waiting: ((connection: Connection) => void)[] = [];

  constructor(all: readonly Connection[]) {
    this.#all = all;
    this.#free = [...all];
  }

  async send(bytes: Buffer): Promise<number> {
    const connection = this.#free.shift() ?? (await new Promise<Connection>((resolve) => this.#waiting.push(resolve)));
    const status = await connection.send(bytes);
    const next = this.#waiting.shift();
    if (next) next(connection);
    else this.#free.push(connection);
    return status;
  }

  close(): void {
    for (const connection of this.#all) connection.close();
  }
}
