import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder, readJson } from './packages.ts';
import type { PageImage } from './page.ts';

const FOLDER = packageFolder('flag-icons');
const BY_NAME = new Map(
  (readJson(join(FOLDER, 'country.json')) as { name: string; code: string }[]).map((it) => [it.name, it.code]),
);
/** Top level domains that differ from the ISO 3166 code. */
const NOT_ISO: Record<string, string> = { uk: 'gb' };

/** Factbook files use GEC codes, so the ISO code comes from the internet country code in the text (`.de`, `metropolitan
 * France - .fr; …`), or from flag-icons' list of names. */
export function flagOf(name: string, internetCode: string): PageImage | undefined {
  const domain = /\.([a-z]{2})\b/.exec(internetCode)?.[1];
  const code = domain ? (NOT_ISO[domain] ?? domain) : BY_NAME.get(name);
  const file = join(FOLDER, 'flags', '4x3', `${code}.svg`);
  if (!code || !existsSync(file)) return undefined;
  const title = `Flag_of_${name.replaceAll(' ', '_')}.svg`;
  return { name: title, width: 320, height: 240, svg: () => readFileSync(file, 'utf8') };
}
