import { safeUrl } from '../../platform/safe-url.ts';
import type { SnippetPart, SourceItem } from '../../sources/source.ts';
import type { Messages } from '../locales/en.ts';
import { END, formatDate, ISOLATE, messagesFor } from '../locales/texts.ts';
import { type JsonText, jsonString, toJson } from './json-writer.ts';
import { neutralizeMarkup, sanitizePreview, sanitizeText } from './sanitize.ts';

/** Where the results are from, and for whom they are shown. */
interface CardOptions {
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

const MAX_LENGTH = { title: 200, snippet: 600, name: 100 };
const MAX_NOTICE_LENGTH = 300;
/** Sets a notice apart from results, in the one place that every client shows. */
const NOTICE = 'ⓘ';
/** A snippet in more pieces than this is spoilt; each costs some fifty bytes of a card's 28 KB. */
const MAX_TEXT_RUNS = 60;

/** What all cards of an answer have in common, made once. */
interface CardContext extends CardOptions {
  messages: Messages;
  /** A card without a body. */
  head: JsonText;
  /** Where it is from and who is signed in there. */
  from: JsonText;
  view: JsonText;
  /** Before the preview's text. */
  owner: string;
  /** Around a title or an excerpt in a card that is written from right to left: its full stop and brackets stay where they
   * belong. Empty elsewhere. */
  isolate: string;
  isolateEnd: string;
}

/** Results as attachments: Adaptive Cards, each with a thumbnail for the list. */
export function toAttachments(items: readonly SourceItem[], frame: CardOptions): JsonText[] {
  const dressed = cardContext(frame);
  return items.map((item) => toAttachment(item, dressed));
}

function cardContext(frame: CardOptions): CardContext {
  const messages = messagesFor(frame.locale);
  const title = sanitizeText(frame.title, MAX_LENGTH.title);
  const [isolate = '', isolateEnd = ''] = messages.direction === 'rtl' ? [ISOLATE, END] : [];
  return {
    ...frame,
    messages,
    head: toJson(cardBase(messages)),
    from: subtleText(messages.from(title, sanitizeText(frame.account, MAX_LENGTH.name))),
    view: jsonString(messages.view(title)),
    owner: frame.mixed ? isolate + sanitizePreview(frame.title, MAX_LENGTH.title) + isolateEnd : '',
    isolate,
    isolateEnd,
  };
}

function toAttachment(item: SourceItem, frame: CardContext): JsonText {
  const image = safeUrl(item.imageUrl, frame.imageOrigins);
  const title = sanitizeText(item.title, MAX_LENGTH.title);
  return attachment(card(item, title, frame, image), preview(item, title, frame, image));
}

function attachment(card: JsonText, thumbnail: JsonText): JsonText {
  return `{"contentType":"application/vnd.microsoft.card.adaptive","content":${card},"preview":{"contentType":"application/vnd.microsoft.card.thumbnail","content":${thumbnail}}}` as JsonText;
}

/** A link that nobody in particular asked about: what it is, and nothing of what is behind it. */
export function linkAttachment(url: string, title: string, messages: Messages): JsonText {
  const view = openUrl(jsonString(messages.view(sanitizeText(title, MAX_LENGTH.title))), url);
  const message = messages.pageOf(sanitizeText(title, MAX_LENGTH.title));
  return note({ title, message, posted: message }, messages, view);
}

/** A link that this person may not read, or that leads to no page. It may be sent: it names no account. */
export function unreadableLinkAttachment(url: string, title: string, messages: Messages): JsonText {
  const name = sanitizeText(title, MAX_LENGTH.title);
  const message = messages.linkNotReadable(name);
  return note({ title, message, posted: message }, messages, openUrl(jsonString(messages.view(name)), url));
}

/** A line of the list that is no result: what one of several connections has to say in the place of its own. The words are
 * for this person alone. If they choose the line all the same, the card that they send says nothing of their account.
 * @param title the connection's */
export function noticeAttachment(title: string, message: string, messages: Messages): JsonText {
  const posted = messages.notAResult(sanitizeText(title, MAX_LENGTH.title));
  return note({ title: `${NOTICE} ${title}`, message, posted }, messages);
}

/** A notice for a connection that this person is not signed in to. Teams allows no sign-in action in a list of results or in
 * the answer to `selectItem`. So the notice says how to sign in, and its card opens the bot's chat.
 * @param chat leads to the bot's own chat */
export function signInAttachment(
  title: string,
  message: string,
  messages: Messages,
  chat: string | undefined,
): JsonText {
  const name = sanitizeText(title, MAX_LENGTH.title);
  const open = chat === undefined ? undefined : openUrl(jsonString(messages.openChat), chat);
  return note(
    { title: `${NOTICE} ${messages.signIn(name)}`, message, posted: messages.searchedHere(name) },
    messages,
    open,
  );
}

/** Words are the preview's text, since Teams cuts its title after one line. */
function note(
  { title, message, posted }: { title: string; message: string; posted: string },
  messages: Messages,
  action?: JsonText,
): JsonText {
  const thumbnail = {
    title: sanitizePreview(title, MAX_LENGTH.title),
    text: sanitizePreview(message, MAX_NOTICE_LENGTH),
  };
  const body = richText(textRun(posted));
  return attachment(adaptiveCard(toJson(cardBase(messages)), body, action), toJson(thumbnail));
}

function preview(item: SourceItem, title: string, frame: CardContext, image: string | undefined): JsonText {
  const { owner: userKey, isolate, isolateEnd } = frame;
  const message = sanitizePreview(textOf(item.snippet), MAX_LENGTH.snippet);
  const snippet = message && isolate + message + isolateEnd;
  const text = userKey && snippet ? `${userKey} · ${snippet}` : userKey || snippet;
  const images = image ? `,"images":[{"url":${jsonString(image)}}]` : '';
  return `{"title":${jsonString(neutralizeMarkup(title))},"text":${jsonString(text)}${images}}` as JsonText;
}

function textOf(runs: readonly SnippetPart[]): string {
  let text = '';
  for (const textRun of runs) text += textRun.text;
  return text;
}

function card(item: SourceItem, title: string, frame: CardContext, image: string | undefined): JsonText {
  const url = safeUrl(item.url, frame.linkOrigins);
  const heading = richText(textRun(frame.isolate + title + frame.isolateEnd, ',"size":"Medium","weight":"Bolder"'));
  const main = `{"type":"Column","width":"stretch","items":[${heading}${snippet(item.snippet, frame)}${editedLine(item, frame)}]}`;
  const columns = `{"type":"ColumnSet","columns":[${main}${image ? imageColumn(title, frame, image) : ''}]}`;
  const body = `${columns},${frame.from}` as JsonText;
  return adaptiveCard(frame.head, body, url === undefined ? undefined : openUrl(frame.view, url));
}

function adaptiveCard(head: JsonText, body: JsonText, action: JsonText | undefined): JsonText {
  return `${head.slice(0, -1)},"body":[${body}]${action ? `,"actions":[${action}]` : ''}}` as JsonText;
}

function openUrl(title: JsonText, url: string): JsonText {
  return `{"type":"Action.OpenUrl","title":${title},"url":${jsonString(url)}}` as JsonText;
}

function imageColumn(title: string, { messages: strings }: CardContext, url: string): string {
  const image = { type: 'Image', url, altText: strings.imageOf(title), size: 'Stretch' };
  return `,${toJson({ type: 'Column', width: '96px', items: [image] })}`;
}

// RichTextBlock throughout: its runs are shown as they are, where a TextBlock would read Markdown.
function richText(inlines: JsonText, extra = ''): JsonText {
  return `{"type":"RichTextBlock","inlines":[${inlines}]${extra}}` as JsonText;
}

function textRun(text: string, extra = ''): JsonText {
  return `{"type":"TextRun","text":${jsonString(text)}${extra}}` as JsonText;
}

// What may be left out comes with the comma before it.
function snippet(runs: readonly SnippetPart[], { isolate, isolateEnd }: CardContext): string {
  let inlines = '';
  let left = MAX_LENGTH.snippet;
  let shown = 0;
  // The last one is held back: the end of the isolate goes behind it. Isolates of single runs would swap the runs.
  let [last, weight] = ['', ''];
  for (const { text, hit } of runs) {
    if (left <= 0 || shown === MAX_TEXT_RUNS) break;
    const message = sanitizeText(text, left);
    left -= text.length;
    if (!message) continue;
    if (shown > 0) inlines += `${textRun(last, weight)},`;
    last = shown++ > 0 ? message : isolate + message;
    weight = hit ? ',"weight":"Bolder"' : '';
  }
  inlines += textRun(last + isolateEnd, weight);
  return shown > 0 ? `,${richText(inlines as JsonText, ',"spacing":"Small"')}` : '';
}

function editedLine({ edited: editedLine }: SourceItem, { locale, messages: strings }: CardContext): string {
  if (!editedLine) return '';
  const by = editedLine.by && sanitizeText(editedLine.by, MAX_LENGTH.name);
  return `,${subtleText(strings.edited(formatDate(locale, editedLine.at), by))}`;
}

function subtleText(text: string): JsonText {
  return richText(textRun(text, ',"size":"Small","isSubtle":true'), ',"spacing":"Small"');
}

/** What every card of ours begins with: 1.4 is the last that Outlook shows too. Hosts that know no `rtl` (1.5) leave it. */
export function cardBase({ direction }: Messages): Record<string, unknown> {
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.4',
    ...(direction === 'rtl' && { rtl: true }),
  };
}
