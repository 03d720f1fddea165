import type { Document } from './documents.ts';

/** One result in the format of the bot's `SourceItem`. */
export interface Item {
  title: string;
  snippet: { text: string; hit: boolean }[];
  url: string;
  edited: { at: Date; by: string };
}

/** Splits a text at its matches. */
export function runsOf(text: string, word: string): Item['snippet'] {
  const at = text.indexOf(word);
  if (at < 0) return [{ text, hit: false }];
  const pieces = [
    { text: text.slice(0, at), hit: false },
    { text: word, hit: true },
    { text: text.slice(at + word.length), hit: false },
  ];
  return pieces.filter((run) => run.text !== '');
}

export function toItem({ title, text, edited, by }: Document, word: string, origin: string): Item {
  return {
    title,
    snippet: runsOf(text, word),
    url: pageUrl(origin, title),
    edited: { at: new Date(edited), by },
  };
}

export function pageUrl(origin: string, title: string): string {
  return `${origin}/wiki/${encodeURIComponent(title.replaceAll(' ', '_'))}`;
}
