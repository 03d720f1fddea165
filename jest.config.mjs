/** Tests speak to what `npm run build` made, over HTTP; contract suites import the seams' TypeScript. */
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
  // Browsers and processes on a busy machine: long enough that only what hangs runs into it.
  testTimeout: 90_000 * Number(process.env.TEST_PATIENCE ?? 3),
  maxWorkers: 2,
  reporters: ['default', '<rootDir>/test/support/reporter.mjs'],
};
