import { fileURLToPath } from 'node:url';

// Tests run this source file. Other callers run the built file, one folder deeper.
const root = new URL(import.meta.url.endsWith('.ts') ? '..' : '../..', import.meta.url);

/** A path in the build, such as `local/wiki/main.js`. */
export function builtPath(path: string): string {
  return fileURLToPath(new URL(`dist/${path}`, root));
}

/** Two connections that need only the stand-ins. */
export const CONNECTIONS_FILE = fileURLToPath(new URL('local/connections.json', root));

/** The demo's connections: one for each type of sign-in. */
export const DEMO_CONNECTIONS_FILE = fileURLToPath(new URL('local/demo-connections.json', root));
