/** Most tests send HTTP requests to the build of `npm run build`. Contract suites import TypeScript modules. */
export default {
  rootDir: '.',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  // Browsers and processes are slow on a busy machine. Only a test that hangs should reach this limit.
  testTimeout: 90_000 * Number(process.env.TEST_PATIENCE ?? 3),
  maxWorkers: 2,
  setupFiles: ['<rootDir>/test/support/url-on-node-20.mjs'],
  reporters: ['default', '<rootDir>/test/support/reporter.mjs'],
};
