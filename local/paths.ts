import { fileURLToPath } from 'node:url';

// Tests run this file as it is; everybody else runs what was built of it, one folder further down.
const root = new URL(import.meta.url.endsWith('.ts') ? '..' : '../..', import.meta.url);

/** Something that the build made: `local/wiki/main.js`. */
export function builtPath(path: string): string {
  return fileURLToPath(new URL(`dist/${path}`, root));
}

/** The connections that the demo searches. */
export const CONNECTIONS_FILE = fileURLToPath(new URL('local/connections.json', root));
