import type { InvokeResponse } from 'botbuilder';
import type { LiveCredential } from '../sign-in/credentials.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { SourceError, SourceFailure, SourcePage } from '../sources/source.ts';
import { Superseded } from '../sources/typing.ts';
import { BAD_REQUEST, message, results, signInPrompt } from './answers.ts';
import { callAsAsker } from './as-asker.ts';
import { toAttachment } from './cards.ts';
import { askerKey, type SearchConnection } from './connection.ts';
import { inTime } from './deadline.ts';
import { inertRun } from './inert.ts';
import { waitIn } from './locales/texts.ts';
import { type Query, readQuery } from './query.ts';
import type { Guest, Reception } from './reception.ts';

export interface SearchParts {
  signIn: SignIn;
  reception: Reception;
  /** By command id. */
  connections: ReadonlyMap<string, SearchConnection>;
  /** Writes down what went wrong; returns the reference under which it can be found. */
  report(error: unknown, connectionId: string): string;
}

/** What a message quotes: a query, an account's name. Characters. */
const LONGEST_SHOWN = 200;

interface Search extends Guest {
  query: Query;
  connection: SearchConnection;
}

/** `composeExtension/query`: sign-in or results, and words for everything else. */
export class Searching {
  readonly #parts: SearchParts;

  constructor(parts: SearchParts) {
    this.#parts = parts;
  }

  async answer(activity: Record<string, unknown>): Promise<InvokeResponse> {
    const query = readQuery(activity.value);
    const connection = query && this.#parts.connections.get(query.commandId);
    if (!query || !connection) return BAD_REQUEST;
    const guest = this.#parts.reception.admit(activity, message);
    if ('status' in guest) return guest;
    const search = { ...guest, query, connection };
    return inTime((signal) => this.#search(search, signal)).catch((error: unknown) => this.#gaveUp(search, error));
  }

  async #search(search: Search, signal: AbortSignal): Promise<InvokeResponse> {
    const { sender, query, connection, texts } = search;
    const owner = { asker: sender.asker, connectionId: connection.id };
    const call = (live: LiveCredential) => this.#call(search, live, signal);
    const called = await callAsAsker(this.#parts.signIn, owner, query.code, call);
    switch (called.state) {
      case 'answered':
        return this.#show(search, called.answer, called.live);
      case 'failed':
        return this.#failed(search, called.live, called.error);
      case 'signed_out':
        return this.#askToSignIn(search);
      case 'paused':
        return message(texts.paused(waitIn(texts, (called.until - Date.now()) / 1000)));
    }
  }

  /** One call for what a person types, when it is their turn. */
  #call({ query, connection, sender }: Search, live: LiveCredential, signal: AbortSignal): Promise<SourcePage> {
    const { source, turns, typing } = connection;
    const { asker, conversationId: where, activityId: delivery } = sender;
    const { accessToken } = live.credential;
    const whose = askerKey(asker);
    const typed = { whose, where, delivery, version: live.version, query, signal };
    return typing.search(typed, Date.now(), (signal) =>
      turns.take(whose, signal, () => source.search(query, { accessToken, signal })),
    );
  }

  #askToSignIn({ sender, connection, texts }: Search): InvokeResponse {
    const { asker, name, locale } = sender;
    const url = this.#parts.signIn.startUrl({ asker, name, locale, connectionId: connection.id }, Date.now());
    return signInPrompt(url, texts.signIn(connection.title));
  }

  #show({ query, connection, sender, texts }: Search, page: SourcePage, live: LiveCredential): InvokeResponse {
    const { title, linkOrigins, imageOrigins } = connection;
    if (page.items.length > 0) {
      const account = live.credential.account.name;
      const frame = { title, account, locale: sender.locale, linkOrigins, imageOrigins };
      return results(page.items.slice(0, query.count).map((item) => toAttachment(item, frame)));
    }
    if (query.skip > 0) return message(texts.noMore);
    const nothing = query.text
      ? texts.nothingFound(inertRun(query.text, LONGEST_SHOWN), title)
      : texts.nothingRecent(title);
    return message(nothing);
  }

  /** Four failures, four answers (TEAMS.md: "No matches" for every error is what people complain about). */
  #failed({ connection, texts }: Search, live: LiveCredential, error: SourceError): InvokeResponse {
    const { title, id } = connection;
    const answers: Record<Exclude<SourceFailure, 'unauthorized'>, () => string> = {
      forbidden: () => texts.forbidden(inertRun(live.credential.account.name, LONGEST_SHOWN), title),
      rate_limited: () => texts.busy(title, waitIn(texts, error.retryAfter ?? 30)),
      unavailable: () => texts.unavailable(title, this.#parts.report(error, id)),
    };
    return message(answers[error.failure as keyof typeof answers]());
  }

  #gaveUp({ connection, texts }: Search, error: unknown): InvokeResponse {
    if (error instanceof Superseded) return message(texts.superseded);
    return message(texts.unavailable(connection.title, this.#parts.report(error, connection.id)));
  }
}
