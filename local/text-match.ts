/** A word, the beginning of one, or a phrase. */
export interface Term {
  text: string;
  half: boolean;
}

interface Text {
  title: string;
  body: string;
}

const WORDS = /[\p{L}\p{N}]+/gu;

/** All that contain every term. Those with more terms in the title come first, otherwise the order stays. */
export function matching<T extends Text>(texts: readonly T[], terms: readonly Term[]): T[] {
  const score = ({ title }: Text) => terms.filter((term) => holds(title, term)).length;
  return texts
    .filter(({ title, body }) => terms.every((term) => holds(`${title} ${body}`, term)))
    .sort((a, b) => score(b) - score(a));
}

/** The text with marks around each match. */
export function marked(text: string, terms: readonly Term[], open: string, close: string): string {
  return text.replace(WORDS, (word) => (terms.some((term) => isMatch(word, term)) ? open + word + close : word));
}

/** Where terms match. `indices` are those of the first character and of the one after the last. */
export function matchesIn(text: string, terms: readonly Term[]): { text: string; indices: [number, number] }[] {
  return [...text.matchAll(WORDS)]
    .filter(([word]) => terms.some((term) => isMatch(word, term)))
    .map(({ 0: word, index }) => ({ text: word, indices: [index, index + word.length] }));
}

function isMatch(word: string, { text, half }: Term): boolean {
  return wordsOf(text).some((wanted) => (half ? word.toLowerCase().startsWith(wanted) : word.toLowerCase() === wanted));
}

function holds(text: string, { text: wanted, half }: Term): boolean {
  const [found, phrase] = [wordsOf(text).join(' '), wordsOf(wanted).join(' ')];
  return half ? ` ${found}`.includes(` ${phrase}`) : ` ${found} `.includes(` ${phrase} `);
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(WORDS) ?? [];
}
