/** Regions with Traditional Chinese, unless the tag has a script. */
const TRADITIONAL = ['tw', 'hk', 'mo'];

/** Readers of Traditional Chinese do not get Simplified, not even for the bare `zh` that browsers add after `zh-TW`.
 * @param tags BCP 47, best first */
export function chooseLanguage(tags: readonly string[], languages: readonly string[]): string {
  const readsTraditional = tags.some(isTraditional);
  const requests = tags.filter((tag) => !isTraditional(tag) && !(readsTraditional && tag.toLowerCase() === 'zh'));
  const found = requests.map((tag) => languages.find((language) => primary(language) === primary(tag)));
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
