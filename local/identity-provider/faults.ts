import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendJson } from '../teams/http.ts';
import { readBody } from './body.ts';

/** How an endpoint fails: answers with `status`, never answers, does its work and loses the answer, holds it back for a while,
 * or until all faults are taken back. */
export type FaultMode = 'error' | 'hang' | 'lose' | 'slow' | 'hold';

export interface Fault {
  /** The last part of the path: `token`, `revocation`, `jwks`, `openid-configuration`, `auth`; GitHub's `access_token`, `user`. */
  endpoint: string;
  mode: FaultMode;
  /** For `error`. */
  status: number;
  /** How many requests it hits. */
  times: number;
  /** How many requests pass before. */
  skip: number;
}

const MODES: readonly FaultMode[] = ['error', 'hang', 'lose', 'slow', 'hold'];
/** For `slow`: milliseconds for which the answer is held back. */
const HELD_BACK = 500;

/** Failures to order, for tests: `POST /__fault` with a {@link Issue}, `status` 503, `times` 1 and `skip` 0 unless said. */
export class Faults {
  #faults: Fault[] = [];
  #held: (() => void)[] = [];

  /** @param body JSON; an empty object takes all faults back. @throws {Error} that says what is wrong with it */
  order(body: string): void {
    const { endpoint, mode, status = 503, times = 1, skip = 0 } = JSON.parse(body) as Partial<Fault>;
    if (endpoint === undefined && mode === undefined) this.#heal();
    else if (typeof endpoint !== 'string' || !mode || !MODES.includes(mode))
      throw new Error('endpoint, mode: error | hang | lose | slow | hold');
    else this.#faults.push({ endpoint, mode, status, times, skip });
  }

  #heal(): void {
    this.#faults = [];
    for (const response of this.#held.splice(0)) response();
  }

  /** Answers `POST /__fault`. */
  async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      this.order(await readBody(request));
      sendJson(response, 200, {});
    } catch (error) {
      sendJson(response, 400, { error: String(error) });
    }
  }

  /** Whether the request is dealt with: nobody else may answer it. */
  strike(request: IncomingMessage, response: ServerResponse): boolean {
    const endpoint = new URL(request.url ?? '/', 'http://localhost').pathname.split('/').at(-1);
    const fault = this.#faults.find((each) => each.endpoint === endpoint && each.times > 0);
    if (fault === undefined) return false;
    if (fault.skip > 0) {
      fault.skip -= 1;
      return false;
    }
    fault.times -= 1;
    if (fault.mode === 'error')
      response.writeHead(fault.status, { 'content-type': 'text/plain' }).end('fault ordered\n');
    if (fault.mode === 'lose') loseResponse(response);
    if (fault.mode === 'slow') holdBackResponse(response, (response) => setTimeout(response, HELD_BACK));
    if (fault.mode === 'hold') holdBackResponse(response, (response) => this.#held.push(response));
    return fault.mode === 'error' || fault.mode === 'hang';
  }
}

/** Lets the work be done, then cuts the connection where the answer would go out. */
function loseResponse(response: ServerResponse): void {
  response.writeHead = () => response.destroy();
  response.end = () => response.destroy();
}

/** Lets the work be done; the answer goes out later. */
function holdBackResponse(response: ServerResponse, later: (response: () => void) => void): void {
  const end = response.end.bind(response) as (...parts: unknown[]) => void;
  response.end = (...parts: unknown[]) => {
    later(() => end(...parts));
    return response;
  };
}
