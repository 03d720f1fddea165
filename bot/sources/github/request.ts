import type { ErrorResponse } from '../http.ts';
import { SourceError } from '../source.ts';
import { firstTerms, readTerms } from '../typed-query.ts';

/** GitHub's minimum wait if a response names none. */
const MIN_WAIT_SECONDS = 60;
const MAX_WAIT_SECONDS = 24 * 60 * 60;

/** Enterprise Server and older responses call a secondary limit "abuse". */
const LIMIT = /abuse|rate[- ]limit/i;

/** GitHub also returns 403 for a rate limit, and 422 for repositories that the user may not see.
 * @see https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
export function mapGithubError({ status, headers, body, retryAfter }: ErrorResponse): SourceError | undefined {
  const detail = `The API answered ${status}`;
  if (status === 422 && /do not have permission/i.test(body)) {
    return new SourceError('forbidden', `${detail}: the scope can't be searched`);
  }
  if (status !== 403 && status !== 429) return undefined;
  const used = headers['x-ratelimit-remaining'] === '0';
  const limited = status === 429 || used || retryAfter !== undefined || LIMIT.test(body);
  if (!limited) return undefined;
  const wait = retryAfter ?? (used ? untilReset(headers['x-ratelimit-reset']) : undefined) ?? MIN_WAIT_SECONDS;
  return new SourceError('rate_limited', `${detail}: a rate limit`, { retryAfter: wait });
}

/** @param reset seconds since the epoch */
function untilReset(reset: string | string[] | undefined): number | undefined {
  if (typeof reset !== 'string' || !/^\d{1,12}$/.test(reset)) return undefined;
  return Math.min(Math.max(Number(reset) - Math.floor(Date.now() / 1000), 0), MAX_WAIT_SECONDS);
}

export type GithubKind = 'issues' | 'pullRequests' | 'repositories';

/** `is` is required. `mine` applies if there are no words and no scope. */
const KINDS: Record<GithubKind, { path: string; is: string; mine: string }> = {
  issues: { path: '/search/issues', is: 'is:issue', mine: 'involves:@me' },
  pullRequests: { path: '/search/issues', is: 'is:pull-request', mine: 'involves:@me' },
  repositories: { path: '/search/repositories', is: '', mine: 'user:@me' },
};
const QUALIFIER = /^(?:(?:org|user):[a-z\d](?:-?[a-z\d]){0,38}|repo:[a-z\d](?:-?[a-z\d]){0,38}\/[\w.-]{1,100})$/i;
const MAX_TEXT_LENGTH = 256;
const OPERATOR = /^(?:and|or|not)$/i;

/** @throws {TypeError} for anything but the qualifiers `org:`, `user:` and `repo:` */
export function parseGithubScope(scope: string | undefined): string {
  const qualifiers = (scope ?? '').split(/\s+/).filter((part) => part !== '');
  const odd = qualifiers.find((qualifier) => !QUALIFIER.test(qualifier));
  if (odd !== undefined) throw new TypeError('scope: org:name, user:name or repo:owner/name, with blanks between');
  return qualifiers.join(' ');
}

/** @param text words without operators (T53); if empty, finds recent changes
 * @param page from 1 */
export function searchUrl(
  kind: GithubKind,
  text: string,
  scope: string,
  { page, size }: { page: number; size: number },
): string {
  const { path, is, mine } = KINDS[kind];
  const recent = text === '';
  const isAdvanced = path === '/search/issues' && scope.includes(' ');
  const places = isAdvanced ? `(${scope.replaceAll(' ', ' OR ')})` : scope;
  const q = [is, places || (recent ? mine : ''), escapeOperators(text)].filter((part) => part !== '').join(' ');
  const advanced = isAdvanced ? ADVANCED_SEARCH : {};
  const paging = { per_page: String(size), page: String(page) };
  const sort = recent ? { sort: 'updated', order: 'desc' } : {};
  return `${path}?${new URLSearchParams({ q, ...advanced, ...sort, ...paging })}`;
}

/** In the search of issues and pull requests, a space between two places means AND, so that it finds nothing. An
 * Enterprise Server reads `OR` only with this parameter.
 * @see https://github.blog/changelog/2025-03-06-github-issues-projects-api-support-for-issues-advanced-search-and-more/ */
const ADVANCED_SEARCH = { advanced_search: 'true' };

/** Quotes words outside phrases that a parser could read as operators. GitHub refuses more than 256 characters. */
function escapeOperators(text: string): string {
  const terms = readTerms(text).map(({ text: term, isPhrase }) =>
    isPhrase || OPERATOR.test(term) ? `"${term}"` : term,
  );
  return firstTerms(terms, MAX_TEXT_LENGTH);
}
