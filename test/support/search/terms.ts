import type { Term } from '../../../local/text-match.ts';

const TOKEN = /"([^"]*)"|\((\S+) (?:OR|\|) (\S+)\*\)|(\S+)/g;
/** Within a word, Lucene and KQL take `+` and `&` as they are: `C++`, `AT&T`. */
const OPERATOR = /[:/\\|*?~^!<>=()[\]{}"]|^[-+&]|&&|^(?:AND|OR|NOT|NEAR|ONEAR|XRANK)$/;

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
