import type { InvokeResponse } from 'botbuilder';
import type { ActiveCredential } from '../sign-in/credentials.ts';
import type { PresentedSignIn } from '../sign-in/keeper.ts';
import type { SignInPrompt } from '../sign-in/outcomes.ts';
import type { SourceItem } from '../sources/source.ts';
import { accountWords } from './account-words.ts';
import { BAD_REQUEST, CONSENT_REQUIRED, NOTHING, results, uncachedResults } from './answers.ts';
import { callAsAsker } from './as-asker.ts';
import { linkAttachment, toAttachments, unreadableLinkAttachment } from './cards.ts';
import { askerKey, type SearchConnection } from './connection.ts';
import { inTime } from './deadline.ts';
import { safeUrl } from './inert.ts';
import { textsFor } from './locales/texts.ts';
import { promptTo } from './prompt.ts';
import { broughtBy, visitOf } from './query.ts';
import { receiversOf } from './receiver.ts';
import type { Guest } from './reception.ts';
import { recordOf } from './record.ts';
import type { SearchParts } from './search.ts';
import { localeOf } from './sender.ts';

/** For this person at this moment: another, or the same one after an outage, is to be asked about anew. */
const NOTHING_NOW = uncachedResults([]);

interface Link {
  url: string;
  connection: SearchConnection;
}

/** A connection that would show it, if they were signed in there. */
interface ToSignIn {
  connection: SearchConnection;
  prompt?: SignInPrompt;
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
    const value = recordOf(activity.value);
    const { url } = value;
    if (typeof url !== 'string') return BAD_REQUEST;
    const [link, ...others] = this.#find(url);
    // Here Teams shows cards and no messages: a link that is not for us, and what fails, stays a link.
    if (!link) return NOTHING;
    const guest = this.#parts.reception.admit(activity, () => NOTHING);
    if ('status' in guest) return guest;
    return inTime(({ signal }) => this.#unfurl(guest, [link, ...others], broughtBy(value), signal)).catch(
      (error: unknown) => {
        this.#parts.report(error, link.connection.id);
        return NOTHING_NOW;
      },
    );
  }

  async answerAnonymous(activity: Record<string, unknown>): Promise<InvokeResponse> {
    const { url } = recordOf(activity.value);
    if (typeof url !== 'string') return BAD_REQUEST;
    const [link] = this.#find(url);
    if (!link) return NOTHING;
    return results([linkAttachment(link.url, link.connection.title, textsFor(localeOf(activity)))]);
  }

  /** Several connections may have links to one origin: the first that knows the page shows it. */
  async #unfurl(
    guest: Guest,
    links: readonly Link[],
    brought: PresentedSignIn,
    signal: AbortSignal,
  ): Promise<InvokeResponse> {
    const connections = links.map(({ connection }) => connection);
    const receivers = await receiversOf(this.#parts.signIn, brought.code, connections);
    const toSignIn: ToSignIn[] = [];
    let unreadable: Link | undefined;
    for (const link of links) {
      const code = receivers.includes(link.connection) ? brought.code : undefined;
      const shown = await this.#show(guest, link, { ...brought, code }, signal);
      if (shown === null) unreadable ??= link;
      else if (shown && 'connection' in shown) toSignIn.push(shown);
      else if (shown) return shown;
    }
    if (unreadable) {
      const { url, connection } = unreadable;
      return uncachedResults([unreadableLinkAttachment(url, connection.title, guest.texts)]);
    }
    const [first] = toSignIn;
    // Whoever is signed in to one of them knows by now that it has no such page for them.
    return first && toSignIn.length === links.length
      ? promptTo(this.#parts.signIn, guest, brought, [first])
      : NOTHING_NOW;
  }

  /** @returns `null` where there is no such page for this person, or none that they may read */
  async #show(
    { sender }: Guest,
    link: Link,
    brought: PresentedSignIn,
    signal: AbortSignal,
  ): Promise<InvokeResponse | ToSignIn | null | undefined> {
    const { asker, locale } = sender;
    const { id, title, linkOrigins, imageOrigins } = link.connection;
    const call = (live: ActiveCredential) => this.#call(askerKey(asker), link, live, signal);
    const called = await callAsAsker(this.#parts.signIn, visitOf(sender, id), brought, call);
    if (called.state === 'signed_out') return { ...called, connection: link.connection };
    if (called.state === 'consent_required') return CONSENT_REQUIRED;
    if (called.state === 'failed' && called.error.failure === 'forbidden') return null;
    if (called.state === 'failed') this.#parts.report(called.error, id);
    if (called.state !== 'answered') return undefined;
    if (!called.answer) return called.answer;
    const account = accountWords(called.live.credential.account, textsFor(locale));
    const frame = { title, account, locale, linkOrigins, imageOrigins };
    return uncachedResults(toAttachments([called.answer], frame));
  }

  async #call(
    whose: string,
    { url, connection }: Link,
    { credential }: ActiveCredential,
    signal: AbortSignal,
  ): Promise<SourceItem | null | undefined> {
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
