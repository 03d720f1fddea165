import { fileURLToPath } from 'node:url';

// Tests run this source file. The built file is one folder deeper.
const root = new URL(import.meta.url.endsWith('.ts') ? '..' : '../..', import.meta.url);

/** For a path such as `local/wiki/main.js`. */
export function builtPath(path: string): string {
  return fileURLToPath(new URL(`dist/${path}`, root));
}

/** Needs only the stand-ins. */
export const CONNECTIONS_FILE = fileURLToPath(new URL('local/connections.json', root));

/** For the demo: one connection for each type of sign-in. */
export const DEMO_CONNECTIONS_FILE = fileURLToPath(new URL('local/demo-connections.json', root));
