/** An esbuild plugin for a package of which the bot uses one class: what only the other classes use becomes an empty class, as
 * they may extend it.
 * @param {string} importer the package
 * @param {Readonly<Record<string, readonly string[]>>} imports names by package */
export function unusedImports(importer, imports) {
  const isImporter = new RegExp(`[\\\\/]node_modules[\\\\/]${importer}[\\\\/]`);
  return {
    name: 'unused-imports',
    setup(build) {
      build.onResolve({ filter: new RegExp(`^(${Object.keys(imports).join('|')})$`) }, ({ path, importer: from }) =>
        isImporter.test(from) ? { path, namespace: 'unused-imports' } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: 'unused-imports' }, ({ path }) => ({
        contents: imports[path]
          .map((name) => `export ${name === 'default' ? 'default class' : `class ${name}`} {}`)
          .join('\n'),
      }));
    },
  };
}
