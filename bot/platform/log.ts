import { randomBytes } from 'node:crypto';
import { type Logger, pino } from 'pino';
import { factsOf } from './latchkey-error.ts';

/** Do not log queries, names, ids or tokens.
 * @param stream a file descriptor
 * @param fields of each line, such as the trace's id */
export function createLog(level: string, stream: 1 | 2 = 1, fields?: () => Record<string, string>): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, ...(fields && { mixin: fields }) };
  return pino(options, pino.destination(stream));
}

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Users can read it out: no characters look alike. */
export function newErrorReference(): string {
  return Array.from(randomBytes(8), (byte) => LETTERS[byte % LETTERS.length]).join('');
}

const FRAME = /^at (?:async |new )*[\w$.#<>[\] ]*\(?(?:file:\/\/|node:|\/|[A-Z]:\\|<anonymous>|native)[^()]*\)?$/;
const MAX_FRAMES = 5;

/** Never contains a request or a response. */
export function serializeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: typeof error };
  return {
    ...factsOf(error),
    stack: framesOf(error),
    ...(error.cause !== undefined && { cause: serializeError(error.cause) }),
  };
}

/** Removes the message, which precedes the frames. */
function framesOf({ message, stack = '' }: Error): string[] {
  const at = stack.indexOf(message);
  return stack
    .slice(at < 0 ? 0 : at + message.length)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => FRAME.test(line))
    .slice(0, MAX_FRAMES);
}
