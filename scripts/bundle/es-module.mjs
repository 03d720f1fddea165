/** An esbuild plugin that takes the ES module of a package whose main file is a UMD module, which esbuild cannot follow. The
 * bot imports it as Node does: as a default export. @param {string} name @param {string} path of the ES module */
export function esModule(name, path) {
  return {
    name: 'es-module',
    setup(build) {
      build.onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: name, namespace: 'es-module' }));
      build.onLoad({ filter: new RegExp(`^${name}$`), namespace: 'es-module' }, () => ({
        contents: `export * as default from '${name}/${path}';`,
        resolveDir: import.meta.dirname,
      }));
    },
  };
}
