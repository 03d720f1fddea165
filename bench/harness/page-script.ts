import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const ASSETS = new URL('../../auth-page/assets/', import.meta.url);

/** What the pop-up's scripts take on the wire, in bytes: the largest of them. */
export function pageScriptSize(): number {
  const scripts = readdirSync(ASSETS).filter((name) => name.endsWith('.js'));
  if (scripts.length === 0) throw new Error('The build made no script for the pages');
  return Math.max(...scripts.map((name) => gzipSync(readFileSync(new URL(name, ASSETS)), { level: 9 }).length));
}
