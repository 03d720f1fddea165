import { fileURLToPath } from 'node:url';

// Tests run this file as it is; everybody else runs what was built of it, one folder further down.
const root = new URL(import.meta.url.endsWith('.ts') ? '..' : '../..', import.meta.url);

/** Something that the build made: `local/wiki/main.js`. */
export function builtPath(path: string): string {
  return fileURLToPath(new URL(`dist/${path}`, root));
}

/** Two connections of the stand-ins', which need nothing else. */
export const CONNECTIONS_FILE = fileURLToPath(new URL('local/connections.json', root));

/** The same and one for each other way to sign in: what the demo searches. */
export const DEMO_CONNECTIONS_FILE = fileURLToPath(new URL('local/demo-connections.json', root));
