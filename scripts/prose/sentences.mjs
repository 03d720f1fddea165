// Splits text into sentences and words.

/** Stands for inline code and for placeholders of messages. Counts as one word, and contains no word of a rule. */
export const CODE = '`…`';

const ABBREVIATION = /(?:^|[\s(])(?:e\.g|i\.e|vs|cf|approx)\.$/i;
/** A colon ends a sentence too: the text after it is a clause of its own, or a list. */
const END = /[.!?:]["”’')\]]*(?=\s|$)/g;
const WORD = /`…`|\p{L}[\p{L}\p{N}'’-]*/gu;

/** @param {string} text lines of one paragraph, cell or message
 * @param {number} line of the text's first character
 * @returns {{ text: string, line: number }[]} */
export function sentencesOf(text, line) {
  const sentences = [];
  let start = 0;
  const add = (end) => {
    const before = text.slice(0, start) + (/^\s*/.exec(text.slice(start))?.[0] ?? '');
    const sentence = text.slice(start, end).trim().replace(/\s+/g, ' ');
    if (/\p{L}/u.test(sentence)) sentences.push({ text: sentence, line: line + before.split('\n').length - 1 });
    start = end;
  };
  for (const { 0: mark, index } of text.matchAll(END)) {
    if (!ABBREVIATION.test(text.slice(start, index + 1))) add(index + mark.length);
  }
  add(text.length);
  return sentences;
}

export function countWords(text) {
  return text.match(WORD)?.length ?? 0;
}
