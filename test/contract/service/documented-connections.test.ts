import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { Config } from '../../../bot/config/config.ts';
import { parseConnections } from '../../../bot/config/connections-file.ts';
import { buildConnections } from '../../../bot/connection.ts';

interface Documented {
  from: string;
  connection: { id: string };
}

/** Every entry from the documentation of version 0.1. People copied them: do not change this file. */
const DOCUMENTED: Documented[] = JSON.parse(
  readFileSync(new URL('documented-connections.json', import.meta.url), 'utf8'),
);

test.each(DOCUMENTED)('the entry $connection.id that $from had in version 0.1 still starts', ({ connection }) => {
  const names = [...JSON.stringify(connection).matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => [
    name,
    sampleValue(name),
  ]);
  const problems: string[] = [];
  const connections = parseConnections({ connections: [connection] }, Object.fromEntries(names), true, (problem) => {
    problems.push(problem);
  });
  expect(problems).toEqual([]);
  const config = { connections, loopback: true, baseUrl: 'http://localhost:3978' } as unknown as Config;
  expect(buildConnections(config)).toHaveLength(1);
});

function sampleValue(name: string): string {
  return name.endsWith('_URL') || name.endsWith('ISSUER') ? 'https://service.example.com' : 'value';
}
