import { CLIENT, PASSWORD, PEOPLE } from '../../../local/people.ts';

export type LogLine = Record<string, unknown>;

/** The JSON lines of the bot's log; fails where a line is not one (a forged line, a stray stack trace). */
export function logLines(output: string): LogLine[] {
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LogLine);
}

/** The line that a reference in a message leads to. */
export function lineFor(output: string, text: string): LogLine | undefined {
  const [, reference] = / Reference: ([a-z0-9]{8})$/.exec(text) ?? [];
  return reference === undefined ? undefined : logLines(output).find((line) => line.reference === reference);
}

/** What of the secret and the personal is in the log: of the cast always, and of `used` besides (T72). */
export function leaksIn(output: string, used: readonly string[]): string[] {
  const cast = PEOPLE.flatMap(({ objectId, tenantId, username, name }) => [objectId, tenantId, username, name]);
  // The password is the product's name, too, and stands in "Latchkey is listening".
  const secrets = [CLIENT.secret, `"${PASSWORD}"`, 'eyJhbGci', 'Bearer '];
  const log = output.toLowerCase();
  const found = [...cast, ...secrets, ...used].filter((needle) => log.includes(needle.toLowerCase()));
  return [...found, ...firstNamesIn(output)];
}

/** As words of their own: by chance, three letters stand in a hash as well. */
function firstNamesIn(output: string): string[] {
  const text = new Set(output.match(/[\w-]+/g));
  return PEOPLE.map(({ name }) => String(name.split(' ')[0])).filter((name) => text.has(name));
}
