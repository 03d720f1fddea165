import { sentencesOfMarkdown } from './markdown.mjs';
import { sentencesOfMessages } from './messages.mjs';
import { MAX_MEDIAN_WORDS, MAX_SENTENCE_WORDS, OPENINGS, WORD_LIMITS } from './rules.mjs';
import { countWords } from './sentences.mjs';

/** @typedef {{ text: string, line: number, prose: boolean }} Sentence */

/** @param {{ path: string, text: string }[]} files Markdown pages, and catalogues in TypeScript
 * @param {{ text: string, reason: string }[]} allowed sentences that no rule applies to. As in a fault, code is `…`
 * @returns {import('./lint.d.mts').Report} */
export function lintProse(files, allowed = []) {
  const all = files.flatMap(({ path, text }) => sentencesIn(path, text).map((sentence) => ({ path, ...sentence })));
  const sentences = all.filter(({ text }) => !allowed.some((each) => each.text === text));
  const prose = sentences.filter((sentence) => sentence.prose);
  const counts = WORD_LIMITS.map((limit) => countOf(limit, sentences));
  const median = medianOf(prose);
  return {
    measures: [...counts.map(({ measure }) => measure), median.measure],
    faults: [
      ...prose.flatMap((sentence) => [...openingFaults(sentence), ...lengthFaults(sentence)]),
      ...counts.flatMap(({ faults }) => faults),
      ...median.faults,
    ],
    unused: allowed.filter(({ text }) => !all.some((sentence) => sentence.text === text)).map(({ text }) => text),
  };
}

/** @returns {Sentence[]} */
function sentencesIn(path, text) {
  return path.endsWith('.md') ? sentencesOfMarkdown(text) : sentencesOfMessages(text);
}

function openingFaults({ path, line, text }) {
  const opening = OPENINGS.find(({ pattern }) => pattern.test(text));
  if (!opening || /\?["”’)]*$/.test(text)) return [];
  return [`${path}:${line} begins with ${opening.pattern.exec(text)?.[0]}: ${opening.instead}\n    ${text}`];
}

function lengthFaults({ path, line, text }) {
  const words = countWords(text);
  if (words <= MAX_SENTENCE_WORDS) return [];
  return [`${path}:${line} has a sentence of ${words} words, at most ${MAX_SENTENCE_WORDS}: make it two\n    ${text}`];
}

/** @param {(typeof WORD_LIMITS)[number]} limit */
function countOf({ name, pattern, max, min, instead }, sentences) {
  const words = wordsIn(sentences);
  const found = sentences.flatMap(({ text, ...place }) =>
    (text.match(pattern) ?? []).map((word) => ({ ...place, word })),
  );
  const value = words === 0 ? 0 : (found.length * 1000) / words;
  const exceeded = words > 0 && (max === undefined ? value < min : value > max);
  const measure = { name, value, limit: max === undefined ? `at least ${min}` : `at most ${max}`, exceeded };
  const rate = `${name}: ${value.toFixed(2)} per 1,000 words, ${measure.limit}`;
  if (!exceeded) return { measure, faults: [] };
  if (max === undefined) return { measure, faults: [`${rate}: ${instead}\n    ${fewestIn(sentences, pattern)}`] };
  return { measure, faults: found.map(({ path, line, word }) => `${path}:${line} "${word}": ${instead} (${rate})`) };
}

/** The files that need the rule most, with their rates. */
function fewestIn(sentences, pattern) {
  return worst(sentences, (own) => {
    const found = own.flatMap(({ text }) => text.match(pattern) ?? []).length;
    return { rank: found / wordsIn(own), shown: ((found * 1000) / wordsIn(own)).toFixed(2) };
  });
}

function medianOf(sentences) {
  const value = median(sentences);
  const exceeded = value > MAX_MEDIAN_WORDS;
  const measure = { name: 'words in the median sentence', value, limit: `at most ${MAX_MEDIAN_WORDS}`, exceeded };
  const longest = () => worst(sentences, (own) => ({ rank: -median(own), shown: String(median(own)) }));
  return {
    measure,
    faults: exceeded
      ? [`the median sentence has ${value} words, ${measure.limit}: write shorter sentences\n    ${longest()}`]
      : [],
  };
}

/** One or two words are a label. */
function median(sentences) {
  const lengths = sentences.map(({ text }) => countWords(text));
  const sorted = lengths.filter((length) => length > 2).sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function worst(sentences, rate) {
  const paths = [...new Set(sentences.map(({ path }) => path))];
  const rated = paths.map((path) => ({ path, ...rate(sentences.filter((sentence) => sentence.path === path)) }));
  const five = rated.sort((one, other) => one.rank - other.rank).slice(0, 5);
  return five.map(({ path, shown }) => `${path} ${shown}`).join(', ');
}

function wordsIn(sentences) {
  return sentences.reduce((sum, { text }) => sum + countWords(text), 0);
}
