// `npm run test:soak`: runs the tests that import test/support/soak.ts at full size, one file after another.
// `SOAK=0.1` makes the sizes smaller. Passes its arguments to Jest.
import { pathToFileURL } from 'node:url';
import { ready } from './setup/ready.mjs';
import { jest } from './test/jest.mjs';

/** @param {string[]} options for Jest */
export function runSoak(options) {
  const files = ['--runInBand', '--findRelatedTests', 'test/support/soak.ts'];
  return jest([...files, ...options], { SOAK: process.env.SOAK ?? '1' });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  ready();
  process.exit(runSoak(process.argv.slice(2)));
}
