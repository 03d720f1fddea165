import type { Texts } from './en.ts';

// Scripts written from right to left: Hebrew, Arabic, Syriac, Thaana, N'Ko and their kin, with their presentation forms.
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
/** First-strong isolate and its end (UAX #9): what stands between them and what stands around do not turn each other. */
export const [ISOLATE, END] = ['\u2068', '\u2069'];

/** The same catalogue, which keeps names, titles and queries apart from its own words where their direction may differ. */
export function withBidiIsolation(texts: Texts): Texts {
  const apart = texts.direction === 'rtl' ? isolate : isolateRightToLeft;
  const entries = Object.entries(texts).map(([key, text]) => [key, wrap(text, apart)]);
  return Object.fromEntries(entries) as Texts;
}

function wrap(text: unknown, apart: (value: string) => string): unknown {
  if (typeof text !== 'function') return text;
  return (...values: unknown[]) => text(...values.map((value) => wrapValue(value, apart)));
}

function wrapValue(value: unknown, apart: (value: string) => string): unknown {
  if (Array.isArray(value)) return value.map((each) => wrapValue(each, apart));
  return typeof value === 'string' ? apart(value) : value;
}

/** Digits and marks alone would turn in Arabic, too. */
function isolate(value: string): string {
  return value === '' ? value : `${ISOLATE}${value}${END}`;
}

function isolateRightToLeft(value: string): string {
  return RIGHT_TO_LEFT.test(value) ? isolate(value) : value;
}

/** Forms of a noun by the language's plural categories (CLDR); `#` stands for the number. */
type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** Says how many, with the form that the language has for that number, in the digits that it writes. */
export function pluralFormatter(language: string, forms: Forms): (n: number) => string {
  const rules = new Intl.PluralRules(language);
  const digits = new Intl.NumberFormat(language);
  return (n) => (forms[rules.select(n)] ?? forms.other).replace('#', digits.format(n));
}

/** Names in a row, with the language's own commas and “and”. */
export function listFormatter(language: string): (names: readonly string[]) => string {
  const format = new Intl.ListFormat(language, { type: 'conjunction' });
  return (names) => format.format(names);
}
