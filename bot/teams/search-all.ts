import { LatchkeyError } from '../latchkey-error.ts';
import type { LiveCredential } from '../sign-in/credentials.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { SourcePage } from '../sources/source.ts';
import { Superseded } from '../sources/typing.ts';
import { callAsAsker } from './as-asker.ts';
import { askerKey, type SearchConnection } from './connection.ts';
import { inTime } from './deadline.ts';
import type { Found, Search } from './found.ts';
import { shareOf, whatIsThere } from './merge.ts';
import { visitOf } from './query.ts';
import { receiversOf } from './receiver.ts';

/** Searches connections as whoever asks: for a query of Teams, and for a word in a chat. */
export class SearchAll {
  readonly #signIn: SignIn;

  constructor(signIn: SignIn) {
    this.#signIn = signIn;
  }

  /** All of them at once: none holds back the others, and what takes too long is left. Never rejects.
   * @param partOf what each of several is asked for */
  async find(search: Search, connections: readonly SearchConnection[], partOf = shareOf): Promise<Found[]> {
    try {
      return await inTime(async (stop) => {
        const wanted = await this.#wanted(search, connections);
        const { brought } = search.query;
        const receivers = await receiversOf(this.#signIn, brought.code, wanted);
        const share = wanted.length > 1 ? partOf(search.query, wanted.length) : search.query;
        const all = wanted.map((connection) => {
          const query = receivers.includes(connection)
            ? share
            : { ...share, brought: { token: brought.token, code: undefined } };
          return this.#search({ ...search, query }, connection, stop);
        });
        const there = await whatIsThere(all);
        return wanted.map((connection, at) => there[at] ?? broken(connection, new LatchkeyError('It took too long')));
      });
    } catch (error) {
      return connections.map((connection) => broken(connection, error));
    }
  }

  /** The one that the person has chosen, where there are several; but for a code that is another's. */
  async #wanted({ sender, query }: Search, all: readonly SearchConnection[]): Promise<readonly SearchConnection[]> {
    if (all.length < 2) return all;
    const [chosen, holders] = await Promise.all([
      this.#signIn.accounts.defaultConnection(sender.asker),
      this.#signIn.connectionsOf(query.brought.code),
    ]);
    const found = all.filter(({ id }) => id === chosen && (holders.length === 0 || holders.includes(id)));
    return found.length > 0 ? found : all;
  }

  async #search(search: Search, connection: SearchConnection, stop: AbortController): Promise<Found> {
    const visit = visitOf(search.sender, connection.id);
    try {
      const call = (live: LiveCredential) => this.#call(search, connection, live, stop);
      return { connection, ...(await callAsAsker(this.#signIn, visit, search.query.brought, call)) };
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
    return typing.search({ whose, where, delivery, version, query, stop }, performance.now(), (signal) =>
      turns.take(whose, signal, () => source.search(query, { accessToken, signal })),
    );
  }
}

function broken(connection: SearchConnection, error: unknown): Found {
  return { connection, state: 'broken', error };
}
