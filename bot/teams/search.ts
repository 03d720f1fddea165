import type { InvokeResponse } from 'botbuilder';
import type { LiveCredential } from '../sign-in/credentials.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { SourcePage } from '../sources/source.ts';
import { Superseded } from '../sources/typing.ts';
import { BAD_REQUEST, CONSENT_REQUIRED, message, results } from './answers.ts';
import { callAsAsker } from './as-asker.ts';
import { noteAttachment } from './cards.ts';
import { askerKey, type SearchConnection } from './connection.ts';
import { inTime } from './deadline.ts';
import { attachmentsOf, type Found, type Report, type Search, wordsFor } from './found.ts';
import { interleave, shareOf, whatIsThere } from './merge.ts';
import { promptTo } from './prompt.ts';
import { readQuery, visitOf } from './query.ts';
import { receiversOf } from './receiver.ts';
import type { Reception } from './reception.ts';

export interface SearchParts {
  signIn: SignIn;
  reception: Reception;
  /** By command id: what it searches. */
  connections: ReadonlyMap<string, readonly SearchConnection[]>;
  report: Report;
}

/** `composeExtension/query`: sign-in or results, and words for everything else. */
export class Searching {
  readonly #parts: SearchParts;

  constructor(parts: SearchParts) {
    this.#parts = parts;
  }

  async answer(activity: Record<string, unknown>): Promise<InvokeResponse> {
    const query = readQuery(activity.value);
    const connections = query && this.#parts.connections.get(query.commandId);
    if (!query || !connections) return BAD_REQUEST;
    const guest = this.#parts.reception.admit(activity, message);
    if ('status' in guest) return guest;
    const search = { ...guest, query };
    return this.#answerWith(search, await this.#searchAll(search, connections));
  }

  /** All of a command's connections at once: none holds back the others, and what takes too long is left. */
  async #searchAll(search: Search, connections: readonly SearchConnection[]): Promise<Found[]> {
    try {
      return await inTime(async (stop) => {
        const wanted = await this.#wanted(search, connections);
        const { brought } = search.query;
        const receivers = await receiversOf(this.#parts.signIn, brought.code, wanted);
        const share = wanted.length > 1 ? shareOf(search.query, wanted.length) : search.query;
        const all = wanted.map((connection) => {
          const query = receivers.includes(connection)
            ? share
            : { ...share, brought: { token: brought.token, code: undefined } };
          return this.#search({ ...search, query }, connection, stop);
        });
        const there = await whatIsThere(all);
        return wanted.map((connection, at) => there[at] ?? broken(connection, new Error('It took too long')));
      });
    } catch (error) {
      return connections.map((connection) => broken(connection, error));
    }
  }

  /** The one that the person has chosen, where there are several; but for a code that is another's. */
  async #wanted({ sender, query }: Search, all: readonly SearchConnection[]): Promise<readonly SearchConnection[]> {
    if (all.length < 2) return all;
    const { signIn } = this.#parts;
    const [chosen, holders] = await Promise.all([
      signIn.defaultConnection(sender.asker),
      signIn.connectionsOf(query.brought.code),
    ]);
    const found = all.filter(({ id }) => id === chosen && (holders.length === 0 || holders.includes(id)));
    return found.length > 0 ? found : all;
  }

  async #search(search: Search, connection: SearchConnection, stop: AbortController): Promise<Found> {
    const visit = visitOf(search.sender, connection.id);
    try {
      const call = (live: LiveCredential) => this.#call(search, connection, live, stop);
      return { connection, ...(await callAsAsker(this.#parts.signIn, visit, search.query.brought, call)) };
    } catch (error) {
      return error instanceof Superseded ? { connection, state: 'superseded' } : broken(connection, error);
    }
  }

  /** One call for what a person types, when it is their turn. */
  #call(
    { query, sender }: Search,
    { source, turns, typing }: SearchConnection,
    { credential, version }: LiveCredential,
    stop: AbortController,
  ): Promise<SourcePage> {
    const { asker, conversationId: where, activityId: delivery } = sender;
    const { accessToken } = credential;
    const whose = askerKey(asker);
    return typing.search({ whose, where, delivery, version, query, stop }, Date.now(), (signal) =>
      turns.take(whose, signal, () => source.search(query, { accessToken, signal })),
    );
  }

  /** Results, where there are any, and a line for each connection that could not give its own; or else what to do. */
  #answerWith(search: Search, all: readonly Found[]): InvokeResponse | Promise<InvokeResponse> {
    const words = (found: Found) => wordsFor(found, search, this.#parts.report);
    const cards = interleave(all.map((found) => attachmentsOf(found, search, all.length > 1)));
    const silent = all.filter(({ state }) => state !== 'answered');
    const toSignIn = silent.filter((found) => found.state === 'signed_out');
    if (cards.length > 0)
      return results([
        ...cards,
        ...(search.query.skip > 0
          ? []
          : silent.map((found) => noteAttachment(found.connection.title, words(found), search.texts))),
      ]);
    if (toSignIn.length === all.length) return promptTo(this.#parts.signIn, search, search.query.brought, toSignIn);
    if (all.every(({ state }) => state === 'consent_required')) return CONSENT_REQUIRED;
    return message(all.map(words).join('\n\n'));
  }
}

function broken(connection: SearchConnection, error: unknown): Found {
  return { connection, state: 'broken', error };
}
