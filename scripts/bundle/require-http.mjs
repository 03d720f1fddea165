/** An esbuild plugin for a faster start. When an ES module imports `node:http`, Node reads each export of it. On Node 24
 * one of them is `WebSocket`, which loads undici. `require` reads no export. */
export const requireHttp = {
  name: 'require-http',
  setup(build) {
    build.onResolve({ filter: /^(node:)?http$/ }, ({ kind }) =>
      kind === 'import-statement' ? { path: 'node:http', namespace: 'require-http' } : undefined,
    );
    build.onLoad({ filter: /^node:http$/, namespace: 'require-http' }, () => ({
      contents: "module.exports = require('node:http');",
    }));
  },
};
