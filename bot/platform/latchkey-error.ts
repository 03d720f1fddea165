/** An error whose message holds our own words alone, so the log may show it (T72). Nothing that was received is part of the
 * message: no answer of another service, no input, and no message of another error. */
export class LatchkeyError extends Error {
  override readonly name: string = 'LatchkeyError';
}

const NAME = /^[A-Za-z][A-Za-z0-9]{0,63}$/;
/** Codes of Node.js, SQLite, jose and the Azure SDK. A token or an e-mail address does not look like one. */
const CODE = /^[A-Z][A-Za-z0-9_]{0,63}$/;
/** A Redis error starts with its code (https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors). */
const REDIS_CODE = /^([A-Z][A-Z0-9]{1,30})(?= )/;
/** What ioredis says of errors that have no code. The texts are constants of the library. */
const IOREDIS_MESSAGES = new Set([
  'Command timed out',
  'Connection is closed.',
  'connect ETIMEDOUT',
  "Stream isn't writeable and enableOfflineQueue options is false",
]);

/** What is known of an error without its words. */
interface ErrorFacts {
  name: string;
  /** Present where the words are ours. */
  message?: string;
  code?: string;
  /** Of an HTTP answer. */
  status?: number;
}

/** T72: the one place that decides what of an error may be logged. Another component's message may hold what it received (an
 * answer's body, a query, a token), so only its class, code and status are kept. */
export function factsOf(error: Error): ErrorFacts {
  const name = NAME.test(error.name) ? error.name : 'Error';
  const { status, statusCode } = error as { status?: unknown; statusCode?: unknown };
  const code = codeOf(error);
  const answered = [status, statusCode].find((value) => Number.isInteger(value)) as number | undefined;
  const showsMessage = error instanceof LatchkeyError || IOREDIS_MESSAGES.has(error.message);
  return {
    name,
    ...(showsMessage && { message: error.message }),
    ...(code !== undefined && { code }),
    ...(answered !== undefined && { status: answered }),
  };
}

/** The same in a few words, for a message of ours. */
export function summaryOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { name, message, code, status } = factsOf(error);
  return message ?? code ?? (status === undefined ? name : `${name} ${status}`);
}

function codeOf(error: Error): string | undefined {
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && (error instanceof LatchkeyError || CODE.test(code))) return code;
  return error.name === 'ReplyError' ? REDIS_CODE.exec(error.message)?.[1] : undefined;
}
