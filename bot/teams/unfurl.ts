import type { InvokeResponse } from 'botbuilder';
import type { LiveCredential } from '../sign-in/credentials.ts';
import type { SourceItem } from '../sources/source.ts';
import { BAD_REQUEST, NOTHING, results, signInPrompt, uncached } from './answers.ts';
import { callAsAsker } from './as-asker.ts';
import { linkAttachment, toAttachment } from './cards.ts';
import { askerKey, type SearchConnection } from './connection.ts';
import { inTime } from './deadline.ts';
import { safeUrl } from './inert.ts';
import { textsFor } from './locales/texts.ts';
import { localeOf } from './query.ts';
import type { Guest } from './reception.ts';
import type { SearchParts } from './search.ts';

interface Link {
  url: string;
  connection: SearchConnection;
}

/** `composeExtension/queryLink`: a link to a page of something that is searched becomes its card, for whoever pasted it
 * and with their own account; and `anonymousQueryLink`, which knows nobody and shows nothing but the link. */
export class Unfurling {
  readonly #parts: SearchParts;
  readonly #connections: readonly SearchConnection[];

  constructor(parts: SearchParts) {
    this.#parts = parts;
    this.#connections = [...new Set([...parts.connections.values()].flat())];
  }

  async answer(activity: Record<string, unknown>): Promise<InvokeResponse> {
    const { url, state } = fieldsOf(activity);
    if (typeof url !== 'string') return BAD_REQUEST;
    const link = this.#find(url);
    // Here Teams shows no words: a link that is not for us, and all that fails, stays a link.
    const guest = link && this.#parts.reception.admit(activity, () => NOTHING);
    if (!guest) return NOTHING;
    if ('status' in guest) return guest;
    return inTime((signal) => this.#unfurl(guest, link, state, signal)).catch((error: unknown) => {
      this.#parts.report(error, link.connection.id);
      return NOTHING;
    });
  }

  async answerAnonymous(activity: Record<string, unknown>): Promise<InvokeResponse> {
    const { url } = fieldsOf(activity);
    if (typeof url !== 'string') return BAD_REQUEST;
    const link = this.#find(url);
    if (!link) return NOTHING;
    return results([linkAttachment(link.url, link.connection.title, textsFor(localeOf(activity)))]);
  }

  async #unfurl({ sender, texts }: Guest, link: Link, code: unknown, signal: AbortSignal): Promise<InvokeResponse> {
    const { asker, name, locale } = sender;
    const { id, title, linkOrigins, imageOrigins } = link.connection;
    const owner = { asker, connectionId: id };
    const call = (live: LiveCredential) => this.#call(askerKey(asker), link, live, signal);
    const called = await callAsAsker(this.#parts.signIn, owner, code, call);
    if (called.state === 'signed_out') {
      const url = this.#parts.signIn.startUrl({ asker, name, locale, connectionId: id }, Date.now());
      return signInPrompt({ url, title: texts.signIn(title) });
    }
    if (called.state === 'failed') this.#parts.report(called.error, id);
    if (called.state !== 'answered' || !called.answer) return NOTHING;
    const frame = { title, account: called.live.credential.account.name, locale, linkOrigins, imageOrigins };
    return uncached(results([toAttachment(called.answer, frame)]));
  }

  async #call(
    whose: string,
    { url, connection }: Link,
    { credential }: LiveCredential,
    signal: AbortSignal,
  ): Promise<SourceItem | undefined> {
    const { source, turns } = connection;
    const { accessToken } = credential;
    return turns.take(whose, signal, async () => source.page?.(new URL(url), { accessToken, signal }));
  }

  /** T48: only links to the very origins of something that is searched, and that it can look up, are looked at. */
  #find(url: string): Link | undefined {
    for (const connection of this.#connections) {
      const safe = connection.source.page && safeUrl(url, connection.linkOrigins);
      if (safe !== undefined) return { url: safe, connection };
    }
    return undefined;
  }
}

function fieldsOf({ value }: Record<string, unknown>): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
