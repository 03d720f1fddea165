import type { InvokeResponse } from 'botbuilder';
import type { LiveCredential } from '../sign-in/credentials.ts';
import type { SourceItem } from '../sources/source.ts';
import { BAD_REQUEST, NOTHING, results, signInPrompt, uncachedResults } from './answers.ts';
import { callAsAsker } from './as-asker.ts';
import { linkAttachment, toAttachments } from './cards.ts';
import { askerKey, type SearchConnection } from './connection.ts';
import { inTime } from './deadline.ts';
import { safeUrl } from './inert.ts';
import { textsFor } from './locales/texts.ts';
import { localeOf } from './query.ts';
import { receiverOf } from './receiver.ts';
import type { Guest } from './reception.ts';
import { recordOf } from './record.ts';
import type { SearchParts } from './search.ts';

/** For this person at this moment: another, or the same one after an outage, is to be asked about anew. */
const NOTHING_NOW = uncachedResults([]);

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
    const { url, state } = recordOf(activity.value);
    if (typeof url !== 'string') return BAD_REQUEST;
    const [link, ...others] = this.#find(url);
    // Here Teams shows no words: a link that is not for us, and all that fails, stays a link.
    if (!link) return NOTHING;
    const guest = this.#parts.reception.admit(activity, () => NOTHING);
    if ('status' in guest) return guest;
    return inTime(({ signal }) => this.#unfurl(guest, [link, ...others], state, signal)).catch((error: unknown) => {
      this.#parts.report(error, link.connection.id);
      return NOTHING_NOW;
    });
  }

  async answerAnonymous(activity: Record<string, unknown>): Promise<InvokeResponse> {
    const { url } = recordOf(activity.value);
    if (typeof url !== 'string') return BAD_REQUEST;
    const [link] = this.#find(url);
    if (!link) return NOTHING;
    return results([linkAttachment(link.url, link.connection.title, textsFor(localeOf(activity)))]);
  }

  /** Several connections may have links to one origin: the first that knows the page shows it. */
  async #unfurl(guest: Guest, links: readonly Link[], code: unknown, signal: AbortSignal): Promise<InvokeResponse> {
    const connections = links.map(({ connection }) => connection);
    const receiver = await receiverOf(this.#parts.signIn, code, connections);
    const toSignIn: Link[] = [];
    for (const link of links) {
      const shown = await this.#show(guest, link, link.connection === receiver ? code : undefined, signal);
      if (shown === 'signed_out') toSignIn.push(link);
      else if (shown) return shown;
    }
    const [first] = toSignIn;
    // Whoever is signed in to one of them knows by now that it has no such page for them.
    return first && toSignIn.length === links.length ? this.#askToSignIn(guest, first) : NOTHING_NOW;
  }

  async #show(
    { sender: { asker, locale } }: Guest,
    link: Link,
    code: unknown,
    signal: AbortSignal,
  ): Promise<InvokeResponse | 'signed_out' | undefined> {
    const { id, title, linkOrigins, imageOrigins } = link.connection;
    const call = (live: LiveCredential) => this.#call(askerKey(asker), link, live, signal);
    const called = await callAsAsker(this.#parts.signIn, { asker, connectionId: id }, code, call);
    if (called.state === 'signed_out') return called.state;
    if (called.state === 'failed') this.#parts.report(called.error, id);
    if (called.state !== 'answered' || !called.answer) return undefined;
    const frame = { title, account: called.live.credential.account.name, locale, linkOrigins, imageOrigins };
    return uncachedResults(toAttachments([called.answer], frame));
  }

  #askToSignIn({ sender: { asker, name, locale }, texts }: Guest, { connection: { id, title } }: Link): InvokeResponse {
    const url = this.#parts.signIn.startUrl({ asker, name, locale, connectionId: id }, Date.now());
    return signInPrompt({ url, title: texts.signIn(title) });
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
  #find(url: string): Link[] {
    return this.#connections.flatMap((connection) => {
      const safe = connection.source.page && safeUrl(url, connection.pageOrigins);
      return safe === undefined ? [] : [{ url: safe, connection }];
    });
  }
}
