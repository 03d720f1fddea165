import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { SignInError, type SignInErrorCode } from '../sign-in/errors.ts';
import { StoreError } from '../store/store.ts';
import { checkBodyHeaders, readJsonObject } from './body.ts';
import { readChatCookie, readSettingsCookie, readTransactionCookie, readWrongPersonCookie } from './cookies.ts';
import { HttpProblem, sendJson, sendProblem } from './problem.ts';

/** The user of the surrounding Teams window, if known (T91). */
export const teamsUserBody = {
  teamsUser: z.object({ id: z.string().max(64), tenantId: z.string().max(64) }).optional(),
};

export interface JsonEndpointOptions {
  /** Only this origin may post here (T39). */
  origin: string;
  limit(request: IncomingMessage): Promise<void>;
  report(error: unknown): string;
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface BrowserCookies {
  transactions: string[];
  settings: string | undefined;
  /** A person other than the Teams user recently signed in here. */
  wasWrongPerson: boolean;
  chat: string | undefined;
  setCookie(cookie: string): void;
}

export type ApiCall = <T>(
  schema: z.ZodType<T>,
  action: (body: T, browser: BrowserCookies) => Promise<object>,
) => Handler;

const MAX_BODY_BYTES = 16 * 1024;

/** For the bot's own pages: accepts only same-origin JSON. Errors are problem bodies (RFC 9457). */
export function jsonEndpoint({ origin, limit, report }: JsonEndpointOptions): ApiCall {
  return (schema, action) => async (request, response) => {
    try {
      await limit(request);
      checkOrigin(request, origin);
      checkBodyHeaders(request, MAX_BODY_BYTES);
      const body = schema.safeParse(await readJsonObject(request, MAX_BODY_BYTES));
      if (!body.success) throw new HttpProblem(400, 'request.malformed');
      sendJson(response, 200, await action(body.data, browserOf(request, response)));
    } catch (error) {
      sendSignInProblem(request, response, error, report);
    }
  };
}

function browserOf({ headers }: IncomingMessage, response: ServerResponse): BrowserCookies {
  const cookies: string[] = [];
  return {
    transactions: readTransactionCookie(headers.cookie),
    settings: readSettingsCookie(headers.cookie),
    wasWrongPerson: readWrongPersonCookie(headers.cookie),
    chat: readChatCookie(headers.cookie),
    setCookie: (cookie) => {
      cookies.push(cookie);
      response.setHeader('Set-Cookie', cookies);
    },
  };
}

/** T39: another site can make a browser post, but not with this origin. */
function checkOrigin(request: IncomingMessage, origin: string): void {
  if (request.headers.origin !== origin) throw new HttpProblem(403, 'request.origin');
}

const STATUS: Record<SignInErrorCode, number> = {
  'ticket.invalid': 400,
  'ticket.expired': 400,
  'transaction.cookie': 403,
  'transaction.unknown': 400,
  'confirmation.unknown': 400,
  'limit.exceeded': 429,
  'signin.cancelled': 400,
  'signin.scope_missing': 403,
  'signin.identity_mismatch': 403,
  'signin.other_teams_user': 403,
  'provider.refused': 502,
  'provider.policy': 403,
  'provider.misconfigured': 502,
  'provider.invalid_response': 502,
  'provider.unavailable': 502,
  'provider.timeout': 504,
};

function sendSignInProblem(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  report: (error: unknown) => string,
): void {
  if (error instanceof HttpProblem || error instanceof SignInError) {
    if (error.retryAfter !== undefined) response.setHeader('Retry-After', error.retryAfter);
  }
  if (error instanceof HttpProblem) {
    sendProblem(request, response, error.status, error.code);
  } else if (error instanceof SignInError) {
    const status = STATUS[error.code];
    const reference = status >= 500 ? { reference: report(error) } : {};
    sendProblem(request, response, status, error.code, {
      ...(error.expected && { expected: error.expected }),
      ...(error.used && { used: error.used }),
      ...(error.again && { again: error.again }),
      ...reference,
    });
  } else {
    const [status, code] = error instanceof StoreError ? [503, 'store.unavailable'] : [500, 'internal'];
    sendProblem(request, response, Number(status), String(code), { reference: report(error) });
  }
}
