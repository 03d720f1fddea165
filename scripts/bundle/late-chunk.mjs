// An esbuild plugin that puts required packages into a file of their own, `chunks/late.cjs`, which is read when the first of
// them is required. esbuild itself splits only what is imported by `import()`.
import { join, relative } from 'node:path';
import { build as bundle } from 'esbuild';

/** @param {readonly string[]} packages regular expressions; one copy of them is in `chunks/late.cjs`, so no ES module may
 * import them
 * @param {import('esbuild').BuildOptions} options of the second file */
export function lateChunk(packages, options) {
  /** Paths by key. */
  const late = new Map();
  return {
    name: 'late-chunk',
    setup(build) {
      const { outdir, absWorkingDir = process.cwd() } = build.initialOptions;
      build.onResolve(
        { filter: new RegExp(`^(${packages.join('|')})(/|$)`) },
        async ({ path: specifier, kind, resolveDir, pluginData }) => {
          // `build.resolve` below, or another plugin's, asks every plugin again.
          if (kind !== 'require-call' || pluginData) return undefined;
          const { path } = await build.resolve(specifier, { kind, resolveDir, pluginData: 'late-chunk' });
          const key = relative(absWorkingDir, path);
          late.set(key, path);
          return { path: key, namespace: 'late' };
        },
      );
      build.onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => ({ contents: requireLate(path) }));
      build.onEnd(async () => {
        const entries = [...late].map(
          ([key, path]) => `${JSON.stringify(key)}: () => require(${JSON.stringify(path)})`,
        );
        await bundle({
          ...options,
          stdin: { contents: `module.exports = {${entries.join(',\n')}};`, resolveDir: absWorkingDir },
          outfile: join(outdir, 'chunks', 'late.cjs'),
          bundle: true,
          format: 'cjs',
        });
      });
    },
  };
}

/** The requiring file is in the folder `chunks` or above it. */
function requireLate(key) {
  return `module.exports = require(__dirname.replace(/[\\\\/]chunks$/, '') + '/chunks/late.cjs')[${JSON.stringify(key)}]();`;
}
