import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of this repository. All paths here begin there, and have forward slashes. */
export const ROOT = join(import.meta.dirname, '../../..');

export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Files and folders below a folder, at any depth. */
export function pathsBelow(folder: string): string[] {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return names.map((name) => `${folder}/${name.replaceAll('\\', '/')}`);
}

/** Each environment variable that the bot's configuration reads, sorted. */
export function settingsOfTheBot(): string[] {
  const modules = pathsBelow('bot/config').filter((path) => path.endsWith('.ts'));
  const source = modules.map(read).join('\n');
  const names = [...source.matchAll(/\benv\.([A-Z][A-Z0-9_]+)|\(env, '([A-Z][A-Z0-9_]+)'/g)];
  return [...new Set(names.map(([, member, argument]) => member ?? argument ?? ''))].toSorted();
}
