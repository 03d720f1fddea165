import type { Document } from './documents.ts';

/** A word, the beginning of one, or a phrase. */
export interface Term {
  text: string;
  half: boolean;
}

const TOKEN = /"([^"]*)"|\((\S+) (?:OR|\|) (\S+)\*\)|(\S+)/g;
/** Within a word, Lucene and KQL take `+` and `&` as they are: `C++`, `AT&T`. */
const OPERATOR = /[:/\\|*?~^!<>=()[\]{}"]|^[-+&]|&&|^(?:AND|OR|NOT|NEAR|ONEAR|XRANK)$/;
const WORDS = /[\p{L}\p{N}]+/gu;

/** Reads words, phrases, and a last word that may be half typed: `(lak OR lak*)`. Whatever else an API would take for an
 * operator is refused: nobody but the caller's own user can have put it there.
 * @throws {Error} */
export function readTerms(query: string): Term[] {
  return [...query.matchAll(TOKEN)].map(([, phrase, word, half, plain]) => {
    if (word !== half) throw new Error(`operators: ${word} and ${half}`);
    const text = phrase ?? word ?? plain ?? '';
    if (phrase === undefined && OPERATOR.test(text)) throw new Error(`an operator: ${text}`);
    return { text, half: half !== undefined };
  });
}

/** All that hold every term; those first that have more of them in the title, then as they come. */
export function matching(documents: readonly Document[], terms: readonly Term[]): Document[] {
  const score = (document: Document) => terms.filter((term) => holds(document.title, term)).length;
  return documents
    .filter((document) => terms.every((term) => holds(`${document.title} ${document.body}`, term)))
    .sort((a, b) => score(b) - score(a));
}

/** The text with marks around what the terms match. */
export function marked(text: string, terms: readonly Term[], open: string, close: string): string {
  return text.replace(WORDS, (word) => (terms.some((term) => isMatch(word, term)) ? open + word + close : word));
}

/** Where in the text terms match. */
export function matchesIn(text: string, terms: readonly Term[]): { text: string; indices: [number, number] }[] {
  return [...text.matchAll(WORDS)]
    .filter(([word]) => terms.some((term) => isMatch(word, term)))
    .map(({ 0: word, index }) => ({ text: word, indices: [index, index + word.length] }));
}

function isMatch(word: string, { text, half }: Term): boolean {
  return textOf(text).some((wanted) => (half ? word.toLowerCase().startsWith(wanted) : word.toLowerCase() === wanted));
}

function holds(text: string, { text: wanted, half }: Term): boolean {
  const [message, phrase] = [textOf(text).join(' '), textOf(wanted).join(' ')];
  return half ? ` ${message}`.includes(` ${phrase}`) : ` ${message} `.includes(` ${phrase} `);
}

function textOf(text: string): string[] {
  return text.toLowerCase().match(WORDS) ?? [];
}
