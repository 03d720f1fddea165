import { safeUrl } from '../platform/safe-url.ts';
import { FairLimiter } from './fair-limiter.ts';
import { QueryDebouncer } from './query-debouncer.ts';
import type { Source, SourceItem, SourcePage, SourceQuery, SourceSession } from './source.ts';

interface UserSession extends SourceSession {
  userKey: string;
  /** Absent if the query does not come keystroke by keystroke. */
  box?: {
    key: string;
    /** A repeated id is a duplicate delivery (T87). */
    activityId: string;
    /** Results of another credential version are not shown. */
    credentialVersion: string;
    /** The invoke's controller: a newer query of the box aborts it. */
    stop: AbortController;
  };
}

export interface UserSource {
  /** @throws {SourceError} @throws {Superseded} */
  search(query: SourceQuery, session: UserSession): Promise<SourcePage>;
  page?(url: URL, session: UserSession): Promise<SourceItem | null | undefined>;
  /** For a sign-out. */
  forgetUser(userKey: string): void;
}

/** Longer texts are cut. A link may be longer. */
export const MAX_TEXT_LENGTH = 200;

/** @param pageOrigins links to other origins are not looked up (T48) */
export function decorateSource(source: Source, pageOrigins: ReadonlySet<string>): UserSource {
  const limiter = new FairLimiter();
  const debouncer = new QueryDebouncer();
  const { page } = source;

  /** A pasted link returns its page. If it has none, its text is the query. */
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

export function linkIn(text: string, pageOrigins: ReadonlySet<string>): string | undefined {
  return text.includes('://') ? safeUrl(text, pageOrigins) : undefined;
}
