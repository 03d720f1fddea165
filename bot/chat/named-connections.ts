import { distance } from 'fastest-levenshtein';

export interface NamedConnections<T> {
  connections: readonly T[];
  /** False if the text fits several connections or none. `connections` then lists the candidates. */
  certain: boolean;
}

/** Shorter words are often articles, but some scripts write words with few characters. */
const MIN_WORD_LENGTH = 4;
const SHORT_WORDS = /[^\p{sc=Latin}\p{sc=Cyrillic}\p{N}]/u;
const SEGMENTER = new Intl.Segmenter(undefined, { granularity: 'word' });
/** Users often omit accents. */
const ACCENTS = /[\u0300-\u036f]/g;

/** Matches titles and ids, in full or by one word, with small typos. An empty text means all. */
export function findNamed<T extends { id: string; title: string }>(
  text: string,
  connections: readonly T[],
): NamedConnections<T> {
  if (text === '') return { connections, certain: true };
  const words = wordsOf(text);
  const inFull = namedInFull(words, connections);
  if (inFull.connections.length > 0) return inFull;
  const byWord = namedByWord(words, connections);
  return { connections: byWord.length > 0 ? byWord : connections, certain: byWord.length === 1 };
}

/** Longest first, so that "Wiki archive" does not also match "Wiki". A title may be another connection's id. */
function namedInFull<T extends { id: string; title: string }>(
  words: readonly string[],
  connections: readonly T[],
): NamedConnections<T> {
  let rest = ` ${words.join(' ')} `;
  let certain = true;
  const matches = new Set<T>();
  const names = connections.flatMap((connection) =>
    [connection.title, connection.id].map((name) => ({ connection, name: ` ${wordsOf(name).join(' ')} ` })),
  );
  names.sort((one, other) => other.name.length - one.name.length);
  for (const name of new Set(names.map((each) => each.name))) {
    if (name.trim() === '' || !rest.includes(name)) continue;
    rest = rest.replaceAll(name, ' | ');
    const named = new Set(names.filter((each) => each.name === name).map(({ connection }) => connection));
    if (named.size > 1) certain = false;
    for (const connection of named) matches.add(connection);
  }
  return { connections: connections.filter((connection) => matches.has(connection)), certain };
}

function namedByWord<T extends { id: string; title: string }>(
  words: readonly string[],
  connections: readonly T[],
): T[] {
  const typed = words.filter((word) => word.length >= MIN_WORD_LENGTH || SHORT_WORDS.test(word));
  const connectionsWith = (isSame: (typed: string, word: string) => boolean) =>
    connections.filter(({ id, title }) =>
      wordsOf(`${title} ${id}`).some((word) => typed.some((each) => isSame(each, word))),
    );
  const exact = connectionsWith((one, other) => one === other);
  return exact.length > 0 ? exact : connectionsWith(isTypoOf);
}

function isTypoOf(typed: string, word: string): boolean {
  if (word.length < MIN_WORD_LENGTH) return false;
  return distance(typed, word) <= (word.length < 8 ? 1 : 2);
}

function wordsOf(text: string): string[] {
  const normalized = text.normalize('NFKD').replace(ACCENTS, '').normalize('NFC').toLowerCase();
  return [...SEGMENTER.segment(normalized)].filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment);
}
