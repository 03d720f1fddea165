import autocannon from 'autocannon';
import type { Request } from '../harness/requests.ts';
import type { LoadOptions, Measured } from './load.ts';

/** Used if wrk is not installed. Each connection takes the next request, so no request is sent twice at a time. */
export async function runAutocannon(requests: readonly Request[], options: LoadOptions): Promise<Measured> {
  const { url, connections, seconds, amount } = options;
  let at = 0;
  const next = (request: autocannon.Request): autocannon.Request => {
    const { headers, body } = requests[at++ % requests.length] ?? { headers: {}, body: '' };
    // Do not set content-length: with two of them autocannon sends no request and reports no error.
    return { ...request, headers, body };
  };
  const result = await autocannon({
    url: `${url}/api/messages`,
    method: 'POST',
    connections,
    ...(amount === undefined ? { duration: seconds } : { amount }),
    requests: [{ setupRequest: next }],
  });
  return {
    requests: result.requests.total,
    perSecond: result.requests.total / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    max: result.latency.max,
    failed: result.non2xx + result.errors + result.timeouts,
  };
}
