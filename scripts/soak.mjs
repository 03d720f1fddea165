// `npm run test:soak`: the tests that have full sizes (their files import test/support/soak.ts), at those sizes, one file
// after the other. Arguments go to Jest.
process.env.SOAK = '1';
process.argv.splice(2, 0, '--runInBand', '--findRelatedTests', 'test/support/soak.ts');
await import('./test.mjs');
