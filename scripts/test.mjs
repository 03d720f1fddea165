// `npm test`: sets up, then runs the quick part of the suite (scripts/test/parts.mjs). With arguments, it runs what they
// say to Jest, from the whole suite: `npm test -- sign-in`.
import { fetchHelm } from './helm.mjs';
import { ready } from './setup/ready.mjs';
import { jest } from './test/jest.mjs';
import { filesOf } from './test/parts.mjs';
import { fetchToolkitSchema } from './toolkit-schema.mjs';

ready();
// Without the schema some tests skip, or fail with REQUIRE_ALL=1.
fetchToolkitSchema();
const args = process.argv.slice(2);
// The quick part does not need it.
if (args.length > 0) await fetchHelm();
process.exit(jest(args.length > 0 ? args : ['--runTestsByPath', ...filesOf('quick')]));
