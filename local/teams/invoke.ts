import { peopleByKey } from './cast.ts';
import type { Connector } from './connector/connector.ts';
import { requestHeaders } from './connector/post.ts';
import { asObject, textOf } from './fields.ts';
import { RequestError } from './http.ts';
import { type Commands, requestedActivity } from './invocations.ts';
import type { ChatActivity, Exchange, InvokeResult, Outcome } from './page-api.ts';
import { type SsoTokens, withToken } from './sso.ts';

interface InvokeContext extends Commands {
  connector: Connector;
  botUrl: string;
  ssoTokens: SsoTokens;
}

/** @throws {RequestError} for an invalid request of the page */
export async function invoke(context: InvokeContext, wanted: unknown): Promise<InvokeResult> {
  const fields = asObject(wanted);
  const person = peopleByKey.get(textOf(fields, 'person'));
  if (!person) throw new RequestError(400, `There is no person called “${textOf(fields, 'person')}”.`);
  const { connector, botUrl, ssoTokens } = context;
  const requested = requestedActivity(connector, person, fields, context);
  const ssoToken = fields.silent === true ? await ssoTokens(person) : undefined;
  if (ssoToken === undefined) return deliver(connector, botUrl, requested);
  return deliver(connector, botUrl, withToken(requested, ssoToken), withToken(requested, cut(ssoToken)));
}

/** @param shown the reported activity, without secrets */
export async function deliver<T extends ChatActivity>(
  connector: Connector,
  botUrl: string,
  request: T,
  shown: T = request,
): Promise<Exchange<T>> {
  const token = await connector.token();
  const sent = { url: new URL('/api/messages', botUrl).href, requestHeaders: redacted(token), request: shown };
  const started = performance.now();
  try {
    const { status, body, ms } = await connector.post(botUrl, request, { token });
    return { ...sent, outcome: 'answered', status, body, ms };
  } catch (cause) {
    return { ...sent, outcome: outcomeOf(cause), ms: Math.round(performance.now() - started) };
  }
}

function redacted(token: string): Record<string, string> {
  return requestHeaders(cut(token));
}

/** The wire panel shows no secrets. */
export function cut(token: string): string {
  return `${token.slice(0, 6)}… (${token.length} characters)`;
}

function outcomeOf(cause: unknown): Outcome {
  if (cause instanceof DOMException && cause.name === 'TimeoutError') return 'timeout';
  if (cause instanceof TypeError) return 'unreachable';
  throw cause;
}
