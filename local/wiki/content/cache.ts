import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { builtPath } from '../../paths.ts';

/** A file beside the build, which deletes it. The first process that needs it makes it. */
export function cachedFile(name: string, make: (path: string) => void): string {
  const path = builtPath(`cache/${name}`);
  if (existsSync(path)) return path;
  mkdirSync(dirname(path), { recursive: true });
  // Complete before it has its name: another process may need it now.
  const unfinished = `${path}.${process.pid}`;
  // A process of the same number may have been ended while it made one.
  rmSync(unfinished, { force: true });
  make(unfinished);
  renameSync(unfinished, path);
  return path;
}

/** What `make` returns, as JSON. */
export function cachedJson<T>(name: string, make: () => T): T {
  const path = cachedFile(name, (file) => writeFileSync(file, JSON.stringify(make())));
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}
