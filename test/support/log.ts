import { CLIENT, PASSWORD, PEOPLE } from '../../local/people.ts';

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
  const cast = PEOPLE.flatMap((person) => [
    person.objectId,
    person.tenantId,
    person.username,
    ...person.name.split(' '),
  ]);
  // The password is the product's name, too, and stands in "Latchkey is listening".
  const secrets = [CLIENT.secret, `"${PASSWORD}"`, 'eyJ', 'Bearer '];
  const log = output.toLowerCase();
  return [...cast, ...secrets, ...used].filter((needle) => log.includes(needle.toLowerCase()));
}
