import type { ConnectionsFor } from '../connection.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import { userKey } from '../sign-in/user.ts';
import type { ActivitySender, RequestContext } from '../teams/access-policy.ts';
import type { JsonText } from '../teams/cards/json-writer.ts';
import {
  isIncomplete,
  messageFor,
  type RenderContext,
  type ReportError,
  resultAttachments,
  type SearchOutcome,
  type SearchRequest,
} from '../teams/search/outcome.ts';
import { interleave, type PartOf, searchConnections } from '../teams/search/search-connections.ts';
import { commandWords } from './commands.ts';
import { adaptiveCardReply, type Reply, signInReply, textReply } from './replies.ts';
import { type Left, leftOf, moreCard, type SeenCounts } from './result-cards.ts';

const SIGN_IN_MS = 600_000;
const MAX_PENDING_SEARCHES = 1_000;

type Sender = Pick<ActivitySender, 'asker' | 'conversationId'>;

/** Kept in this process: on another instance the user searches again. */
export class PendingSearches {
  /** Oldest first. */
  readonly #searches = new Map<string, { text: string; until: number }>();
  readonly #keptMs: number;

  constructor(keptMs = SIGN_IN_MS) {
    this.#keptMs = keptMs;
  }

  keep(searcher: Sender, text: string, now: number): void {
    const key = searchKey(searcher);
    this.#searches.delete(key);
    this.#searches.set(key, { text, until: now + this.#keptMs });
    for (const [oldest, { until }] of this.#searches) {
      if (until > now && this.#searches.size <= MAX_PENDING_SEARCHES) return;
      this.#searches.delete(oldest);
    }
  }

  /** Only one caller gets the search. */
  take(searcher: Sender, now: number): string | undefined {
    const key = searchKey(searcher);
    const search = this.#searches.get(key);
    this.#searches.delete(key);
    return search && search.until > now ? search.text : undefined;
  }
}

function searchKey({ asker, conversationId }: Sender): string {
  return `${userKey(asker)} ${conversationId}`;
}

interface ChatSearchDependencies {
  signIn: SignIn;
  connectionsFor: ConnectionsFor;
  report: ReportError;
}

/** Teams' limit for a carousel. */
const MAX_SHOWN = 10;
/** The extra one reveals further results if the source does not count them. */
export const RESULT_LIMIT = MAX_SHOWN + 1;

function isSignedOut({ state }: SearchOutcome): boolean {
  return state === 'signed_out' || state === 'consent_required';
}

function cardOf(attachment: JsonText): Record<string, unknown> {
  return JSON.parse(attachment).content;
}

export class ChatSearch {
  readonly #deps: ChatSearchDependencies;
  readonly #unfinished = new PendingSearches();

  constructor(deps: ChatSearchDependencies) {
    this.#deps = deps;
  }

  /** Asks for a sign-in if no connection has one, and keeps the search.
   * @throws {ProviderError} if the token service gives no sign-in address */
  async find(context: RequestContext, text: string, seen: SeenCounts = {}): Promise<Reply[]> {
    const { search, all } = await this.#searchAll(context, text, seen);
    if (all.length === 0) return [textReply(context.messages.noMore)];
    if (!all.every(isSignedOut)) return this.render(search, all, seen);
    this.#unfinished.keep(context, text, performance.now());
    return [
      await signInReply(
        this.#deps.signIn,
        context,
        all.map(({ connection }) => connection),
      ),
    ];
  }

  async resume(context: RequestContext): Promise<Reply[]> {
    const text = this.#unfinished.take(context, performance.now());
    if (text === undefined) return [];
    const { search, all } = await this.#searchAll(context, text);
    if (!all.every(isSignedOut)) return this.render(search, all);
    this.#unfinished.keep(context, text, performance.now());
    return [];
  }

  forget(context: RequestContext): void {
    this.#unfinished.take(context, performance.now());
  }

  /** @param seen limits the search to its connections, unless empty */
  async #searchAll(
    context: RequestContext,
    text: string,
    seen: SeenCounts = {},
  ): Promise<{ search: SearchRequest; all: SearchOutcome[] }> {
    const skip = Math.max(0, ...Object.values(seen));
    const query = { commandId: '', text, skip, count: RESULT_LIMIT, presented: { code: undefined } };
    const connections = this.#deps
      .connectionsFor(context.asker)
      .filter(({ id }) => skip === 0 || Object.hasOwn(seen, id));
    // Chat and compose-box searches do not end each other.
    const search = { ...context, conversationId: `chat ${context.conversationId}`, query };
    // A full page each, since some connections may return no results.
    const part: PartOf = (whole, { id }) => ({ ...whole, skip: seen[id] ?? 0 });
    return {
      search,
      all: connections.length > 0 ? await searchConnections(this.#deps.signIn, search, connections, part) : [],
    };
  }

  render(search: RenderContext, all: readonly SearchOutcome[], seen: SeenCounts = {}): Reply[] {
    const lists = all.map((outcome) => resultAttachments(outcome, search, all.length > 1));
    const cards = interleave(lists).slice(0, MAX_SHOWN);
    const shownOf = (outcome: SearchOutcome) =>
      lists[all.indexOf(outcome)]?.filter((card) => cards.includes(card)).length ?? 0;
    const signedOut = all.filter(isSignedOut);
    const incomplete = all.filter(
      (outcome) => (outcome.state !== 'answered' && !isSignedOut(outcome)) || isIncomplete(outcome),
    );
    // A connection without matches gets a message only if no cards exist.
    const empty =
      cards.length > 0 ? [] : all.filter((outcome) => outcome.state === 'answered' && !isIncomplete(outcome));
    const messages = [
      ...new Set([...empty, ...incomplete].map((outcome) => messageFor(outcome, search, this.#deps.report))),
      ...(signedOut.length > 0
        ? [
            alsoSignIn(
              search,
              signedOut.map(({ connection }) => connection),
            ),
          ]
        : []),
    ];
    const left = leftOf(all, shownOf, seen);
    return [
      ...(cards.length > 0 ? [adaptiveCardReply(cards.map(cardOf))] : []),
      ...(left ? [offerMore(search, left)] : []),
      ...(messages.length > 0 ? [textReply(messages.join('\n\n'))] : []),
    ];
  }
}

function offerMore({ query, messages }: RenderContext, { seen, count }: Left): Reply {
  const message = count === undefined ? messages.moreResultsUncounted : messages.moreResults(count);
  return adaptiveCardReply([moreCard(message, { more: { text: query.text, seen } }, messages)]);
}

export function alsoSignIn(
  { locale, messages }: Pick<RenderContext, 'locale' | 'messages'>,
  connections: readonly { title: string }[],
): string {
  const titles = messages.list(connections.map(({ title }) => title));
  return messages.alsoSignIn(titles, commandWords(locale).signIn[0]);
}
