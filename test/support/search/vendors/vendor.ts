import type { LocalAccount } from '../../../../local/identity-provider/issuers.ts';
import type { Person } from '../../../../local/people.ts';
import type { Document } from '../documents.ts';
import type { StandIn } from '../server.ts';

/** A system with a preset, and a stand-in that responds in its documented form. */
export interface Vendor {
  /** The name of the preset. */
  preset: string;
  /** The origin of the API in the preset's example. The stand-in replaces it. */
  origin: string;
  standIn: StandIn;
  /** The site that a sign-in finds for `{site}`. */
  site?: string;
  /** It finds documents by their titles, not by their texts. */
  titlesOnly?: true;
  /** Responses that are errors, and their meaning. Their status is 200, if no other is given. */
  errors?: readonly [answer: unknown, failure: string, status?: number][];
  /** A setting of the source that only a change in the preset's notes has. */
  noted?: string;
  /** Links that a person pastes, and the content of their cards; `null` for a missing page or one that readers may
   * not see, `undefined` for a link that is not a page. */
  links?: readonly [link: string, item: Readonly<Record<string, unknown>> | null | undefined][];
}

/** The documents of the company itself, newest last. */
export function ownDocuments(documents: readonly Document[]): Document[] {
  return documents.filter(({ owner }) => owner === 'contoso');
}

/** One page of a list, with an opaque cursor to the next, valid for this list only.
 * @throws {Error} for a cursor of another list */
export function pageByCursor<T>(list: readonly T[], cursor: string | null | undefined, size: number, of: string) {
  const [start, owner] = cursor
    ? (JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [number, string])
    : [0, of];
  if (owner !== of) throw new Error('a cursor of another search');
  const end = start + size;
  const next = end < list.length ? Buffer.from(JSON.stringify([end, of])).toString('base64url') : undefined;
  return { entries: list.slice(start, end), next };
}

/** For a stand-in of the demo. Only the documents that the person may see. */
export function accountOf(person: Person): LocalAccount {
  return { accountId: person.objectId, person, username: person.username };
}
