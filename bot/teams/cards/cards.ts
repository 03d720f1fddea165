import { safeUrl } from '../../platform/safe-url.ts';
import type { SnippetPart, SourceItem } from '../../sources/source.ts';
import type { Messages } from '../locales/en.ts';
import { END, formatDate, ISOLATE, messagesFor } from '../locales/texts.ts';
import { richText, textRun } from './elements.ts';
import { factLines, factPreview } from './facts.ts';
import { type JsonText, jsonString, toJson } from './json-writer.ts';
import { neutralizeMarkup, sanitizePreview, sanitizeText } from './sanitize.ts';

/** Names no account: a card may be sent into a conversation. */
interface CardOptions {
  title: string;
  locale: string;
  linkOrigins: ReadonlySet<string>;
  imageOrigins: ReadonlySet<string>;
  /** Each line names its connection. */
  mixed?: boolean;
}

const MAX_LENGTH = { title: 200, snippet: 600, name: 100 };
const MAX_NOTICE_LENGTH = 300;
const NOTICE = 'ⓘ';
/** Each run takes about 50 bytes of a card's 28 KB. */
const MAX_TEXT_RUNS = 60;

interface CardContext extends CardOptions {
  messages: Messages;
  base: JsonText;
  /** The connection's title, below the content. */
  footer: JsonText;
  viewLabel: JsonText;
  /** The connection's title in the preview. Empty if all results are of one connection. */
  previewOwner: string;
  /** Keeps full stops and brackets in place in a right-to-left card. Empty in other cards. */
  isolate: string;
  isolateEnd: string;
}

export function toAttachments(items: readonly SourceItem[], options: CardOptions): JsonText[] {
  const context = cardContext(options);
  return items.map((item) => toAttachment(item, context));
}

function cardContext(options: CardOptions): CardContext {
  const messages = messagesFor(options.locale);
  const title = sanitizeText(options.title, MAX_LENGTH.title);
  const [isolate = '', isolateEnd = ''] = messages.direction === 'rtl' ? [ISOLATE, END] : [];
  return {
    ...options,
    messages,
    base: toJson(cardBase(messages)),
    footer: subtleText(isolate + title + isolateEnd),
    viewLabel: jsonString(messages.view(title)),
    previewOwner: options.mixed ? isolate + sanitizePreview(options.title, MAX_LENGTH.title) + isolateEnd : '',
    isolate,
    isolateEnd,
  };
}

function toAttachment(item: SourceItem, context: CardContext): JsonText {
  const image = safeUrl(item.imageUrl, context.imageOrigins);
  const title = sanitizeText(item.title, MAX_LENGTH.title);
  return attachment(card(item, title, context, image), preview(item, title, context, image));
}

function attachment(card: JsonText, thumbnail: JsonText): JsonText {
  return `{"contentType":"application/vnd.microsoft.card.adaptive","content":${card},"preview":{"contentType":"application/vnd.microsoft.card.thumbnail","content":${thumbnail}}}` as JsonText;
}

/** Names only the connection, for a link without a signed-in user. */
export function linkAttachment(url: string, title: string, messages: Messages): JsonText {
  const view = openUrl(jsonString(messages.view(sanitizeText(title, MAX_LENGTH.title))), url);
  const message = messages.pageOf(sanitizeText(title, MAX_LENGTH.title));
  return note({ title, message, posted: message }, messages, view);
}

/** For a missing page or one that the user may not read. It names no account, so users can send it. */
export function unreadableLinkAttachment(url: string, title: string, messages: Messages): JsonText {
  const name = sanitizeText(title, MAX_LENGTH.title);
  const message = messages.linkNotReadable(name);
  return note({ title, message, posted: message }, messages, openUrl(jsonString(messages.view(name)), url));
}

/** A line about a connection, for example a failure. A sent card does not contain `message`, which may describe the
 * account.
 * @param title the connection's title */
export function noticeAttachment(title: string, message: string, messages: Messages): JsonText {
  const posted = messages.notAResult(sanitizeText(title, MAX_LENGTH.title));
  return note({ title: `${NOTICE} ${title}`, message, posted }, messages);
}

