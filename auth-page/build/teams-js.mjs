import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const PUBLIC = '@microsoft/teams-js/dist/esm/packages/teams-js/src/public';
const WHOLE = "import { app, authentication } from '@microsoft/teams-js';";
const PARTS = `import * as app from '${PUBLIC}/app/app.js';
import * as authentication from '${PUBLIC}/authentication.js';`;

/** Removes unused parts of teams-js. Its index exports `app` as one object. A namespace import contains only the
 * used functions. */
export function splitTeamsJs() {
  return {
    name: 'split-teams-js',
    setup(build) {
      let applied = false;
      build.onLoad({ filter: /[\\/]auth-page[\\/]opener[\\/]teams\.ts$/ }, ({ path }) => {
        const source = readFileSync(path, 'utf8');
        applied = source.includes(WHOLE);
        return { contents: source.replace(WHOLE, PARTS), loader: 'ts' };
      });
      build.onEnd(() => {
        if (!applied) throw new Error('opener/teams.ts imports teams-js otherwise than build/teams-js.mjs expects.');
      });
    },
  };
}

/** Replaces two imports of teams-js (T41). The build fails if a version lacks them.
 * - `validOrigins.js` fetches allowed hosts from a CDN, which could add hosts later. Our CSP refuses the request, with a
 *   console error. The plugin claims server-side rendering, where teams-js uses the package's list.
 * - `debug` logs every message, security codes included, if `localStorage.debug` is set. */
export function pinTeamsJs() {
  const pins = [
    {
      importer: /[\\/]teams-js[\\/]src[\\/]internal[\\/]validOrigins\.js$/,
      path: /^\.\/utils\.js$/,
      contents: noServerList,
    },
    {
      importer: /[\\/]teams-js[\\/]src[\\/]internal[\\/]telemetry\.js$/,
      path: /\/debug\/src\/browser\.js$/,
      contents: silent,
    },
  ];
  return {
    name: 'pin-teams-js',
    setup(build) {
      const applied = new Set();
      for (const pin of pins) {
        const namespace = `pin-${pins.indexOf(pin)}`;
        build.onResolve({ filter: pin.path }, ({ importer, path, resolveDir }) => {
          if (!pin.importer.test(importer)) return undefined;
          applied.add(pin);
          return { path: join(resolveDir, path), namespace };
        });
        build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
          contents: pin.contents(path),
          resolveDir: dirname(path),
        }));
      }
      build.onEnd(() => {
        if (applied.size < pins.length) throw new Error('teams-js is built otherwise than build/teams-js.mjs expects.');
      });
    },
  };
}

function noServerList(utils) {
  return `export { isValidHttpsURL } from ${JSON.stringify(utils)};
export const inServerSideRenderingEnvironment = () => true;`;
}

function silent() {
  return `const log = () => undefined;
log.extend = () => log;
const debug = () => log;
debug.debug = debug;
debug.formatArgs = () => undefined;
export { debug as b };`;
}
