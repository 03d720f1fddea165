import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { SignInProblem, type SignInProblemCode } from '../sign-in/problems.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import { StoreError } from '../store/store.ts';
import { checkBodyHeaders, readJsonObject } from './body.ts';
import { addTransactionCookie, readTransactionCookie } from './cookies.ts';
import { HttpProblem, sendJson, sendProblem } from './problem.ts';

export interface AuthApiParts {
  signIn: SignIn;
  /** Our own origin: the only one that may post here (T39). */
  origin: string;
  /** Throws a 429 for whoever asks too often. */
  limit(request: IncomingMessage): Promise<void>;
  /** Writes down what went wrong; returns the reference under which it can be found. */
  report(error: unknown): string;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const LARGEST = 16 * 1024;

const startBody = z.object({ ticket: z.string().min(1).max(4096) });
const completeBody = z.union([
  z.object({
    connection: z.string(),
    state: z.string(),
    code: z.string().min(1).max(8192),
    iss: z.string().optional(),
    error: z.undefined().optional(),
  }),
  z.object({
    connection: z.string(),
    state: z.string(),
    error: z.string().min(1).max(512),
    code: z.undefined().optional(),
  }),
]);
const confirmBody = z.object({ decision: z.enum(['connect', 'cancel']), confirmation: z.string().max(64).optional() });

/** The three calls of the auth pages. Same origin only, JSON only, problem bodies for every refusal. */
export function authApi({
  signIn,
  origin,
  limit,
  report,
}: AuthApiParts): Record<'start' | 'complete' | 'confirm', Handler> {
  const call = <T>(
    schema: z.ZodType<T>,
    action: (body: T, cookies: string[], response: ServerResponse) => Promise<object>,
  ): Handler => {
    return async (request, response) => {
      try {
        await limit(request);
        checkOrigin(request, origin);
        checkBodyHeaders(request, LARGEST);
        const body = schema.safeParse(await readJsonObject(request, LARGEST));
        if (!body.success) throw new HttpProblem(400, 'request.malformed');
        const cookies = readTransactionCookie(request.headers.cookie);
        sendJson(response, 200, await action(body.data, cookies, response));
      } catch (error) {
        sendSignInProblem(request, response, error, report);
      }
    };
  };
  return {
    start: call(startBody, async ({ ticket }, cookies, response) => {
      const { cookie, ...started } = await signIn.begin(ticket, Date.now());
      response.setHeader('Set-Cookie', addTransactionCookie(cookies, cookie));
      return started;
    }),
    complete: call(completeBody, async (body, cookies) => {
      const { connection: connectionId, state } = body;
      const answer =
        'code' in body && body.code !== undefined ? { code: body.code, iss: body.iss } : { error: String(body.error) };
      return signIn.complete({ connectionId, state, ...answer }, cookies, Date.now());
    }),
    confirm: call(confirmBody, async ({ decision, confirmation }, cookies) =>
      signIn.confirm(decision, cookies, confirmation, Date.now()),
    ),
  };
}

/** T39: another site's page can make a browser post, but not with our origin. */
function checkOrigin(request: IncomingMessage, origin: string): void {
  if (request.headers.origin !== origin) throw new HttpProblem(403, 'request.origin');
}

const STATUS: Record<SignInProblemCode, number> = {
  'ticket.invalid': 400,
  'ticket.expired': 400,
  'transaction.cookie': 403,
  'transaction.unknown': 400,
  'confirmation.unknown': 400,
  'limit.exceeded': 429,
  'signin.cancelled': 400,
  'signin.identity_mismatch': 403,
  'provider.refused': 502,
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
  if (error instanceof HttpProblem || error instanceof SignInProblem) {
    if (error.retryAfter !== undefined) response.setHeader('Retry-After', error.retryAfter);
  }
  if (error instanceof HttpProblem) {
    sendProblem(request, response, error.status, error.code);
  } else if (error instanceof SignInProblem) {
    const status = STATUS[error.code];
    const reference = status >= 500 ? { reference: report(error) } : {};
    sendProblem(request, response, status, error.code, {
      ...(error.expected && { expected: error.expected }),
      ...reference,
    });
  } else {
    const [status, code] = error instanceof StoreError ? [503, 'store.unavailable'] : [500, 'internal'];
    sendProblem(request, response, Number(status), String(code), { reference: report(error) });
  }
}
