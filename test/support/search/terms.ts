import type { Term } from '../../../local/text-match.ts';

const TOKEN = /"([^"]*)"|\((\S+) (?:OR|\|) (\S+)\*\)|(\S+)/g;
/** Within a word, Lucene and KQL keep `+` and `&`: `C++`, `AT&T`. */
const OPERATOR = /[:/\\|*?~^!<>=()[\]{}"]|^[-+&]|&&|^(?:AND|OR|NOT|NEAR|ONEAR|XRANK)$/;

/** Reads words, phrases, and a last word that may be half typed: `(lak OR lak*)`. Refuses every other operator,
 * because only typed text can have caused it.
 * @throws {Error} */
export function readTerms(query: string): Term[] {
  return [...query.matchAll(TOKEN)].map(([, phrase, word, half, plain]) => {
    if (word !== half) throw new Error(`operators: ${word} and ${half}`);
    const text = phrase ?? word ?? plain ?? '';
    if (phrase === undefined && OPERATOR.test(text)) throw new Error(`an operator: ${text}`);
    return { text, half: half !== undefined };
  });
}
