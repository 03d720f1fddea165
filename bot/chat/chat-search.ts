import type { Connection } from '../connection.ts';
import { languageFor } from '../platform/language.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import { userKey } from '../sign-in/user.ts';
import type { ActivitySender, RequestContext } from '../teams/access-policy.ts';
import type { JsonText } from '../teams/cards/json-writer.ts';
import {
  isIncomplete,
  type RenderContext,
  type ReportError,
  resultAttachments,
  type SearchOutcome,
  type SearchRequest,
  messageFor as wordsOf,
} from '../teams/search/outcome.ts';
import { interleave, type PartOf, searchConnections } from '../teams/search/search-connections.ts';
import { COMMAND_WORDS } from './commands.ts';
import { adaptiveCardReply, type Reply, signInReply, textReply } from './replies.ts';
import { type Left, leftOf, moreCard, type Seen } from './result-cards.ts';

/** A person has this long to sign in. */
const SIGN_IN_MS = 600_000;
const MAX_PENDING_SEARCHES = 1_000;

type Sender = Pick<ActivitySender, 'asker' | 'conversationId'>;

/** Searches that wait for a sign-in: what people type is kept in this process's memory alone, for ten minutes at most. Who
 * comes back from signing in by another instance searches again. */
export class PendingSearches {
  /** Oldest first. */
  readonly #searches = new Map<string, { text: string; until: number }>();
  readonly #keptMs: number;

  constructor(keptMs = SIGN_IN_MS) {
    this.#keptMs = keptMs;
  }

  /** The last search of somebody's in a conversation. */
  keep(searcher: Sender, text: string, now: number): void {
    const key = keyOf(searcher);
    this.#searches.delete(key);
    this.#searches.set(key, { text, until: now + this.#keptMs });
    for (const [oldest, { until }] of this.#searches) {
      if (until > now && this.#searches.size <= MAX_PENDING_SEARCHES) return;
      this.#searches.delete(oldest);
    }
  }

  /** What they searched for; one caller gets it. */
  take(searcher: Sender, now: number): string | undefined {
    const key = keyOf(searcher);
    const search = this.#searches.get(key);
    this.#searches.delete(key);
    return search && search.until > now ? search.text : undefined;
  }
}

function keyOf({ asker, conversationId }: Sender): string {
  return `${userKey(asker)} ${conversationId}`;
}

interface ChatSearchDependencies {
  signIn: SignIn;
  connections: readonly Connection[];
  report: ReportError;
}

/** Teams shows so many cards beside each other. */
const MAX_SHOWN = 10;
/** One more than is shown: it says whether there are more, where a source does not count them. */
export const RESULTS_ASKED = MAX_SHOWN + 1;

/** Also where all that is left is to allow something: that is done on the same page. */
function isSignedOut({ state }: SearchOutcome): boolean {
  return state === 'signed_out' || state === 'consent_required';
}

/** The card itself: a list's preview is of no use here. */
function cardOf(attachment: JsonText): Record<string, unknown> {
  return JSON.parse(attachment).content;
}

/** "search …": the cards that the messaging extension shows, beside each other; and words for what gave none. */
export class ChatSearch {
  readonly #deps: ChatSearchDependencies;
  readonly #unfinished = new PendingSearches();

  constructor(deps: ChatSearchDependencies) {
    this.#deps = deps;
  }

  /** Who is not signed in anywhere is asked to, and need not say it again then.
   * @throws {ProviderError} where another service has the address to sign in at, and is out of reach */
  async find(context: RequestContext, text: string, seen: Seen = {}): Promise<Reply[]> {
    const { search, all } = await this.#searchAll(context, text, seen);
    if (all.length === 0) return [textReply(context.messages.noMore)];
    if (!all.every(isSignedOut)) return this.search(search, all, seen);
    this.#unfinished.keep(context, text, performance.now());
    return [
      await signInReply(
        this.#deps.signIn,
        context,
        all.map(({ connection }) => connection),
      ),
    ];
  }

  /** They have signed in: what they were asked to for is searched; nothing, where that was not known here. */
  async resume(context: RequestContext): Promise<Reply[]> {
    const text = this.#unfinished.take(context, performance.now());
    if (text === undefined) return [];
    const { search, all } = await this.#searchAll(context, text);
    if (!all.every(isSignedOut)) return this.search(search, all);
    // Not yet, after all.
    this.#unfinished.keep(context, text, performance.now());
    return [];
  }

  /** Who signs out does not wait for it any more. */
  forget(context: RequestContext): void {
    this.#unfinished.take(context, performance.now());
  }

  /** @param seen where it has entries, those connections alone are searched, after what was seen */
  async #searchAll(
    context: RequestContext,
    text: string,
    seen: Seen = {},
  ): Promise<{ search: SearchRequest; all: SearchOutcome[] }> {
    const skip = Math.max(0, ...Object.values(seen));
    const query = { commandId: '', text, skip, count: RESULTS_ASKED, presented: { code: undefined } };
    const connections = this.#deps.connections.filter(({ id }) => skip === 0 || Object.hasOwn(seen, id));
    // Not where the same person types in the search box: neither ends the other's search.
    const search = { ...context, conversationId: `chat ${context.conversationId}`, query };
    // All of it from each, since some may have nothing: that nobody is signed in there, say.
    const part: PartOf = (whole, { id }) => ({ ...whole, skip: seen[id] ?? 0 });
    return {
      search,
      all: connections.length > 0 ? await searchConnections(this.#deps.signIn, search, connections, part) : [],
    };
  }

  /** What was found, and words for the rest.
   * @param seen the results before these, by connection */
  search(search: RenderContext, all: readonly SearchOutcome[], seen: Seen = {}): Reply[] {
    const lists = all.map((found) => resultAttachments(found, search, all.length > 1));
    const cards = interleave(lists).slice(0, MAX_SHOWN);
    const shownOf = (found: SearchOutcome) =>
      lists[all.indexOf(found)]?.filter((card) => cards.includes(card)).length ?? 0;
    const signedOut = all.filter(isSignedOut);
    const silent = all.filter((found) => (found.state !== 'answered' && !isSignedOut(found)) || isIncomplete(found));
    // Whose source simply has nothing says so only where nobody has anything.
    const empty = cards.length > 0 ? [] : all.filter((found) => found.state === 'answered' && !isIncomplete(found));
    const messages = [
      ...new Set([...empty, ...silent].map((found) => wordsOf(found, search, this.#deps.report))),
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

/** Says that they are not signed in there, and how to be. */
export function alsoSignIn(
  { locale, messages }: Pick<RenderContext, 'locale' | 'messages'>,
  connections: readonly { title: string }[],
): string {
  const titles = messages.list(connections.map(({ title }) => title));
  return messages.alsoSignIn(titles, COMMAND_WORDS[languageFor(locale) ?? 'en'].signIn[0]);
}
