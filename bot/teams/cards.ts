import type { SnippetRun, SourceItem } from '../sources/source.ts';
import { cardHead } from './card-head.ts';
import { inertPreview, inertRun, safeUrl } from './inert.ts';
import type { Texts } from './locales/en.ts';
import { dateIn, textsFor } from './locales/texts.ts';

/** Where the results are from, and for whom they are shown. */
export interface CardFrame {
  /** The connection's title. */
  title: string;
  account: string;
  locale: string;
  /** Origins that a link may lead to: the source's own. */
  linkOrigins: ReadonlySet<string>;
  imageOrigins: ReadonlySet<string>;
  /** The list mixes results of several connections: each line says whose it is. */
  mixed?: boolean;
}

export interface CardAttachment {
  contentType: 'application/vnd.microsoft.card.adaptive';
  content: Record<string, unknown>;
  preview: { contentType: 'application/vnd.microsoft.card.thumbnail'; content: Record<string, unknown> };
}

const LONGEST = { title: 200, snippet: 600, name: 100 };
const LONGEST_NOTE = 300;
/** A snippet in more pieces than this is spoilt; each costs some fifty bytes of a card's 28 KB. */
const MOST_RUNS = 60;

/** What all cards of an answer have in common, made once. */
interface Dressed extends CardFrame {
  texts: Texts;
  /** Where it is from and who is signed in there. */
  from: Record<string, unknown>;
  view: string;
  /** Before the preview's text. */
  whose: readonly string[];
}

/** Results as Adaptive Cards, each with a thumbnail for the list. */
export function toAttachments(items: readonly SourceItem[], frame: CardFrame): CardAttachment[] {
  const dressed = dress(frame);
  return items.map((item) => toAttachment(item, dressed));
}

function dress(frame: CardFrame): Dressed {
  const texts = textsFor(frame.locale);
  const title = inertRun(frame.title, LONGEST.title);
  const from = subtle(texts.from(title, inertRun(frame.account, LONGEST.name)));
  const whose = frame.mixed ? [inertPreview(frame.title, LONGEST.title)] : [];
  return { ...frame, texts, from, view: texts.view(title), whose };
}

function toAttachment(item: SourceItem, frame: Dressed): CardAttachment {
  const image = safeUrl(item.imageUrl, frame.imageOrigins);
  return {
    contentType: 'application/vnd.microsoft.card.adaptive',
    content: card(item, frame, image),
    preview: { contentType: 'application/vnd.microsoft.card.thumbnail', content: preview(item, frame, image) },
  };
}

/** A link that nobody in particular asked about: what it is, and nothing of what is behind it. */
export function linkAttachment(url: string, title: string, texts: Texts): CardAttachment {
  const view = { type: 'Action.OpenUrl', title: texts.view(inertRun(title, LONGEST.title)), url };
  return noteAttachment(title, texts.pageOf(inertRun(title, LONGEST.title)), texts, [view]);
}

/** Words in the list of results: what one of several connections has to say in the place of its own. They are the
 * preview's text, since Teams cuts its title after one line.
 * @param title the connection's */
export function noteAttachment(
  title: string,
  words: string,
  texts: Texts,
  actions: readonly Record<string, unknown>[] = [],
): CardAttachment {
  return {
    contentType: 'application/vnd.microsoft.card.adaptive',
    content: {
      ...cardHead(texts),
      body: [richText([{ type: 'TextRun', text: words }])],
      ...(actions.length > 0 && { actions }),
    },
    preview: {
      contentType: 'application/vnd.microsoft.card.thumbnail',
      content: { title: inertPreview(title, LONGEST.title), text: inertPreview(words, LONGEST_NOTE) },
    },
  };
}

function preview(item: SourceItem, { whose }: Dressed, image: string | undefined): Record<string, unknown> {
  const text = inertPreview(item.snippet.map((run) => run.text).join(''), LONGEST.snippet);
  return {
    title: inertPreview(item.title, LONGEST.title),
    text: [...whose, ...(text ? [text] : [])].join(' · '),
    ...(image && { images: [{ url: image }] }),
  };
}

function card(item: SourceItem, frame: Dressed, image: string | undefined): Record<string, unknown> {
  const url = safeUrl(item.url, frame.linkOrigins);
  const main = {
    type: 'Column',
    width: 'stretch',
    items: [title(item), ...snippet(item.snippet), ...edited(item, frame)],
  };
  return {
    ...cardHead(frame.texts),
    body: [{ type: 'ColumnSet', columns: image ? [main, picture(item, frame, image)] : [main] }, frame.from],
    ...(url && { actions: [{ type: 'Action.OpenUrl', title: frame.view, url }] }),
  };
}

function picture(item: SourceItem, { texts }: Dressed, url: string): Record<string, unknown> {
  const altText = texts.imageOf(inertRun(item.title, LONGEST.title));
  return { type: 'Column', width: '96px', items: [{ type: 'Image', url, altText, size: 'Stretch' }] };
}

// RichTextBlock throughout: its runs are shown as they are, where a TextBlock would read Markdown.
function richText(
  runs: readonly Record<string, unknown>[],
  extra: Record<string, unknown> = {},
): Record<string, unknown> {
  return { type: 'RichTextBlock', inlines: runs, ...extra };
}

function title(item: SourceItem): Record<string, unknown> {
  const text = inertRun(item.title, LONGEST.title);
  return richText([{ type: 'TextRun', text, size: 'Medium', weight: 'Bolder' }]);
}

function snippet(runs: readonly SnippetRun[]): Record<string, unknown>[] {
  const inlines: Record<string, unknown>[] = [];
  let left = LONGEST.snippet;
  for (const { text, hit } of runs) {
    if (left <= 0 || inlines.length === MOST_RUNS) break;
    const shown = inertRun(text, left);
    left -= text.length;
    if (shown) inlines.push({ type: 'TextRun', text: shown, ...(hit && { weight: 'Bolder' }) });
  }
  return inlines.length > 0 ? [richText(inlines, { spacing: 'Small' })] : [];
}

function edited({ edited }: SourceItem, { locale, texts }: Dressed): Record<string, unknown>[] {
  if (!edited) return [];
  const by = edited.by && inertRun(edited.by, LONGEST.name);
  return [subtle(texts.edited(dateIn(locale, edited.at), by))];
}

function subtle(text: string): Record<string, unknown> {
  return richText([{ type: 'TextRun', text, size: 'Small', isSubtle: true }], { spacing: 'Small' });
}
