// Rewrites the lock file so that it names no host: entries keep version and integrity, and the registry
// is whatever the machine is set to. npm's own omit-lockfile-registry-resolved loses the versions of
// optional packages for other platforms when it reads a lock that has no addresses, so we strip afterwards.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

execFileSync('npm', ['install', '--package-lock-only', '--omit-lockfile-registry-resolved=false'], {
  stdio: 'inherit',
});
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
for (const entry of Object.values(lock.packages)) delete entry.resolved;
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
