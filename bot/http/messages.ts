import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Activity, InvokeResponse } from 'botbuilder';
import type { InvokeAdapter } from '../teams/adapter.ts';
import { type ActivityAuthenticator, AuthenticationError } from '../teams/auth/connector-token.ts';
import { JsonBody } from '../teams/cards/json-writer.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import { checkBodyHeaders, readJsonObject } from './body.ts';
import { HttpProblem, sendJson, sendJsonText, sendProblem } from './problem.ts';

export interface MessagesDependencies {
  authenticator: ActivityAuthenticator;
  adapter: InvokeAdapter;
  refused(status: number, reason: string): void;
  report(error: unknown): string;
  /** For a label: a name from a fixed list. */
  kindOf(activity: { type?: unknown; name?: unknown }): string;
  measure: ((kind: string, status: number, seconds: number) => void) | undefined;
  tracing: Pick<Tracing, 'activity'> | undefined;
}

const MAX_BODY_BYTES = 256 * 1024;
/** Milliseconds that a connection of the Connector may be idle. A proxy closes earlier (App Service: 240 s), so no
 * query crosses a close. Other connections close sooner (T44). */
const KEEP_ALIVE_MS = 250_000;
const CODES = { 401: 'connector.unauthenticated', 403: 'connector.refused', 503: 'connector.unavailable' } as const;

/** Checks headers, token, body and activity: the cheapest check first. */
export function messagesRoute({
  authenticator,
  adapter,
  refused,
  report,
  kindOf,
  measure,
  tracing,
}: MessagesDependencies) {
  const isObserved = measure !== undefined || tracing !== undefined;

  async function handle(activity: Record<string, unknown>): Promise<InvokeResponse | Failure> {
    try {
      return await adapter.handle(activity as unknown as Activity);
    } catch (error) {
      return new Failure(report(error));
    }
  }

  /** The span begins after the authentication, so that strangers make none. */
  async function observe(activity: Record<string, unknown>, traceparent: unknown, began: number) {
    const kind = kindOf(activity);
    const work = () => handle(activity);
    const received = await (tracing ? tracing.activity(kind, { traceparent, began }, work) : work());
    measure?.(kind, received.status, (performance.now() - began) / 1000);
    return received;
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const began = isObserved ? performance.now() : undefined;
    try {
      checkBodyHeaders(request, MAX_BODY_BYTES);
      const authorize = await authenticator.verify(request, Date.now());
      const activity = await readJsonObject(request, MAX_BODY_BYTES);
      authorize(activity);
      response.on('finish', extendKeepAlive);
      if (typeof activity.type !== 'string' || activity.type === '') throw new HttpProblem(400, 'request.malformed');
      const received = await (began === undefined
        ? handle(activity)
        : observe(activity, request.headers.traceparent, began));
      if (received instanceof Failure)
        sendProblem(request, response, 500, 'internal', { reference: received.reference });
      else if (received.body instanceof JsonBody) sendJsonText(response, received.status, received.body.text);
      else sendJson(response, received.status, received.body);
    } catch (error) {
      if (error instanceof AuthenticationError) {
        refused(error.status, error.message);
        sendProblem(request, response, error.status, CODES[error.status]);
      } else if (error instanceof HttpProblem) {
        sendProblem(request, response, error.status, error.code);
      } else {
        sendProblem(request, response, 500, 'internal', { reference: report(error) });
      }
    }
  };
}

/** The adapter threw. */
class Failure {
  readonly status = 500;
  readonly reference: string;

  constructor(reference: string) {
    this.reference = reference;
  }
}

/** Runs after the server's listener, which sets the shorter timeout. */
function extendKeepAlive(this: ServerResponse): void {
  this.req.socket.setTimeout(KEEP_ALIVE_MS);
}
