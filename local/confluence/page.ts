import type { Person } from '../people.ts';

export interface Page {
  id: string;
  type: 'page' | 'blogpost';
  title: string;
  /** Plain text. */
  body: string;
  space: Space;
  /** The display name of the last editor. */
  by: string;
  /** ISO 8601, UTC. */
  edited: string;
  /** The only people who may see it. Absent: everyone. */
  visibleTo?: readonly Person[];
}

export interface Space {
  key: string;
  name: string;
}

/** The path of the page in a browser. */
export function pathOf({ id, title, space }: Page): string {
  // A lone half of a surrogate pair cannot be encoded.
  return `/spaces/${space.key}/pages/${id}/${encodeURIComponent(title.replace(/\p{Cs}/gu, '\ufffd'))}`;
}
