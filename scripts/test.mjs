// `npm test`: sets up, then runs Jest with its arguments: `npm test -- sign-in`.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ready, root } from './ready.mjs';
import { fetchToolkitSchema } from './toolkit-schema.mjs';

ready();
// Without the schema some tests skip, or fail with REQUIRE_ALL=1.
fetchToolkitSchema();
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest];
const { status } = spawnSync(process.execPath, [...node, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
process.exit(status ?? 1);
