// An esbuild plugin that bundles one copy of a package that npm installed several times in one version: each package of
// botbuilder has its own zod.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Returns a new plugin for each build. @param {readonly string[]} packages names */
export function oneCopy(packages) {
  const first = new Map();
  return {
    name: 'one-copy',
    setup(build) {
      build.onResolve({ filter: new RegExp(`^(${packages.join('|')})(/|$)`) }, async (wanted) => {
        // `build.resolve` below, or another plugin's, asks every plugin again.
        if (wanted.pluginData) return undefined;
        const { path: specifier, kind, resolveDir } = wanted;
        const found = await build.resolve(specifier, { kind, resolveDir, pluginData: 'one-copy' });
        const key = `${specifier} ${kind} ${versionOf(found.path)}`;
        const known = first.get(key);
        if (!known) first.set(key, found);
        return known ?? found;
      });
    },
  };
}

/** The version in the next package.json above that has one: folders of a package may have their own without. */
function versionOf(path) {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const version = readVersion(join(folder, 'package.json'));
    if (version) return version;
  }
  return path;
}

function readVersion(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).version;
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  }
}
