import { withInvokeDeadline } from '../../platform/deadline.ts';
import { LatchkeyError } from '../../platform/latchkey-error.ts';
import type { ActiveCredential } from '../../sign-in/credentials/credentials.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import { Superseded } from '../../sources/query-debouncer.ts';
import type { SourcePage, SourceSession } from '../../sources/source.ts';
import type { JsonText } from '../cards/json-writer.ts';
import { safeUrl } from '../cards/sanitize.ts';
import { callSourceAsUser } from './call-source.ts';
import type { SearchOutcome, SearchRequest } from './outcome.ts';
import { MAX_TEXT_LENGTH, type Query, signInRequest } from './query.ts';
import { type SearchConnection, userKey } from './search-connection.ts';

/** What each of several connections is asked for, so that together they fill the page that Teams wants. */
function pageShare(query: Query, connections: number): Query {
  const count = Math.ceil(query.count / connections);
  return { ...query, skip: Math.floor(query.skip / query.count) * count, count };
}

/** Fairly: the first of each, then the second of each, and so on. */
export function interleave(lists: readonly JsonText[][]): JsonText[] {
  if (lists.length === 1 && lists[0]) return lists[0];
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list[at] ?? [])).flat();
}

/** How long whoever is ready waits for the others, in milliseconds. */
const MAX_WAIT_MS = 2_000;

/** What is there when all are done, or when it would be too long to wait for the rest; but at least one, however long that
 * takes. @returns an entry for each, `undefined` for the late ones. None of the promises may reject. */
async function settleWithin<T>(all: readonly Promise<T>[]): Promise<(T | undefined)[]> {
  if (all.length === 1) return Promise.all(all);
  const settled: (T | undefined)[] = all.map(() => undefined);
  const noted = all.map(async (each, at) => {
    settled[at] = await each;
  });
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, MAX_WAIT_MS);
  });
  await Promise.race([Promise.all(noted), enough]);
  clearTimeout(timer);
  if (!settled.some((each) => each !== undefined)) await Promise.race(noted);
  return settled;
}

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

/** Which of several connections get the code that an invoke brought along: those that it may be for, since brought to
 * another it would burn; or else the first, which finds out that it is for none of them. */
export async function connectionsForCode(
  signIn: SignIn,
  code: unknown,
  connections: readonly SearchConnection[],
): Promise<readonly SearchConnection[]> {
  if (connections.length < 2) return connections;
  const ids = await signIn.connectionsForCode(code);
  const receivers = connections.filter(({ id }) => ids.includes(id));
  return receivers.length > 0 ? receivers : connections.slice(0, 1);
}
