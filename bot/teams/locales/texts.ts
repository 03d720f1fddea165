import { LRUCache } from 'lru-cache';
import { type Language, languageFor } from '../../platform/language.ts';
import { ar } from './ar.ts';
import { de } from './de.ts';
import { en, type Messages } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { hi } from './hi.ts';
import { ja } from './ja.ts';
import { pt } from './pt.ts';
import { uk } from './uk.ts';
import { zhHans } from './zh-hans.ts';

/** First-strong isolate and its end (UAX #9): text inside them does not change the direction of the text around them. */
export const [ISOLATE, END] = ['\u2068', '\u2069'];

// Scripts written from right to left: Hebrew, Arabic, Syriac, Thaana, N'Ko and their kin, with their presentation forms.
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** The same catalogue, which keeps names, titles and queries apart from its own words where their direction may differ. */
function withBidiIsolation(messages: Messages): Messages {
  const apart = messages.direction === 'rtl' ? isolate : isolateRightToLeft;
  const entries = Object.entries(messages).map(([key, text]) => [key, wrap(text, apart)]);
  return Object.fromEntries(entries) as Messages;
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

/** By language, as they were written: {@link messagesFor} hands out the ones that also isolate what is put into them. */
export const CATALOGUES: Readonly<Record<Language, Messages>> = {
  en,
  es,
  fr,
  de,
  pt,
  ja,
  'zh-Hans': zhHans,
  ar,
  hi,
  uk,
};

const ISOLATING = new Map(
  Object.entries(CATALOGUES).map(([language, messages]) => [language, withBidiIsolation(messages)]),
);
const ENGLISH = withBidiIsolation(en);

/** Tags that came before. Anybody may send any tag, so no more than so many are kept. */
const BY_LOCALE = new Map<string, Messages>();
const MAX_LOCALES = 256;

/** The catalogue for a BCP 47 tag such as `pt-BR`; English where there is none. */
export function messagesFor(locale: string): Messages {
  return BY_LOCALE.get(locale) ?? lookup(locale);
}

function lookup(locale: string): Messages {
  const messages = ISOLATING.get(languageFor(locale) ?? 'en') ?? ENGLISH;
  if (BY_LOCALE.size < MAX_LOCALES) BY_LOCALE.set(locale, messages);
  return messages;
}

/** A wait in words: seconds below two minutes, else minutes, rounded up. */
export function formatWait(messages: Messages, seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds));
  return whole < 120 ? messages.seconds(whole) : messages.minutes(Math.ceil(whole / 60));
}

const FORMATS = new LRUCache<string, Intl.DateTimeFormat>({ max: 64 });
/** By locale and day: ten results have ten dates, and a date takes as long as the rest of its card. */
const DATES = new LRUCache<string, string>({ max: 4_096 });
const DAY = 86_400_000;

/** A date as people of that locale write it; in English where the words around it are, as for an unknown or odd locale. */
export function formatDate(locale: string, date: Date): string {
  const day = `${Math.floor(date.getTime() / DAY)} ${locale}`;
  const known = DATES.get(day);
  if (known !== undefined) return known;
  const text = formatFor(locale).format(date);
  DATES.set(day, text);
  return text;
}

function formatFor(locale: string): Intl.DateTimeFormat {
  const format = FORMATS.get(locale) ?? dateFormat(languageFor(locale) ? locale : 'en');
  FORMATS.set(locale, format);
  return format;
}

function dateFormat(locale: string): Intl.DateTimeFormat {
  const options: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeZone: 'UTC' };
  try {
    return new Intl.DateTimeFormat(locale, options);
  } catch {
    return new Intl.DateTimeFormat('en', options);
  }
}
