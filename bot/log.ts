import { createHmac, randomBytes } from 'node:crypto';
import { type Logger, pino } from 'pino';
import type { SecurityEvents } from './sign-in/security-events.ts';

/** Structured logs. What people typed, their names, ids and tokens are never handed to it.
 * @param stream a file descriptor: standard output unless said */
export function createLog(level: string, stream: 1 | 2 = 1): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(stream));
}

/** Writes security events with the asker hashed under a key: one person's events can be joined, nobody named. */
export function logSecurityEvents(log: Logger, key: Buffer): SecurityEvents {
  const hash = (id: string) => createHmac('sha256', key).update(id).digest('base64url').slice(0, 16);
  return (event, { connectionId, ...whose }, detail) => {
    const person = 'asker' in whose && { tenant: hash(whose.asker.tenantId), asker: hash(whose.asker.objectId) };
    log.info({ event, ...person, connection: connectionId, ...detail });
  };
}

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Eight letters and digits, none of which is mistaken for another: what a person can read out to whoever has the log. */
export function newReference(): string {
  return Array.from(randomBytes(8), (byte) => LETTERS[byte % LETTERS.length]).join('');
}

/** What the log keeps of an error: kind, message and place, and the same of its causes. Never a request or an answer. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: typeof error };
  const code = (error as NodeJS.ErrnoException).code;
  return {
    name: error.name,
    message: error.message,
    ...(typeof code === 'string' && { code }),
    stack: error.stack
      ?.split('\n')
      .slice(1, 6)
      .map((line) => line.trim()),
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
  };
}
