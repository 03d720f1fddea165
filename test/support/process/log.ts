import { CLIENT, PASSWORD, PEOPLE } from '../../../local/people.ts';

export type LogLine = Record<string, unknown>;

/** The JSON lines of the bot's log. Fails if a line is not JSON (a forged line, a stack trace). */
export function logLines(output: string): LogLine[] {
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LogLine);
}

/** The line for a reference in a message. */
export function lineFor(output: string, text: string): LogLine | undefined {
  const [, reference] = / Reference: ([a-z0-9]{8})$/.exec(text) ?? [];
  return reference === undefined ? undefined : logLines(output).find((line) => line.reference === reference);
}

/** Secret and personal texts in the log: of the cast always, and also of `used` (T72). */
export function leaksIn(output: string, used: readonly string[]): string[] {
  const cast = PEOPLE.flatMap(({ objectId, tenantId, username, name }) => [objectId, tenantId, username, name]);
  // The password is also the name of the product, and "Latchkey is listening" contains it.
  const secrets = [CLIENT.secret, `"${PASSWORD}"`, 'eyJhbGci', 'Bearer '];
  const log = output.toLowerCase();
  const found = [...cast, ...secrets, ...used].filter((needle) => log.includes(needle.toLowerCase()));
  return [...found, ...firstNamesIn(output)];
}

/** As whole words: three letters can also be in a hash by chance. */
function firstNamesIn(output: string): string[] {
  const text = new Set(output.match(/[\w-]+/g));
  return PEOPLE.map(({ name }) => String(name.split(' ')[0])).filter((name) => text.has(name));
}
