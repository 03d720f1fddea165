import { getJsonIfFound } from '../one-page.ts';
import type { SourceItem } from '../source.ts';
import { explainRefusal } from './errors.ts';
import type { GithubKind } from './request.ts';
import { readItem } from './response.ts';

/** What a link to GitHub names, and where the API has it. */
export interface GithubPage {
  kind: GithubKind;
  path: string;
}

const LINK = /^\/([a-z\d](?:-?[a-z\d]){0,38})\/([\w.-]{1,100})(?:\/(issues|pull)\/(\d{1,10}))?\/?$/i;

/** `/owner/name`, `/owner/name/issues/7`, `/owner/name/pull/7`, where the connection searches such things there.
 * @param scope as in searches: qualifiers with blanks between */
export function parseLink({ pathname }: URL, kinds: readonly GithubKind[], scope: string): GithubPage | undefined {
  const [, owner = '', name = '', what, number] = LINK.exec(pathname) ?? [];
  const kind = what === 'issues' ? 'issues' : what === 'pull' ? 'pullRequests' : 'repositories';
  if (name === '' || /^\.{1,2}$/.test(name) || !kinds.includes(kind) || !isWithin(scope, owner, name)) return undefined;
  // To the API, every pull request is an issue.
  return { kind, path: `/repos/${owner}/${name}${number === undefined ? '' : `/issues/${number}`}` };
}

/** GitHub’s names are the same in any case. */
function isWithin(scope: string, owner: string, name: string): boolean {
  if (scope === '') return true;
  const places = [`org:${owner}`, `user:${owner}`, `repo:${owner}/${name}`].map((place) => place.toLowerCase());
  return scope.split(' ').some((qualifier) => places.includes(qualifier.toLowerCase()));
}

/** Where GitHub keeps what has another name by now, or another owner. */
const NEW_PLACE = /^\/repositories\/\d{1,20}(?:\/issues\/\d{1,10})?$/;
const NOT_FOUND_STATUSES = new Set([404, 410]);

/** What is not there, or not for this person, answers 404 or 410: GitHub does not tell which. A renamed repository is
 * looked up at its new place, once, if that is in the connection's scope too.
 * @param base of the API */
export async function readPage(
  base: string,
  { path, kind }: GithubPage,
  scope: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<SourceItem | null | undefined> {
  let moved = false;
  const mayMoveTo = ({ href }: URL) => {
    moved = href.startsWith(`${base}/`) && NEW_PLACE.test(href.slice(base.length));
    return moved;
  };
  const found = await getJsonIfFound(base + path, headers, signal, {
    isNone: ({ status }) => NOT_FOUND_STATUSES.has(status),
    explain: explainRefusal,
    mayMoveTo,
  });
  const item = found && readItem(found.json, kind);
  return item && moved && !isPlaceWithin(scope, item) ? undefined : item;
}

/** A repository may have moved to an owner whose things this connection does not search (T53). */
function isPlaceWithin(scope: string, { url }: SourceItem): boolean {
  const [, owner = '', name = ''] = /^\/([^/]+)\/([^/]+)/.exec(new URL(url).pathname) ?? [];
  return isWithin(scope, owner, name);
}
