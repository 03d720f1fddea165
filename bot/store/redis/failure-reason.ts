import { summaryOf } from '../../platform/latchkey-error.ts';

const NETWORK: Record<string, string> = {
  ECONNREFUSED: 'no server listens there',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name cannot be looked up',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'there is no route to the network',
  ECONNRESET: 'the server ends the connection. If it speaks TLS, use rediss://',
};

const ANSWERS: readonly [RegExp, string][] = [
  [/^NOAUTH/, 'the server wants a password'],
  [/^WRONGPASS|invalid password/, 'the server does not accept the user or password'],
  [/^NOPERM/, 'the user may not run the commands that the bot needs'],
  [/^LOADING/, 'the server is still loading its data'],
];

/** Why a Redis cannot be reached, in words, with the server's or the system's own code.
 * @param usesTls whether the address is `rediss://` */
export function reasonOf(error: Error, usesTls: boolean): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  const words = wordsOf(error.message, code, usesTls);
  if (words === undefined) return summaryOf(error);
  return `${words} (${code || error.message.split(' ')[0]})`;
}

function wordsOf(message: string, code: string, usesTls: boolean): string | undefined {
  if (/CERT|SIGNATURE/.test(code)) return 'the certificate of the server is not trusted';
  if (/^ERR_SSL|^EPROTO/.test(code)) return 'the server does not speak TLS. Use redis://';
  if (code === 'ETIMEDOUT') {
    return usesTls
      ? 'the server does not answer in time. If it does not speak TLS, use redis://'
      : 'the server does not answer in time';
  }
  return NETWORK[code] ?? ANSWERS.find(([pattern]) => pattern.test(message))?.[1];
}
