// Fetches the schema with which the Agents Toolkit checks teamsapp*.yml. It is in @microsoft/teamsfx-core, which cannot
// be a development dependency: one of its dependencies is not in the registry, and it has 25 MB. So this fetches that
// one package once, verifies the hash below, and extracts the schema and its license (MIT). `npm test` does this first;
// `npm run toolkit:schema` does only this.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openPackage } from './setup/packed.mjs';
import { root } from './setup/ready.mjs';

const PACKAGE = {
  name: '@microsoft/teamsfx-core@3.1.3',
  integrity: 'sha512-FnNzDGblM24//EWVAjY8BHP+sempRlTrAK+PR5SWvJK0r8IGBAZDjsT+PMh1a5Oi2C5n/njgnH+i8TKaBTky7g==',
};
/** The version that teamsapp*.yml declare. */
const VERSION = 'v1.11';
const FOLDER = join(root, 'node_modules', '.cache', 'latchkey', 'teamsfx-core-3.1.3');
const KEPT = new Map([
  [`package/resource/yaml-schema/${VERSION}/yaml.schema.json`, `yaml-${VERSION}.schema.json`],
  ['package/LICENSE.txt', 'LICENSE.txt'],
]);

const TOOLKIT_SCHEMA = join(FOLDER, `yaml-${VERSION}.schema.json`);

/** Fetches the schema if it is missing.
 * @returns {boolean} whether it exists now; prints the reason for a failure on stderr */
export function fetchToolkitSchema() {
  if (existsSync(TOOLKIT_SCHEMA)) return true;
  try {
    const read = openPackage(PACKAGE);
    const files = [...KEPT].map(([path, name]) => [name, read(path)]);
    mkdirSync(FOLDER, { recursive: true });
    // The schema comes last, so that its presence means that the other files exist.
    for (const [name, content] of files.reverse()) writeFileSync(join(FOLDER, name), content);
    return true;
  } catch (error) {
    console.error(`The schema of the Toolkit is not available: ${error.message}`);
    return false;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href && !fetchToolkitSchema()) process.exit(1);
