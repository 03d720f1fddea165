import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder, readJson } from './packages.ts';
import type { PageImage } from './page.ts';

const FOLDER = packageFolder('flag-icons');
const BY_NAME = new Map(
  (readJson(join(FOLDER, 'country.json')) as { name: string; code: string }[]).map((it) => [it.name, it.code]),
);
/** Domains that differ from ISO 3166. */
const NOT_ISO: Record<string, string> = { uk: 'gb' };

/** Factbook files use GEC codes. So the ISO code comes from the internet country code (`.de`, `metropolitan France -
 * .fr; …`) or from flag-icons' names. */
export function flagOf(name: string, internetCode: string): PageImage | undefined {
  const domain = /\.([a-z]{2})\b/.exec(internetCode)?.[1];
  const code = domain ? (NOT_ISO[domain] ?? domain) : BY_NAME.get(name);
  const file = join(FOLDER, 'flags', '4x3', `${code}.svg`);
  if (!code || !existsSync(file)) return undefined;
  const title = `Flag_of_${name.replaceAll(' ', '_')}.svg`;
  return { name: title, width: 320, height: 240, svg: () => readFileSync(file, 'utf8') };
}
