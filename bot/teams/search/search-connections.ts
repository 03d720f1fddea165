import { setMaxListeners } from 'node:events';
import type { Connection } from '../../connection.ts';
import { withInvokeDeadline } from '../../platform/deadline.ts';
import { LatchkeyError } from '../../platform/latchkey-error.ts';
import type { PresentedSignIn, SignInRequest } from '../../sign-in/connection-sign-in.ts';
import type { ActiveCredential } from '../../sign-in/credentials/opened-credentials.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import { type User, userKey } from '../../sign-in/user.ts';
import { Superseded } from '../../sources/query-debouncer.ts';
import { SourceError } from '../../sources/source.ts';
import { linkIn } from '../../sources/user-source.ts';
import type { JsonText } from '../cards/json-writer.ts';
import type { SearchOutcome, SearchRequest } from './outcome.ts';
import { type Query, signInRequest } from './query.ts';

/** Then the results do not wait for slow connections. */
const MAX_WAIT_MS = 2_000;

/** The part of a query that one connection gets. */
export type PartOf = (query: Query, connection: Connection) => Query;

/** A slow or failing connection does not affect the others. Never rejects.
 * @param partOf a connection's part of the query (default: an equal share of the page) */
export async function searchConnections(
  signIn: SignIn,
  search: SearchRequest,
  connections: readonly Connection[],
  partOf?: PartOf,
): Promise<SearchOutcome[]> {
  try {
    return await withInvokeDeadline(async (stop) => {
      // Each connection listens. From eleven listeners on, Node would warn of a leak.
      if (connections.length > 1) setMaxListeners(0, stop.signal);
      const chosen = ownersOfLink(search.query.text, await chosenConnections(signIn, search, connections));
      const receivers = await connectionsForCode(signIn, search.query.presented.code, search.asker, chosen);
      const share = chosen.length > 1 ? pageShare(search.query, chosen.length) : search.query;
      const all = chosen.map((connection) => {
        const part = partOf?.(search.query, connection) ?? share;
        const query = receivers.includes(connection) ? part : withoutCode(part);
        return searchConnection({ ...search, query }, connection, stop);
      });
      const settled = await settleWithin(all);
      return chosen.map(
        (connection, at) => settled[at] ?? brokenOutcome(connection, new LatchkeyError('It took too long')),
      );
    }, allCallsEnded);
  } catch (error) {
    return connections.map((connection) => brokenOutcome(connection, error));
  }
}

async function searchConnection(
  search: SearchRequest,
  connection: Connection,
  stop: AbortController,
): Promise<SearchOutcome> {
  const { query, asker, conversationId, activityId } = search;
  try {
    return await callSource(connection, signInRequest(search, connection.id), query.presented, (active) =>
      connection.source.search(query, {
        accessToken: active.credential.accessToken,
        site: active.credential.site,
        signal: stop.signal,
        userKey: userKey(asker),
        box: { key: conversationId, activityId, credentialVersion: active.version, stop },
      }),
    );
  } catch (error) {
    return error instanceof Superseded ? { connection, state: 'superseded' } : brokenOutcome(connection, error);
  }
}

/** The user's default connection, unless a code belongs to another one. */
async function chosenConnections(
  signIn: SignIn,
  { asker, query }: SearchRequest,
  connections: readonly Connection[],
): Promise<readonly Connection[]> {
  if (connections.length < 2) return connections;
  const [chosen, receivers] = await Promise.all([
    signIn.defaultConnection(asker),
    signIn.connectionsForCode(query.presented.code, asker),
  ]);
  const matching = connections.filter(({ id }) => id === chosen && (receivers.length === 0 || receivers.includes(id)));
  return matching.length > 0 ? matching : connections;
}

/** The connections that can look up a pasted link. All of them for other text. */
function ownersOfLink(text: string, connections: readonly Connection[]): readonly Connection[] {
  const owners = connections.filter(
    ({ source, pageOrigins }) => source.page && linkIn(text, pageOrigins) !== undefined,
  );
  return owners.length > 0 ? owners : connections;
}

/** Another connection would invalidate the code. By default, the first one rejects it. */
export async function connectionsForCode(
  signIn: SignIn,
  code: unknown,
  person: User,
  connections: readonly Connection[],
): Promise<readonly Connection[]> {
  if (connections.length < 2) return connections;
  const ids = await signIn.connectionsForCode(code, person);
  const receivers = connections.filter(({ id }) => ids.includes(id));
  return receivers.length > 0 ? receivers : connections.slice(0, 1);
}

function withoutCode(query: Query): Query {
  const { token, code } = query.presented;
  return { ...query, presented: { token, code: undefined, hasOtherCode: code !== undefined } };
}

function pageShare(query: Query, connections: number): Query {
  const count = Math.ceil(query.count / connections);
  return { ...query, skip: Math.floor(query.skip / query.count) * count, count };
}

export function interleave(lists: readonly JsonText[][]): JsonText[] {
  if (lists.length === 1 && lists[0]) return lists[0];
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list[at] ?? [])).flat();
}

/** Waits until the time limit, and for at least one. No promise may reject.
 * @returns `undefined` for late ones */
async function settleWithin<T>(all: readonly Promise<T>[]): Promise<(T | undefined)[]> {
  if (all.length === 1) return Promise.all(all);
  const settled: (T | undefined)[] = all.map(() => undefined);
  const recorded = all.map(async (each, at) => {
    settled[at] = await each;
  });
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, MAX_WAIT_MS);
  });
  await Promise.race([Promise.all(recorded), timeout]);
  clearTimeout(timer);
  if (!settled.some((each) => each !== undefined)) await Promise.race(recorded);
  return settled;
}

/** Each source has answered, or was not asked. A `prompt` may follow a refused call. */
function allCallsEnded(outcomes: readonly SearchOutcome[]): boolean {
  return outcomes.every((outcome) => {
    if (outcome.state === 'signed_out') return outcome.prompt === undefined;
    return outcome.state !== 'failed' && outcome.state !== 'broken';
  });
}

function brokenOutcome(connection: Connection, error: unknown): SearchOutcome {
  return { connection, state: 'broken', error };
}

/** If the source refuses the token, the bot refreshes it and calls once more. */
export async function callSource<T>(
  connection: Connection,
  request: SignInRequest,
  presented: PresentedSignIn,
  call: (active: ActiveCredential) => Promise<T>,
): Promise<SearchOutcome<T>> {
  const { signIn } = connection;
  const state = await signIn.state(request, presented, Date.now());
  if (state.state !== 'signed_in') return { connection, ...state };
  const first = await tryCall(connection, state, call);
  if (first !== 'unauthorized') return first;
  const renewed = await signIn.renew(request, state, Date.now());
  const second = renewed ? await tryCall(connection, renewed, call) : 'unauthorized';
  if (second !== 'unauthorized') return second;
  return { connection, state: 'signed_out', prompt: await signIn.prompt(request, Date.now()) };
}

async function tryCall<T>(
  connection: Connection,
  active: ActiveCredential,
  call: (active: ActiveCredential) => Promise<T>,
): Promise<SearchOutcome<T> | 'unauthorized'> {
  try {
    return { connection, state: 'answered', response: await call(active), active };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return error.failure === 'unauthorized' ? 'unauthorized' : { connection, state: 'failed', error, active };
  }
}
