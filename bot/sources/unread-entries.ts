import type { Source } from './source.ts';

/** So many different parts of answers are told of; a source that finds ever new ones does not fill the log. */
const MAX_REPORTED = 20;

/** The same source, which tells once of each part of an answer that it could not read. */
export function tellingOfUnread(source: Source, tell: (part: string) => void): Source {
  const told = new Set<string>();
  return {
    ...source,
    async search(query, session) {
      const page = await source.search(query, session);
      if (page.unread !== undefined && told.size < MAX_REPORTED && !told.has(page.unread)) {
        told.add(page.unread);
        tell(page.unread);
      }
      return page;
    },
  };
}
