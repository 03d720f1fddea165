import { LatchkeyError } from '../latchkey-error.ts';
import type { ActiveCredential } from '../sign-in/credentials.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { SourcePage, SourceSession } from '../sources/source.ts';
import { Superseded } from '../sources/typing.ts';
import { callAsAsker } from './as-asker.ts';
import { askerKey, type SearchConnection } from './connection.ts';
import { inTime } from './deadline.ts';
import type { Found, Search } from './found.ts';
import { safeUrl } from './inert.ts';
import { shareOf, whatIsThere } from './merge.ts';
import { LONGEST_TEXT, visitOf } from './query.ts';
import { receiversOf } from './receiver.ts';

/** The part of a query that one connection is asked for. */
export type PartOf = (query: Search['query'], connection: SearchConnection) => Search['query'];

/** Searches connections as whoever asks: for a query of Teams, and for a word in a chat. */
export class SearchAll {
  readonly #signIn: SignIn;

  constructor(signIn: SignIn) {
    this.#signIn = signIn;
  }

  /** All of them at once: none holds back the others, and what takes too long is left. Never rejects.
   * @param partOf what each is asked for; its share of the page, unless given */
  async find(search: Search, connections: readonly SearchConnection[], partOf?: PartOf): Promise<Found[]> {
    try {
      return await inTime(async (stop) => {
        const wanted = thoseWithPageAt(search.query.text, await this.#wanted(search, connections));
        const { brought } = search.query;
        const receivers = await receiversOf(this.#signIn, brought.code, wanted);
        const share = wanted.length > 1 ? shareOf(search.query, wanted.length) : search.query;
        const all = wanted.map((connection) => {
          const part = partOf?.(search.query, connection) ?? share;
          const query = receivers.includes(connection)
            ? part
            : { ...part, brought: { token: brought.token, code: undefined } };
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
      this.#signIn.connectionsForCode(query.brought.code),
    ]);
    const found = all.filter(({ id }) => id === chosen && (holders.length === 0 || holders.includes(id)));
    return found.length > 0 ? found : all;
  }

  async #search(search: Search, connection: SearchConnection, stop: AbortController): Promise<Found> {
    const visit = visitOf(search.sender, connection.id);
    try {
      const call = (live: ActiveCredential) => this.#call(search, connection, live, stop);
      return { connection, ...(await callAsAsker(this.#signIn, visit, search.query.brought, call)) };
    } catch (error) {
      return error instanceof Superseded ? { connection, state: 'superseded' } : broken(connection, error);
    }
  }

  /** One call for what a person types, when it is their turn. */
  #call(
    { query, sender }: Search,
    connection: SearchConnection,
    { credential, version }: ActiveCredential,
    stop: AbortController,
  ): Promise<SourcePage> {
    const { asker, conversationId: where, activityId: delivery } = sender;
    const { accessToken } = credential;
    const whose = askerKey(asker);
    const { turns, typing } = connection;
    return typing.search({ whose, where, delivery, version, query, stop }, performance.now(), (signal) =>
      turns.take(whose, signal, () => searchOrLookUp(connection, query, { accessToken, signal })),
    );
  }
}

/** The address of a page concerns those alone who have it; every other text concerns all. */
function thoseWithPageAt(text: string, connections: readonly SearchConnection[]): readonly SearchConnection[] {
  const owners = connections.filter((connection) => linkIn(text, connection) !== undefined);
  return owners.length > 0 ? owners : connections;
}

/** An address of one of the connection's own pages, pasted into the search box, finds that page (T48: no other is looked
 * at). Where it leads to no page, its words are searched for. */
async function searchOrLookUp(
  connection: SearchConnection,
  query: Search['query'],
  session: SourceSession,
): Promise<SourcePage> {
  const link = query.skip === 0 ? linkIn(query.text, connection) : undefined;
  const item = link === undefined ? undefined : await connection.source.page?.(new URL(link), session);
  if (item) return { items: [item], total: 1 };
  return connection.source.search({ ...query, text: query.text.slice(0, LONGEST_TEXT) }, session);
}

/** The text, where it is the address of a page that the connection can look up. */
function linkIn(text: string, { source, pageOrigins }: SearchConnection): string | undefined {
  return source.page && text.includes('://') ? safeUrl(text, pageOrigins) : undefined;
}

function broken(connection: SearchConnection, error: unknown): Found {
  return { connection, state: 'broken', error };
}
