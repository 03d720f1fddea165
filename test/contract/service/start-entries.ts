import type { Config } from '../../../bot/config/config.ts';
import { parseConnections } from '../../../bot/config/connections-file.ts';
import { buildConnections } from '../../../bot/connection.ts';

/** The start of a bot with these entries in connections.json: the problems that it reports, and what it builds. */
export function startEntries(entries: readonly unknown[], env: Record<string, string> = {}, loopback = false) {
  const problems: string[] = [];
  const connections = parseConnections(
    { connections: entries },
    env,
    loopback,
    (problem) => void problems.push(problem),
  );
  const baseUrl = loopback ? 'http://localhost:3978' : 'https://latchkey.example.com';
  const config = { connections, loopback, baseUrl } as unknown as Config;
  return { problems, connections, build: () => buildConnections(config) };
}

/** An environment with each variable that the entries name. */
export function envFor(entries: readonly unknown[], sampleOf: (name: string) => string): Record<string, string> {
  const names = [...JSON.stringify(entries).matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name);
  return Object.fromEntries(names.map((name) => [name, sampleOf(name)]));
}
