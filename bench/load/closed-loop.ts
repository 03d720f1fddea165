import type { Request } from '../harness/requests.ts';
import { onTheWire, openConnections } from './connection.ts';
import { type LoadOptions, type Measured, summarize } from './load.ts';

/** Each connection sends its next request when it has the response to the last. All connections are open before the
 * measuring begins, and each request is timed from when it is sent: for latency. wrk has the throughput. */
export async function runClosedLoop(
  requests: readonly Request[],
  { url, connections, seconds, amount = Number.POSITIVE_INFINITY }: LoadOptions,
): Promise<Measured> {
  const bytes = requests.map((request) => Buffer.from(onTheWire(request)));
  const opened = await openConnections(url, connections, bytes);
  const times: number[] = [];
  // The first requests opened the connections: a repeated query could share an answer.
  let at = connections;
  let started = 0;
  let failed = 0;
  const began = performance.now();
  const end = began + seconds * 1000;
  await Promise.all(
    opened.map(async (connection) => {
      while (started < amount && performance.now() < end) {
        started++;
        const sent = performance.now();
        const status = await connection.send(bytes[at++ % bytes.length] ?? Buffer.alloc(0));
        times.push(performance.now() - sent);
        if (status !== 200) failed++;
        // The connection is closed.
        if (status === 0) return;
      }
    }),
  );
  const took = (performance.now() - began) / 1000;
  for (const connection of opened) connection.close();
  return summarize(Float64Array.from(times), took, failed);
}
