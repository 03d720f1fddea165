import type { Query } from './activity.ts';
import { peopleByKey } from './cast.ts';
import type { Connector } from './connector.ts';
import { RequestError } from './http.ts';
import type { Command, InvokeResult, Outcome } from './page-api.ts';
import { requestHeaders } from './post.ts';

export interface InvokeContext {
  connector: Connector;
  botUrl: string;
  commands: readonly Command[];
}

/** Sends one query of the page to the bot, as Teams would, and tells how it went.
 * @throws {RequestError} when the page asks for something that can't be */
export async function invoke(context: InvokeContext, asked: unknown): Promise<InvokeResult> {
  const fields = asObject(asked);
  const person = peopleByKey.get(textOf(fields, 'person'));
  if (!person) throw new RequestError(400, `There is nobody called “${textOf(fields, 'person')}”.`);
  const { connector, botUrl } = context;
  const request = connector.queryActivity(person, toQuery(fields, context.commands));
  const token = await connector.token();
  const sent = { url: new URL('/api/messages', botUrl).href, requestHeaders: redacted(token), request };
  const started = performance.now();
  try {
    const { status, body, ms } = await connector.post(botUrl, request, { token });
    return { ...sent, outcome: 'answered', status, body, ms };
  } catch (cause) {
    return { ...sent, outcome: outcomeOf(cause), ms: Math.round(performance.now() - started) };
  }
}

function toQuery(fields: Record<string, unknown>, commands: readonly Command[]): Query {
  const commandId = textOf(fields, 'commandId');
  if (!commands.some(({ id }) => id === commandId)) throw new RequestError(400, `No command “${commandId}”.`);
  const conversation = asObject(fields.conversation);
  return {
    commandId,
    ...(fields.text !== undefined && { text: textOf(fields, 'text') }),
    ...(fields.state !== undefined && { state: textOf(fields, 'state') }),
    skip: numberOf(fields, 'skip'),
    count: numberOf(fields, 'count'),
    locale: localeOf(fields),
    conversation: { id: textOf(conversation, 'id'), conversationType: textOf(conversation, 'conversationType') },
  };
}

function redacted(token: string): Record<string, string> {
  return requestHeaders(`${token.slice(0, 6)}… (${token.length} characters)`);
}

function outcomeOf(cause: unknown): Outcome {
  if (cause instanceof DOMException && cause.name === 'TimeoutError') return 'timeout';
  if (cause instanceof TypeError) return 'unreachable';
  throw cause;
}

function asObject(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw new RequestError(400, 'An object is missing.');
}

function textOf(fields: Record<string, unknown>, name: string): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new RequestError(400, `“${name}” must be a text.`);
}

function numberOf(fields: Record<string, unknown>, name: string): number {
  const value = fields[name];
  if (Number.isSafeInteger(value)) return Number(value);
  throw new RequestError(400, `“${name}” must be a whole number.`);
}

function localeOf(fields: Record<string, unknown>): string {
  const [locale] = canonical(textOf(fields, 'locale'));
  if (locale) return locale;
  throw new RequestError(400, '“locale” must be a language tag.');
}

function canonical(tag: string): string[] {
  try {
    return Intl.getCanonicalLocales(tag);
  } catch (cause) {
    if (cause instanceof RangeError) return [];
    throw cause;
  }
}
