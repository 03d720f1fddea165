import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { type CliEnvironment, type Options, UsageError } from '../command.ts';

/** The token becomes a header (RFC 6750 section 2.1). */
const TOKEN = /^[\x21-\x7e]{1,16384}$/;

/** The token that the operator gives, if any: by `--token`, `--token-file` (`-` is the standard input), or
 * `LATCHKEY_TOKEN`. @throws {UsageError} */
export async function givenToken(
  { token, 'token-file': file }: Options,
  { env, input }: Pick<CliEnvironment, 'env' | 'input'>,
): Promise<string | undefined> {
  if (token !== undefined && file !== undefined) throw new UsageError('give --token or --token-file, not both');
  if (token !== undefined) return checked(token, '--token');
  if (file !== undefined) return checked(file === '-' ? await text(input) : read(file), '--token-file');
  return env.LATCHKEY_TOKEN ? checked(env.LATCHKEY_TOKEN, 'LATCHKEY_TOKEN') : undefined;
}

/** Does not repeat the value. */
function checked(value: string, place: string): string {
  const token = value.trim().replace(/^Bearer\s+/i, '');
  if (!TOKEN.test(token)) throw new UsageError(`${place} must be one access token, without spaces`);
  return token;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--token-file cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
