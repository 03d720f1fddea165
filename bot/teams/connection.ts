import type { User } from '../sign-in/asker.ts';
import type { FairTurns } from '../sources/fair-turns.ts';
import type { Source } from '../sources/source.ts';
import type { Typing } from '../sources/typing.ts';

/** One thing to search, as the extension sees it. */
export interface SearchConnection {
  id: string;
  title: string;
  source: Source;
  turns: FairTurns;
  typing: Typing;
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