/** Teams allows no sign-in action in a result list or in the response to `selectItem`. So the notice explains the
 * sign-in, and its card opens the bot's chat.
 * @param chat the link to the bot's chat
 * @param explained the card contains the message, too: a host may show only the card */
export function signInAttachment(
  title: string,
  message: string,
  messages: Messages,
  { chat, explained }: { chat: string | undefined; explained: boolean },
): JsonText {
  const name = sanitizeText(title, MAX_LENGTH.title);
  const posted = explained ? message : messages.searchedHere(name);
  const open = chat === undefined ? undefined : openUrl(jsonString(messages.openChat), chat);
  return note({ title: `${NOTICE} ${messages.signIn(name)}`, message, posted }, messages, open);
}

/** The message is the preview's text, because Teams cuts titles after one line. */
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

function preview(item: SourceItem, title: string, context: CardContext, image: string | undefined): JsonText {
  const { previewOwner, isolate, isolateEnd } = context;
  const excerpt = sanitizePreview(textOf(item.snippet), MAX_LENGTH.snippet);
  const facts = item.facts ? factPreview(item.facts, context) : '';
  const text = [previewOwner, facts, excerpt && isolate + excerpt + isolateEnd].filter(Boolean).join(' · ');
  const images = image ? `,"images":[{"url":${jsonString(image)}}]` : '';
  return `{"title":${jsonString(neutralizeMarkup(title))},"text":${jsonString(text)}${images}}` as JsonText;
}

function textOf(runs: readonly SnippetPart[]): string {
  let text = '';
  for (const run of runs) text += run.text;
  return text;
}

function card(item: SourceItem, title: string, context: CardContext, image: string | undefined): JsonText {
  const url = safeUrl(item.url, context.linkOrigins);
  const heading = richText(textRun(context.isolate + title + context.isolateEnd, ',"size":"Medium","weight":"Bolder"'));
  const facts = item.facts ? factLines(item.facts, context) : '';
  const items = heading + snippet(item.snippet, context) + facts + editedLine(item, context);
  const main = `{"type":"Column","width":"stretch","items":[${items}]}`;
  const columns = `{"type":"ColumnSet","columns":[${main}${image ? imageColumn(title, context, image) : ''}]}`;
  const body = `${columns},${context.footer}` as JsonText;
  return adaptiveCard(context.base, body, url === undefined ? undefined : openUrl(context.viewLabel, url));
}

function adaptiveCard(base: JsonText, body: JsonText, action: JsonText | undefined): JsonText {
  return `${base.slice(0, -1)},"body":[${body}]${action ? `,"actions":[${action}]` : ''}}` as JsonText;
}

function openUrl(title: JsonText, url: string): JsonText {
  return `{"type":"Action.OpenUrl","title":${title},"url":${jsonString(url)}}` as JsonText;
}

function imageColumn(title: string, { messages }: CardContext, url: string): string {
  const image = { type: 'Image', url, altText: messages.imageOf(title), size: 'Stretch' };
  return `,${toJson({ type: 'Column', width: '96px', items: [image] })}`;
}

// Optional parts begin with a comma.
function snippet(runs: readonly SnippetPart[], { isolate, isolateEnd }: CardContext): string {
  let inlines = '';
  let left = MAX_LENGTH.snippet;
  let shown = 0;
  // Added last, with the end of the isolate. One isolate per run would reorder the runs.
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

function editedLine({ edited }: SourceItem, { locale, messages }: CardContext): string {
  if (!edited) return '';
  const by = edited.by && sanitizeText(edited.by, MAX_LENGTH.name);
  return `,${subtleText(messages.edited(formatDate(locale, edited.at), by))}`;
}

function subtleText(text: string): JsonText {
  return richText(textRun(text, ',"size":"Small","isSubtle":true'), ',"spacing":"Small"');
}

/** Link unfurling accepts at most 1.3, Outlook less than 1.4. No element or property here is newer, except `rtl` (1.5),
 * which older hosts ignore.
 * @see https://learn.microsoft.com/microsoftteams/platform/messaging-extensions/how-to/link-unfurling */
export function cardBase({ direction }: Messages): Record<string, unknown> {
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.3',
    ...(direction === 'rtl' && { rtl: true }),
  };
}
