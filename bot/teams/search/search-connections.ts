import { withInvokeDeadline } from '../../platform/deadline.ts';
import { LatchkeyError } from '../../platform/latchkey-error.ts';
import type { ActiveCredential } from '../../sign-in/credentials/credentials.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import { Superseded } from '../../sources/query-debouncer.ts';
import type { SourcePage, SourceSession } from '../../sources/source.ts';
import { safeUrl } from '../cards/sanitize.ts';
import { callSourceAsUser } from './call-source.ts';
import { pageShare, settleWithin } from './combine.ts';
import type { SearchOutcome, SearchRequest } from './outcome.ts';
import { MAX_TEXT_LENGTH, signInRequest } from './query.ts';
import { connectionsForCode } from './receiver.ts';
import { type SearchConnection, userKey } from './search-connection.ts';

/** The part of a query that one connection is asked for. */
export type PartOf = (query: SearchRequest['query'], connection: SearchConnection) => SearchRequest['query'];

/** Searches connections as whoever asks: for a query of Teams, and for a word in a chat. */
export class SearchAll {
  readonly #signIn: SignIn;

  constructor(signIn: SignIn) {
    this.#signIn = signIn;
  }

  /** All of them at once: none holds back the others, and what takes too long is left. Never rejects.
   * @param partOf what each is asked for; its share of the page, unless given */
  async find(
    search: SearchRequest,
    connections: readonly SearchConnection[],
    partOf?: PartOf,
  ): Promise<SearchOutcome[]> {
    try {
      return await withInvokeDeadline(async (stop) => {
        const wanted = thoseWithPageAt(search.query.text, await this.#wanted(search, connections));
        const { brought } = search.query;
        const receivers = await connectionsForCode(this.#signIn, brought.code, wanted);
        const share = wanted.length > 1 ? pageShare(search.query, wanted.length) : search.query;
        const all = wanted.map((connection) => {
          const part = partOf?.(search.query, connection) ?? share;
          const query = receivers.includes(connection)
            ? part
            : { ...part, brought: { token: brought.token, code: undefined } };
          return this.#search({ ...search, query }, connection, stop);
        });
        const settled = await settleWithin(all);
        return wanted.map((connection, at) => settled[at] ?? broken(connection, new LatchkeyError('It took too long')));
      });
    } catch (error) {
      return connections.map((connection) => broken(connection, error));
    }
  }

  /** The one that the person has chosen, where there are several; but for a code that is another's. */
  async #wanted(
    { sender, query }: SearchRequest,
    all: readonly SearchConnection[],
  ): Promise<readonly SearchConnection[]> {
    if (all.length < 2) return all;
    const [chosen, holders] = await Promise.all([
      this.#signIn.accounts.defaultConnection(sender.asker),
      this.#signIn.connectionsForCode(query.brought.code),
    ]);
    const matching = all.filter(({ id }) => id === chosen && (holders.length === 0 || holders.includes(id)));
    return matching.length > 0 ? matching : all;
  }

  async #search(search: SearchRequest, connection: SearchConnection, stop: AbortController): Promise<SearchOutcome> {
    const visit = signInRequest(search.sender, connection.id);
    try {
      const call = (live: ActiveCredential) => this.#call(search, connection, live, stop);
      return { connection, ...(await callSourceAsUser(this.#signIn, visit, search.query.brought, call)) };
    } catch (error) {
      return error instanceof Superseded ? { connection, state: 'superseded' } : broken(connection, error);
    }
  }

  /** One call for what a person types, when it is their turn. */
  #call(
    { query, sender }: SearchRequest,
    connection: SearchConnection,
    { credential, version }: ActiveCredential,
    stop: AbortController,
  ): Promise<SourcePage> {
    const { asker, conversationId: boxKey, activityId: delivery } = sender;
    const { accessToken } = credential;
    const key = userKey(asker);
    const { turns, typing } = connection;
    return typing.search(
      { userKey: key, boxKey: boxKey, activityId: delivery, version, query, stop },
      performance.now(),
      (signal) => turns.run(key, signal, () => searchOrLookUp(connection, query, { accessToken, signal })),
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
  query: SearchRequest['query'],
  session: SourceSession,
): Promise<SourcePage> {
  const link = query.skip === 0 ? linkIn(query.text, connection) : undefined;
  const item = link === undefined ? undefined : await connection.source.page?.(new URL(link), session);
  if (item) return { items: [item], total: 1 };
  return connection.source.search({ ...query, text: query.text.slice(0, MAX_TEXT_LENGTH) }, session);
}

/** The text, where it is the address of a page that the connection can look up. */
function linkIn(text: string, { source, pageOrigins }: SearchConnection): string | undefined {
  return source.page && text.includes('://') ? safeUrl(text, pageOrigins) : undefined;
}

function broken(connection: SearchConnection, error: unknown): SearchOutcome {
  return { connection, state: 'broken', error };
}
