import { safeUrl } from '../platform/safe-url.ts';
import { FairLimiter } from './fair-limiter.ts';
import { QueryDebouncer } from './query-debouncer.ts';
import type { Source, SourceItem, SourcePage, SourceQuery, SourceSession } from './source.ts';

/** A call to a source for one user. */
interface UserSession extends SourceSession {
  /** An opaque key of the user. */
  userKey: string;
  /** The search box that the user types in. Left out where the query comes whole. */
  box?: {
    /** Names the box among the user's. */
    key: string;
    /** The activity's id: the second of two is a second delivery (T87). */
    activityId: string;
    /** The version of the credential: results of another one are not shown. */
    credentialVersion: string;
    /** The invoke's own: a newer query of the box stops it. */
    stop: AbortController;
  };
}

/** A source as the search calls it: debounced, limited and counted. */
export interface UserSource {
  /** @throws {SourceError} @throws {Superseded} */
  search(query: SourceQuery, session: UserSession): Promise<SourcePage>;
  page?(url: URL, session: UserSession): Promise<SourceItem | null | undefined>;
  /** Forgets the user's results: they signed out. */
  forgetUser(userKey: string): void;
}

/** Longer texts are cut. A link may be longer. */
export const MAX_TEXT_LENGTH = 200;

/** Wraps a source, once, when it is built. @param pageOrigins links to them are looked up, and no others (T48) */
export function decorateSource(source: Source, pageOrigins: ReadonlySet<string>): UserSource {
  const limiter = new FairLimiter();
  const debouncer = new QueryDebouncer();
  const { page } = source;

  /** A pasted link finds its page. Where it leads to no page, its text is searched for. */
  async function searchOrLookUp(query: SourceQuery, session: SourceSession): Promise<SourcePage> {
    const link = page && query.skip === 0 ? linkIn(query.text, pageOrigins) : undefined;
    const item = link === undefined ? undefined : await page?.call(source, new URL(link), session);
    if (item) return { items: [item], total: 1 };
    return source.search({ ...query, text: query.text.slice(0, MAX_TEXT_LENGTH) }, session);
  }

  function searchInTurn(query: SourceQuery, session: UserSession): Promise<SourcePage> {
    return limiter.run(session.userKey, session.signal, () => searchOrLookUp(query, session));
  }

  return {
    search(query, session) {
      const { userKey, box } = session;
      if (!box) return searchInTurn(query, session);
      const { key: boxKey, activityId, credentialVersion: version, stop } = box;
      const typed = { userKey, boxKey, activityId, version, query, stop };
      return debouncer.search(typed, performance.now(), (signal) => searchInTurn(query, { ...session, signal }));
    },
    ...(page && {
      page: (url, session) => limiter.run(session.userKey, session.signal, () => page.call(source, url, session)),
    }),
    forgetUser: (userKey) => debouncer.forget(userKey),
  };
}

/** The text, where it is a link that the source looks up. */
export function linkIn(text: string, pageOrigins: ReadonlySet<string>): string | undefined {
  return text.includes('://') ? safeUrl(text, pageOrigins) : undefined;
}
