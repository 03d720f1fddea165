import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendJson } from '../../teams/http.ts';
import { readBody } from '../body.ts';

/** `error` sends `status`; `hang` never responds; `lose` works but drops the response; `slow` delays it; `hold` delays
 * it until the faults are cleared. */
export type FaultMode = 'error' | 'hang' | 'lose' | 'slow' | 'hold';

export interface Fault {
  /** The path's last segment: `token`, `revocation`, `jwks`, `openid-configuration`, `auth`; for GitHub `access_token`,
   * `user`. */
  endpoint: string;
  mode: FaultMode;
  status: number;
  /** Requests that fail. */
  times: number;
  /** Requests that pass first. */
  skip: number;
}

const MODES: readonly FaultMode[] = ['error', 'hang', 'lose', 'slow', 'hold'];
/** Milliseconds, for `slow`. */
const HELD_BACK = 500;

/** `POST /__fault`, for tests. Defaults: `status` 503, `times` 1, `skip` 0. */
export class Faults {
  #faults: Fault[] = [];
  #held: (() => void)[] = [];

  /** @param body JSON; an empty object clears all faults @throws {Error} for an invalid order */
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

  async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      this.order(await readBody(request));
      sendJson(response, 200, {});
    } catch (error) {
      sendJson(response, 400, { error: String(error) });
    }
  }

  /** @returns true if this handles the request */
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

/** Closes the connection after the work, before the response. */
function loseResponse(response: ServerResponse): void {
  response.writeHead = () => response.destroy();
  response.end = () => response.destroy();
}

function holdBackResponse(response: ServerResponse, later: (response: () => void) => void): void {
  const end = response.end.bind(response) as (...parts: unknown[]) => void;
  response.end = (...parts: unknown[]) => {
    later(() => end(...parts));
    return response;
  };
}
