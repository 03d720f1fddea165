import type { InvokeResult } from '../../page-api.ts';

/** `content` comes unchecked from the bot. */
export interface Attachment {
  contentType: string;
  content: unknown;
  /** The request's locale, which decides the card's direction. */
  locale: string;
  preview?: Attachment;
}

export type Reply =
  | { type: 'result'; attachments: Attachment[]; layout: 'list' | 'grid' }
  | Prompt
  | { type: 'message'; text: string }
  | Failed;

/** `auth`, `silentAuth` or `config`, with at least one link. */
export interface Prompt {
  type: 'auth' | 'config';
  links: PromptLink[];
}

export interface PromptLink {
  url: URL;
  title: string;
}

/** Teams shows “Unable to reach app”. */
interface Failed {
  type: 'failed';
  why: string;
}

/** A failure of the page's server looks like a failure of the bot. */
export async function responseTo<T>(
  requested: Promise<InvokeResult>,
  read: (result: InvokeResult) => T,
): Promise<T | Failed> {
  try {
    return read(await requested);
  } catch (cause) {
    return failed(cause instanceof Error ? cause.message : String(cause));
  }
}

/** As in Teams, every violation of the protocol is a failure. */
export function readResponse({ outcome, status, body, request }: InvokeResult): Reply {
  if (outcome === 'timeout') return failed('No response within 5 seconds');
  if (outcome === 'unreachable') return failed('Teams can’t reach the bot');
  if (status !== 200) return failed(`Status ${status}`);
  const extension = property(body, 'composeExtension');
  const type = property(extension, 'type');
  if (type === 'result') return readResult(extension, request.locale);
  if (type === 'auth' || type === 'silentAuth') return readPrompt(extension, 'auth');
  if (type === 'config') return readPrompt(extension, 'config');
  const text = property(extension, 'text');
  if (type === 'message' && typeof text === 'string') return { type, text };
  return failed('Teams does not know this response');
}

function readResult(extension: unknown, locale: string): Reply {
  const attachments = property(extension, 'attachments');
  const layout = property(extension, 'attachmentLayout') === 'grid' ? 'grid' : 'list';
  if (!Array.isArray(attachments)) return failed('A result without attachments');
  const cards = attachments.map((card) => readAttachment(card, locale));
  if (cards.includes(undefined)) return failed('An attachment has no contentType');
  return { type: 'result', attachments: cards.filter((card) => card !== undefined), layout };
}

export function readAttachment(value: unknown, locale: string): Attachment | undefined {
  const contentType = property(value, 'contentType');
  if (typeof contentType !== 'string') return undefined;
  const preview = readAttachment(property(value, 'preview'), locale);
  return { contentType, content: property(value, 'content'), locale, ...(preview && { preview }) };
}

function readPrompt(extension: unknown, type: Prompt['type']): Reply {
  const actions = property(property(extension, 'suggestedActions'), 'actions');
  const links = (Array.isArray(actions) ? actions : []).map(readLink).filter((link) => link !== undefined);
  return links.length > 0 ? { type, links } : failed(`The response “${type}” has no openUrl action`);
}

function readLink(action: unknown): PromptLink | undefined {
  const url = webAddress(property(action, 'value'));
  if (!url || property(action, 'type') !== 'openUrl') return undefined;
  const title = property(action, 'title');
  return { url, title: typeof title === 'string' && title !== '' ? title : 'Sign in' };
}

/** @returns only http and https addresses */
export function webAddress(value: unknown): URL | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url : undefined;
}

/** Reads unchecked values. */
export function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

export function failed(why: string): Failed {
  return { type: 'failed', why };
}
