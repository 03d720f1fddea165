import { en, type Texts } from './locales/en.ts';

/** Put in by build.mjs: the file of each language but English, which is in the script. */
declare const LANGUAGE_FILES: Readonly<Record<string, { url: string; integrity: string }>>;

/** How long words may be awaited, in milliseconds: English at once is better than the right language late. */
const PATIENCE = 1_500;

/** Where Chinese is written in Traditional characters, unless the tag says otherwise. */
const TRADITIONAL = ['tw', 'hk', 'mo'];

/** The first of `tags` (BCP 47, best first) that is among `languages`, else English. Who reads Traditional Chinese is not
 * shown Simplified, nor for the bare `zh` that browsers put behind `zh-TW`. */
export function chooseLanguage(tags: readonly string[], languages: readonly string[] = Object.keys(LANGUAGE_FILES)) {
  const readsTraditional = tags.some(isTraditional);
  const asked = tags.filter((tag) => !isTraditional(tag) && !(readsTraditional && tag.toLowerCase() === 'zh'));
  const found = asked.map((tag) => ['en', ...languages].find((language) => primary(language) === primary(tag)));
  return found.find((language) => language !== undefined) ?? 'en';
}

function primary(tag: string): string {
  return tag.toLowerCase().split(/[-_]/, 1)[0] ?? '';
}

function isTraditional(tag: string): boolean {
  const [first, ...others] = tag.toLowerCase().split(/[-_]/);
  if (first !== 'zh' || others.includes('hans')) return false;
  return others.includes('hant') || TRADITIONAL.some((region) => others.includes(region));
}

/** The words of a language: data, and only as they were built (THREATS.md, T41). English where they cannot be had. */
export async function loadTexts(language: string): Promise<Texts> {
  const file = LANGUAGE_FILES[language];
  if (!file) return en;
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const response = await fetch(file.url, { integrity: file.integrity, redirect: 'error', signal });
    return response.ok ? ((await response.json()) as Texts) : en;
  } catch {
    return en;
  }
}
