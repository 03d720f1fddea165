import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Activity } from 'botbuilder';
import type { InvokeAdapter } from '../teams/adapter.ts';
import { type ActivityAuthenticator, AuthenticationError } from '../teams/auth/connector-token.ts';
import { JsonBody } from '../teams/cards/json-writer.ts';
import { checkBodyHeaders, readJsonObject } from './body.ts';
import { HttpProblem, sendJson, sendJsonText, sendProblem } from './problem.ts';

export interface MessagesDependencies {
  authenticator: ActivityAuthenticator;
  adapter: InvokeAdapter;
  /** Writes down why a request was not let in. */
  refused(status: number, reason: string): void;
  /** Writes down what went wrong; returns the reference under which it can be found. */
  report(error: unknown): string;
  /** Told how long an activity took, in seconds, where somebody wants to know. */
  measure?: (activity: { type?: unknown; name?: unknown }, status: number, seconds: number) => void;
}

const MAX_BODY_BYTES = 256 * 1024;
/** How long a connection on which the Connector has spoken may be idle: longer than what stands in front keeps one (App
 * Service 240 s), so that no query of Teams crosses our closing of it. Others are closed sooner (T44). Milliseconds. */
const KEEP_ALIVE_MS = 250_000;
const CODES = { 401: 'connector.unauthenticated', 403: 'connector.refused', 503: 'connector.unavailable' } as const;

/** `POST /api/messages`: headers, token, body, activity, in the order in which each can be refused most cheaply. */
export function messagesRoute({
  authenticator: activityAuthenticator,
  adapter,
  refused,
  report,
  measure,
}: MessagesDependencies) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const began = measure && performance.now();
    try {
      checkBodyHeaders(request, MAX_BODY_BYTES);
      const admit = await activityAuthenticator.verify(request, Date.now());
      const activity = await readJsonObject(request, MAX_BODY_BYTES);
      admit(activity);
      response.on('finish', extendKeepAlive);
      if (typeof activity.type !== 'string' || activity.type === '') throw new HttpProblem(400, 'request.malformed');
      const received = await adapter.handle(activity as unknown as Activity);
      if (began !== undefined) measure?.(activity, received.status, (performance.now() - began) / 1000);
      if (received.body instanceof JsonBody) sendJsonText(response, received.status, received.body.text);
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

/** Behind the server's own listener, which has just set the shorter time. */
function extendKeepAlive(this: ServerResponse): void {
  this.req.socket.setTimeout(KEEP_ALIVE_MS);
}
