import { en, type Texts } from './en.ts';

const CATALOGUES: Readonly<Record<string, Texts>> = { en };

/** The catalogue for a BCP 47 tag such as `pt-BR`; English where there is none. */
export function textsFor(locale: string): Texts {
  return CATALOGUES[locale.slice(0, 2).toLowerCase()] ?? en;
}

/** A wait in words: seconds below two minutes, else minutes, rounded up. */
export function waitIn(texts: Texts, seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds));
  return whole < 120 ? texts.seconds(whole) : texts.minutes(Math.ceil(whole / 60));
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();
const MOST_FORMATS = 64;

/** A date as people of that locale write it; an unknown or odd locale reads as English. */
export function dateIn(locale: string, date: Date): string {
  let format = FORMATS.get(locale);
  if (!format) {
    format = dateFormat(locale);
    if (FORMATS.size < MOST_FORMATS) FORMATS.set(locale, format);
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
