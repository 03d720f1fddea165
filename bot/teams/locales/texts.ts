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

/** First-strong isolate and its end (UAX #9): the text inside does not change the direction around it. */
export const [ISOLATE, END] = ['\u2068', '\u2069'];

// Hebrew, Arabic, Syriac, Thaana, N'Ko and relatives, with their presentation forms.
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

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

/** In Arabic even digits and punctuation need an isolate. */
function isolate(value: string): string {
  return value === '' ? value : `${ISOLATE}${value}${END}`;
}

function isolateRightToLeft(value: string): string {
  return RIGHT_TO_LEFT.test(value) ? isolate(value) : value;
}

/** Use {@link messagesFor}, which adds isolates. */
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

/** Bounded, because clients can send any tag. */
const BY_LOCALE = new Map<string, Messages>();
const MAX_LOCALES = 256;

/** Takes a BCP 47 tag such as `pt-BR`. The default is English. */
export function messagesFor(locale: string): Messages {
  return BY_LOCALE.get(locale) ?? lookup(locale);
}

function lookup(locale: string): Messages {
  const messages = ISOLATING.get(languageFor(locale) ?? 'en') ?? ENGLISH;
  if (BY_LOCALE.size < MAX_LOCALES) BY_LOCALE.set(locale, messages);
  return messages;
}

export function formatWait(messages: Messages, seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds));
  return whole < 120 ? messages.seconds(whole) : messages.minutes(Math.ceil(whole / 60));
}

const FORMATS = new LRUCache<string, Intl.DateTimeFormat>({ max: 64 });
/** Without a cache, a date costs as much as the rest of its card. */
const DATES = new LRUCache<string, string>({ max: 4_096 });
const DAY_MS = 86_400_000;

/** Uses English for a language without a catalogue or an invalid tag. */
export function formatDate(locale: string, date: Date): string {
  const day = `${Math.floor(date.getTime() / DAY_MS)} ${locale}`;
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

const NUMBERS = new LRUCache<string, Intl.NumberFormat>({ max: 64 });

/** Uses English for a language without a catalogue or an invalid tag. */
export function formatNumber(locale: string, number: number): string {
  const format = NUMBERS.get(locale) ?? numberFormat(languageFor(locale) ? locale : 'en');
  NUMBERS.set(locale, format);
  return format.format(number);
}

function numberFormat(locale: string): Intl.NumberFormat {
  const options: Intl.NumberFormatOptions = { maximumFractionDigits: 6 };
  try {
    return new Intl.NumberFormat(locale, options);
  } catch {
    return new Intl.NumberFormat('en', options);
  }
}

function dateFormat(locale: string): Intl.DateTimeFormat {
  const options: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeZone: 'UTC' };
  try {
    return new Intl.DateTimeFormat(locale, options);
  } catch {
    return new Intl.DateTimeFormat('en', options);
  }
}
