import { ADA, PEOPLE } from '../../people.ts';
import { basketballPages } from './basketball.ts';
import { countryPages } from './countries.ts';
import { hash } from './hash.ts';
import { hostilePages } from './hostile.ts';
import type { Draft, Edit, Page } from './page.ts';
import { restrictedPages } from './restricted.ts';

const MINUTE = 60_000;
const MAX_AGE_MS = 90 * 24 * 60 * MINUTE;
const COMMENTS = ['Checked against the source', 'Layout', 'Typo', 'Sections in order', 'Links', 'First version'];

/** @param now the reference for "last edited" */
export function loadPages(options: { hostile: boolean; now: Date }): Page[] {
  const drafts = [
    ...basketballPages(),
    ...countryPages(),
    ...restrictedPages(),
    ...(options.hostile ? hostilePages() : []),
  ];
  return drafts.map((draft, at) => ({ ...draft, id: at + 1, edit: editOf(draft, options.now) }));
}

/** Stable, because it comes from the title. Recent edits are more frequent. */
function editOf(draft: Draft, now: Date): Edit {
  const number = hash(draft.title);
  // Restricted pages changed recently: editors see other recent changes than readers.
  const longest = draft.restricted ? MAX_AGE_MS / 30 : MAX_AGE_MS;
  const age = ((number % 10_007) / 10_007) ** 2 * longest;
  const at = new Date(Math.floor((now.getTime() - age) / MINUTE) * MINUTE);
  const editor = draft.restricted ? ADA : PEOPLE[number % PEOPLE.length];
  return { at, by: editor?.name ?? ADA.name, comment: COMMENTS[number % COMMENTS.length] ?? '' };
}
