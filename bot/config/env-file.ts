import { parseEnv } from 'node:util';

/** Reads a `.env` file as F5's scripts and the Toolkit do: `NAME=value` a line, `#` comments, quotes around a value. */
export function parseEnvFile(text: string): Record<string, string> {
  // Where nothing but spaces follows a `=`, Node takes the next line for the value.
  const plain = text.replace(/^\uFEFF/, '').replaceAll(/^([ \t]*[\w.-]+[ \t]*=)[ \t]+$/gm, '$1');
  const entries = Object.entries(parseEnv(plain));
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']));
}
