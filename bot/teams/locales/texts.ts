import { type Language, languageFor } from '../../platform/language.ts';
import { ar } from './ar.ts';
import { de } from './de.ts';
import { en, type Texts } from './en.ts';
import { es } from './es.ts';
import { withBidiIsolation } from './format.ts';
import { fr } from './fr.ts';
import { hi } from './hi.ts';
import { ja } from './ja.ts';
import { pt } from './pt.ts';
import { uk } from './uk.ts';
import { zhHans } from './zh-hans.ts';

/** By language, as they were written: {@link textsFor} hands out the ones that also isolate what is put into them. */
export const CATALOGUES: Readonly<Record<Language, Texts>> = {
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

const ISOLATING = new Map(Object.entries(CATALOGUES).map(([language, texts]) => [language, withBidiIsolation(texts)]));
const ENGLISH = withBidiIsolation(en);

/** Tags that came before. Anybody may send any tag, so no more than so many are kept. */
const BY_LOCALE = new Map<string, Texts>();
const MAX_LOCALES = 256;

/** The catalogue for a BCP 47 tag such as `pt-BR`; English where there is none. */
export function textsFor(locale: string): Texts {
  return BY_LOCALE.get(locale) ?? lookup(locale);
}

function lookup(locale: string): Texts {
  const texts = ISOLATING.get(languageFor(locale) ?? 'en') ?? ENGLISH;
  if (BY_LOCALE.size < MAX_LOCALES) BY_LOCALE.set(locale, texts);
  return texts;
}

/** A wait in words: seconds below two minutes, else minutes, rounded up. */
export function formatWait(texts: Texts, seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds));
  return whole < 120 ? texts.seconds(whole) : texts.minutes(Math.ceil(whole / 60));
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();
const MAX_FORMATS = 64;
/** By locale and day: ten results have ten dates, and a date takes as long as the rest of its card. */
const DATES = new Map<string, string>();
const MAX_DATES = 4_096;
const DAY = 86_400_000;

/** A date as people of that locale write it; in English where the words around it are, as for an unknown or odd locale. */
export function formatDate(locale: string, date: Date): string {
  const day = `${Math.floor(date.getTime() / DAY)} ${locale}`;
  return DATES.get(day) ?? keep(day, format(locale, date));
}

function keep(day: string, text: string): string {
  if (DATES.size >= MAX_DATES) DATES.clear();
  DATES.set(day, text);
  return text;
}

function format(locale: string, date: Date): string {
  let format = FORMATS.get(locale);
  if (!format) {
    format = dateFormat(languageFor(locale) ? locale : 'en');
    if (FORMATS.size < MAX_FORMATS) FORMATS.set(locale, format);
  }
  return format.format(date);
}

function dateFormat(locale: string): Intl.DateTimeFormat {
  const options: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeZone: 'UTC' };
  try {
    return new Intl.DateTimeFormat(locale, options);
  } catch {
    return new Intl.DateTimeFormat('en', options);
  }
}
