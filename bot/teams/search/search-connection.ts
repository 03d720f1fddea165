import type { User } from '../../sign-in/user.ts';
import type { FairLimiter } from '../../sources/fair-limiter.ts';
import type { QueryDebouncer } from '../../sources/query-debouncer.ts';
import type { Source } from '../../sources/source.ts';

/** One thing to search, as the extension sees it. */
export interface SearchConnection {
  id: string;
  title: string;
  source: Source;
  turns: FairLimiter;
  typing: QueryDebouncer;
  /** Where cards may lead. */
  linkOrigins: ReadonlySet<string>;
  /** Whose links the source looks up. */
  pageOrigins: ReadonlySet<string>;
  imageOrigins: ReadonlySet<string>;
}

/** A person's own key, for what is shared out or remembered by person. */
export function userKey({ tenantId, objectId }: User): string {
  return `${tenantId}/${objectId}`;
}
