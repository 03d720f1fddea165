/** The log shows the message (T72), so it contains no received data: no response, input or foreign error message. */
export class LatchkeyError extends Error {
  override readonly name: string = 'LatchkeyError';
}

const NAME = /^[A-Za-z][A-Za-z0-9]{0,63}$/;
/** Codes of Node.js, SQLite, jose and the Azure SDK. Tokens and e-mail addresses look different. */
const CODE = /^[A-Z][A-Za-z0-9_]{0,63}$/;
/** A Redis error starts with its code.
 * @see https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors */
const REDIS_CODE = /^([A-Z][A-Z0-9]{1,30})(?= )/;
/** ioredis errors without a code. */
const IOREDIS_MESSAGES = new Set([
  'Command timed out',
  'Connection is closed.',
  'connect ETIMEDOUT',
  "Stream isn't writeable and enableOfflineQueue options is false",
]);

interface ErrorFacts {
  name: string;
  /** Only if it contains no received data. */
  message?: string;
  code?: string;
  status?: number;
}

/** T72: foreign messages may contain responses, queries or tokens, so this keeps class, code and status. */
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

/** Safe in a {@link LatchkeyError}'s message. */
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
