import { Agent, request } from 'node:http';
import type { Request } from '../harness/requests.ts';
import { type LoadOptions, type Measured, percentile } from './load.ts';

/** Sends at a constant rate, whether or not the server keeps up, as users do. Each request is timed from when it was
 * due, so a pause of the server counts for all requests in it (no coordinated omission).
 * @param rate requests per second */
export async function runOpenLoop(
  requests: readonly Request[],
  { url, connections, seconds, amount }: LoadOptions,
  rate: number,
): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const total = amount ?? Math.round(rate * seconds);
  const times = new Float64Array(total);
  const began = performance.now();
  let failed = 0;
  const one = async (at: number) => {
    const due = began + (at * 1000) / rate;
    const ok = await send(agent, url, requests[at % requests.length]);
    times[at] = performance.now() - due;
    if (!ok) failed++;
  };
  const sent: Promise<void>[] = [];
  while (sent.length < total) {
    const dueByNow = Math.min(total, Math.floor(((performance.now() - began) * rate) / 1000) + 1);
    while (sent.length < dueByNow) sent.push(one(sent.length));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(sent);
  agent.destroy();
  const took = (performance.now() - began) / 1000;
  times.sort();
  const [p50, p99, max] = [percentile(times, 0.5), percentile(times, 0.99), percentile(times, 1)];
  return { requests: total, perSecond: total / took, p50, p99, max, failed };
}

/** @returns whether the response was 200 */
function send(agent: Agent, url: string, { headers, body }: Request = { text: '', headers: {}, body: '' }) {
  return new Promise<boolean>((resolve) => {
    const sending = request(`${url}/api/messages`, { agent, method: 'POST', headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode === 200));
      response.on('error', () => resolve(false));
    });
    sending.on('error', () => resolve(false));
    sending.end(body);
  });
}
