import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const ASSETS = new URL('../../auth-page/assets/', import.meta.url);

/** Transfer size of the largest script of the pop-up, in bytes. */
export function pageScriptSize(): number {
  const scripts = readdirSync(ASSETS).filter((name) => name.endsWith('.js'));
  if (scripts.length === 0) throw new Error('The build made no script for the pages');
  return Math.max(...scripts.map((name) => gzipSync(readFileSync(new URL(name, ASSETS)), { level: 9 }).length));
}
