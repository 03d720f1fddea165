// `npm run test:soak`: runs the tests that import test/support/soak.ts at full size, one file after another. Passes its
// arguments to Jest.
process.env.SOAK = '1';
process.argv.splice(2, 0, '--runInBand', '--findRelatedTests', 'test/support/soak.ts');
await import('./test.mjs');
