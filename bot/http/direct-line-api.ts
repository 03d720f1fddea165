import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { type DirectLineBroker, type IssuedToken, TokenOwnershipError } from '../web-chat/broker.ts';
import { type BrowserSessions, newWebChatUser } from '../web-chat/browser-session.ts';
import { DirectLineError, type DirectLineFailure } from '../web-chat/direct-line-client.ts';
import { checkBodyHeaders, readJsonObject } from './body.ts';
import { chatCookie, readChatCookie } from './cookies.ts';
import type { Handler } from './json-endpoint.ts';
import { HttpProblem, sendJson, sendProblem } from './problem.ts';
import type { BrokerLimits } from './rate-limits.ts';

export interface DirectLineApiDependencies {
  broker: DirectLineBroker;
  sessions: BrowserSessions;
  url: string;
  /** The bot's own origin and the configured ones. */
  origins: ReadonlySet<string>;
  limit(request: IncomingMessage): Promise<void>;
  limits: BrokerLimits;
  report(error: unknown): string;
}

const MAX_BODY_BYTES = 32 * 1024;
const refreshBody = z.object({ token: z.string().min(1).max(8192), refreshKey: z.string().min(1).max(1024) });

export function directLineApi(deps: DirectLineApiDependencies): Record<'preflight' | 'token' | 'refresh', Handler> {
  const { broker, sessions, limits } = deps;
  return {
    preflight: async (request, response) => {
      // T69: other sites may not request a token.
      if (!setCorsHeaders(deps, request, response)) return sendProblem(request, response, 403, 'request.origin');
      response.writeHead(204, {
        'Access-Control-Allow-Methods': 'POST',
        'Access-Control-Allow-Headers': 'content-type',
        'Access-Control-Max-Age': '600',
      });
      response.end();
    },
    // T68: the body is ignored.
    token: call(deps, async (request, response) => {
      request.resume();
      const session = sessions.open(readChatCookie(request.headers.cookie), Date.now());
      await limits.token(request, session);
      const user = session ?? newWebChatUser();
      const issued = await broker.issue(user, String(request.headers.origin));
      response.setHeader('Set-Cookie', chatCookie(sessions.seal(user, Date.now())));
      return issued;
    }),
    refresh: call(deps, async (request, response) => {
      const user = sessions.open(readChatCookie(request.headers.cookie), Date.now());
      await limits.refresh(request, user);
      const { token, refreshKey } = await readRefresh(request);
      const issued = await broker.refresh(user, token, refreshKey, Date.now());
      if (user) response.setHeader('Set-Cookie', chatCookie(sessions.seal(user, Date.now())));
      return issued;
    }),
  };
}

async function readRefresh(request: IncomingMessage): Promise<z.infer<typeof refreshBody>> {
  checkBodyHeaders(request, MAX_BODY_BYTES);
  const body = refreshBody.safeParse(await readJsonObject(request, MAX_BODY_BYTES));
  if (!body.success) throw new HttpProblem(400, 'request.malformed');
  return body.data;
}

function call(
  deps: DirectLineApiDependencies,
  action: (request: IncomingMessage, response: ServerResponse) => Promise<IssuedToken>,
): Handler {
  return async (request, response) => {
    try {
      // T69: first, so that other sites cannot read errors.
      const allowed = setCorsHeaders(deps, request, response);
      await deps.limit(request);
      // Other sites must not use up the user's token limit.
      if (!allowed) throw new HttpProblem(403, 'request.origin');
      const { expiresIn, ...issued } = await action(request, response);
      sendJson(response, 200, { ...issued, expires_in: expiresIn, domain: `${deps.url}/v3/directline` });
    } catch (error) {
      sendDirectLineProblem(request, response, error, deps.report);
    }
  };
}

/** T69: allows exactly these origins, with the cookie, and never `*`.
 * @returns whether the origin is allowed */
function setCorsHeaders(
  { origins }: DirectLineApiDependencies,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const { origin } = request.headers;
  response.setHeader('Vary', 'Origin');
  if (origin === undefined || !origins.has(origin)) return false;
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Allow-Credentials', 'true');
  response.setHeader('Access-Control-Expose-Headers', 'Retry-After');
  return true;
}

const STATUS: Record<DirectLineFailure, [status: number, code: string]> = {
  refused: [502, 'directline.refused'],
  expired: [403, 'directline.expired'],
  unavailable: [502, 'directline.unavailable'],
  timeout: [504, 'directline.timeout'],
};

function sendDirectLineProblem(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  report: (error: unknown) => string,
): void {
  const [status, code] = problemOf(error);
  if (error instanceof HttpProblem && error.retryAfter !== undefined) {
    response.setHeader('Retry-After', error.retryAfter);
  }
  sendProblem(request, response, status, code, status >= 500 ? { reference: report(error) } : {});
}

function problemOf(error: unknown): [status: number, code: string] {
  if (error instanceof HttpProblem) return [error.status, error.code];
  if (error instanceof TokenOwnershipError) return [403, 'directline.not_yours'];
  return error instanceof DirectLineError ? STATUS[error.failure] : [500, 'internal'];
}
