import { randomBytes } from 'node:crypto';
import { type Logger, pino } from 'pino';
import { factsOf } from './latchkey-error.ts';

/** Structured logs. What people typed, their names, ids and tokens are never handed to it.
 * @param stream a file descriptor: standard output unless said */
export function createLog(level: string, stream: 1 | 2 = 1): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(stream));
}

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Eight letters and digits, none of which is mistaken for another: what a person can read out to whoever has the log. */
export function newErrorReference(): string {
  return Array.from(randomBytes(8), (byte) => LETTERS[byte % LETTERS.length]).join('');
}

/** A line of a stack: a function of ours or of a library, and its place in a file. */
const FRAME = /^at (?:async |new )*[\w$.#<>[\] ]*\(?(?:file:\/\/|node:|\/|[A-Z]:\\|<anonymous>|native)[^()]*\)?$/;
const MAX_FRAMES = 5;

/** What the log keeps of an error and its causes: {@link factsOf}, and where it was thrown. Never a request or an answer. */
export function serializeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: typeof error };
  return {
    ...factsOf(error),
    stack: framesOf(error),
    ...(error.cause !== undefined && { cause: serializeError(error.cause) }),
  };
}

/** A stack begins with the message, which may have lines of its own: only the frames below it are kept. */
function framesOf({ message, stack = '' }: Error): string[] {
  const at = stack.indexOf(message);
  return stack
    .slice(at < 0 ? 0 : at + message.length)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => FRAME.test(line))
    .slice(0, MAX_FRAMES);
}
