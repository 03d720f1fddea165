/** Each has a result that every person may read. */
const WORDS = ['warriors', 'celtics', 'raptors', 'germany', 'lakers', 'knicks', 'france', 'norway', 'brazil', 'canada'];

/** A unique search for each person, so that a call to the wiki shows whose search made it: one of the words, with
 * small and capital letters. A wiki finds the same pages for all of them.
 * @throws {RangeError} if there are no more */
export function wordOf(person: number): string {
  let left = person;
  for (const word of WORDS) {
    const variants = 2 ** word.length;
    if (left < variants) return capitals(word, left);
    left -= variants;
  }
  throw new RangeError(`No word for person ${person}`);
}

function capitals(word: string, which: number): string {
  return [...word].map((letter, at) => ((which >> at) & 1 ? letter.toUpperCase() : letter)).join('');
}
