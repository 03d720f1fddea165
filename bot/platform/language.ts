const MAX_HEADER_LENGTH = 512;

/** Sorted by weight (RFC 9110 section 12.5.4). Drops tags with weight 0 or an invalid weight. */
export function acceptedTags(header: string | undefined): string[] {
  const ranges = (header ?? '').slice(0, MAX_HEADER_LENGTH).split(',').map(readRange);
  const accepted = ranges.filter(({ weight }) => weight > 0);
  return accepted.sort((one, other) => other.weight - one.weight).map(({ tag }) => tag);
}

function readRange(range: string): { tag: string; weight: number } {
  const [tag = '', ...parameters] = range.split(';').map((part) => part.trim());
  const weight = parameters.find((parameter) => /^q=/i.test(parameter));
  return { tag, weight: weight ? Number(weight.slice(2)) : 1 };
}

/** BCP 47. Each has a catalogue in bot/teams/locales and in auth-page/locales. */
export const LANGUAGES = ['en', 'es', 'fr', 'de', 'pt', 'ja', 'zh-Hans', 'ar', 'hi', 'uk'] as const;

export type Language = (typeof LANGUAGES)[number];

const BY_PRIMARY: ReadonlyMap<string, Language> = new Map(LANGUAGES.map((tag) => [tag.split('-')[0] ?? tag, tag]));
/** Traditional Chinese is their default. */
const TRADITIONAL = ['tw', 'hk', 'mo'];

/** Ignores case, and accepts `-` or `_`. Readers of Traditional Chinese, which has no catalogue, do not get
 * Simplified. */
export function languageFor(tag: string): Language | undefined {
  const primary = tag.toLowerCase().split(/[-_]/, 1)[0] ?? '';
  return isTraditionalChinese(tag) ? undefined : BY_PRIMARY.get(primary);
}

/** @param tags best first. Browsers add `zh` after `zh-TW`; it then means Traditional Chinese. */
export function negotiateLanguage(tags: readonly string[]): Language | undefined {
  const readsTraditional = tags.some(isTraditionalChinese);
  const requests = readsTraditional ? tags.filter((tag) => tag.toLowerCase() !== 'zh') : tags;
  for (const tag of requests) {
    const language = languageFor(tag);
    if (language) return language;
  }
  return undefined;
}

function isTraditionalChinese(tag: string): boolean {
  const [primary, ...others] = tag.toLowerCase().split(/[-_]/);
  if (primary !== 'zh' || others.includes('hans')) return false;
  return others.includes('hant') || TRADITIONAL.some((region) => others.includes(region));
}
