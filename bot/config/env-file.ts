import { parseEnv } from 'node:util';

/** Reads a `.env` file as F5's scripts and the Toolkit do: `NAME=value` a line, `#` comments, quotes around a value. */
export function parseEnvFile(text: string): Record<string, string> {
  const entries = Object.entries(parseEnv(text.replace(/^\uFEFF/, '')));
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']));
}
