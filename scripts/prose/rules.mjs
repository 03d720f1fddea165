// The limits of the prose lint, and the words that it counts.

/** Words in one sentence. Tables, headings and code have no limit. */
export const MAX_SENTENCE_WORDS = 30;
/** The median over all sentences. */
export const MAX_MEDIAN_WORDS = 16;

/** Occurrences per 1,000 words, at most or at least. */
export const WORD_LIMITS = [
  {
    name: 'whoever, whom, whose',
    pattern: /\b(?:whoever|whomever|whom|whose)\b/gi,
    max: 0.3,
    instead: 'write "you", or name the person or the component',
  },
  {
    name: 'nobody, nothing, none',
    pattern: /\b(?:nobody|nothing|none)\b/gi,
    max: 1.0,
    instead: 'write "no" with a noun, or what does happen',
  },
  {
    name: 'somebody, anybody',
    pattern: /\b(?:somebody|someone|anybody|anyone)\b/gi,
    max: 0.2,
    instead: 'name the person: "a user", "an attacker", "an administrator"',
  },
  {
    name: 'say, says, said',
    pattern: /\b(?:say|says|said|saying)\b/gi,
    max: 0.5,
    instead: 'write "return", "report", "show", "state" or "define"',
  },
  {
    name: 'you, your',
    pattern: /\b(?:you|your|yours)\b/gi,
    min: 10,
    instead: 'talk to the reader: "you", "your"',
  },
];

/** How a statement must not begin. A question may. */
export const OPENINGS = [
  { pattern: /^["“(]?Whoever\b/, instead: 'begin with "If you …", or with the person: "A user who …"' },
  { pattern: /^["“(]?That which\b/, instead: 'begin with the thing that you mean' },
  { pattern: /^["“(]?What\b/, instead: 'begin with the subject: "The bot …", "You …"' },
];
