import { post } from './check.ts';
import type { Environment } from './environment.ts';
import { spreadOf } from './figures.ts';
import { expectedResponse, type Request } from './requests.ts';
import { type Server, startServer } from './servers.ts';

/** Milliseconds from the start of a process to its first answered query, over HTTP. For Latchkey: `npm start`.
 * @param times returns the median of this many starts
 * @throws {Error} if the first response is wrong */
export async function coldStart(
  server: Server,
  environment: Environment,
  request: Request,
  times: number,
): Promise<number> {
  const took: number[] = [];
  for (let at = 0; at < times; at++) took.push(await once(server, environment, request));
  return spreadOf(took)?.median ?? 0;
}

async function once(server: Server, environment: Environment, request: Request): Promise<number> {
  const began = performance.now();
  const running = await startServer(server, 'http', environment);
  try {
    const { text } = await post(running.url, request);
    const took = performance.now() - began;
    if (text !== expectedResponse(request, environment.wikiUrl)) throw new Error(`${server.name} began with: ${text}`);
    return took;
  } finally {
    await running.stop();
  }
}
