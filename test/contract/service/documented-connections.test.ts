import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { envFor, startEntries } from './start-entries.ts';

interface Documented {
  from: string;
  connection: { id: string };
}

/** Every entry from the documentation of version 0.1. People copied them: do not change this file. */
const DOCUMENTED: Documented[] = JSON.parse(
  readFileSync(new URL('documented-connections.json', import.meta.url), 'utf8'),
);

test.each(DOCUMENTED)('the entry $connection.id that $from had in version 0.1 still starts', ({ connection }) => {
  const { problems, build } = startEntries([connection], envFor([connection], sampleValue), true);
  expect(problems).toEqual([]);
  expect(build()).toHaveLength(1);
});

function sampleValue(name: string): string {
  return name.endsWith('_URL') || name.endsWith('ISSUER') ? 'https://service.example.com' : 'value';
}
