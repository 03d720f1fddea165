// Removes host names from the lock files: entries keep version and integrity, and npm uses the configured registry.
// npm's own omit-lockfile-registry-resolved loses optional packages for other platforms when it reads such a lock, so
// this script removes the addresses afterwards.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

for (const cwd of ['.', 'bench', 'site']) {
  const options = { cwd, stdio: 'inherit' };
  execFileSync('npm', ['install', '--package-lock-only', '--omit-lockfile-registry-resolved=false'], options);
  const path = join(cwd, 'package-lock.json');
  const lock = JSON.parse(readFileSync(path, 'utf8'));
  for (const entry of Object.values(lock.packages)) delete entry.resolved;
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
}
