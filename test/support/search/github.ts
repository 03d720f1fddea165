import { matchesIn, matching, type Term } from '../../../local/text-match.ts';
import type { Document } from './documents.ts';
import { must, type StandIn } from './server.ts';
import { readTerms } from './terms.ts';

const PARAMETERS = ['q', 'per_page', 'page', 'sort', 'order', 'advanced_search'];
const QUALIFIER = /(?:^|\s)(is|org|involves|user|repo):(\S+)/g;
/** The advanced search of issues: `(org:contoso OR repo:fabrikam/docs)`. */
const ALTERNATIVES = /\((\w+:[\w./-]+(?: OR \w+:[\w./-]+)+)\)/;

/** GitHub's search of issues, pull requests and repositories, and each of them alone. */
export const github: StandIn = (requested, around) => {
  const { pathname } = new URL(requested.url, around.origin);
  if (pathname.startsWith('/repositories/')) return renamed(requested, around);
  return pathname.startsWith('/repos/') ? one(requested, around) : search(requested, around);
};

const one: StandIn = (requested, { origin, documents }) => {
  const [, owner, number] = /^\/repos\/([^/]+)\/docs(?:\/issues\/(\d+))?$/.exec(requested.url) ?? [];
  const document = documents.find((each) => each.owner === owner && each.id === `d${number ?? 12}`);
  if (!document) return { status: 404, json: { message: 'Not Found' } };
  return { json: toItem(document, [], origin, number === undefined ? undefined : 'issue') };
};

/** By its number: 7 is still in the organization, 8 moved to another. */
const renamed: StandIn = ({ url }) => {
  const [, id = '', number = ''] = /^\/repositories\/(7|8)\/issues\/(\d+)$/.exec(url) ?? [];
  must(id, 'no such place');
  const place = id === '7' ? 'contoso/handbook' : 'fabrikam/handbook';
  const html_url = `https://github.com/${place}/issues/${number}`;
  return { json: { title: 'Renamed', number: Number(number), html_url, repository_url: `https://api/repos/${place}` } };
};

const search: StandIn = (requested, { origin, documents }) => {
  const { pathname, searchParams } = new URL(requested.url, origin);
  const issues = pathname === '/search/issues';
  must(requested.method === 'GET' && (issues || pathname === '/search/repositories'), 'not a search');
  must(requested.headers.accept === 'application/vnd.github.text-match+json', 'without text matches');
  must(requested.headers['x-github-api-version'] === '2022-11-28', 'no version of the API');
  must(requested.headers['user-agent'], 'GitHub wants a User-Agent');
  must(
    [...searchParams.keys()].every((key, at, all) => PARAMETERS.includes(key) && all.indexOf(key) === at),
    'parameters',
  );
  const query = searchParams.get('q') ?? '';
  const isAdvanced = searchParams.get('advanced_search') === 'true';
  must(issues || !isAdvanced, 'only issues have an advanced search');
  const [, alternatives = ''] = isAdvanced ? (ALTERNATIVES.exec(query) ?? []) : [];
  must(alternatives.split(' OR ').length <= 6, 'more than five operators');
  const q = alternatives ? query.replace(ALTERNATIVES, alternatives.replaceAll(' OR ', ' ')) : query;
  const [size, page] = [Number(searchParams.get('per_page')), Number(searchParams.get('page'))];
  must(size >= 1 && size <= 100 && page >= 1, 'paging');
  if ((page - 1) * size >= 1000) return invalid('Only the first 1000 search results are available');
  const qualifiers = [...q.matchAll(QUALIFIER)].map(([, name = '', value = '']) => ({ name, value }));
  const kinds = qualifiers.filter(({ name }) => name === 'is').map(({ value }) => value);
  if (issues && kinds.join() !== 'issue' && kinds.join() !== 'pull-request') {
    return invalid("Query must include 'is:issue' or 'is:pull-request'");
  }
  must(q.replace(QUALIFIER, '').length <= 256, 'longer than 256 characters');
  // Places of repositories are alternatives. Those of issues are only with OR: no issue is at two places.
  const places = qualifiers.filter(({ name }) => name === 'org' || name === 'repo').map(({ value }) => value);
  const isNowhere = issues && !alternatives && new Set(places).size > 1;
  const owners = isNowhere ? ['nowhere'] : places.map((place) => place.split('/')[0]);
  const terms = readTerms(q.replace(QUALIFIER, '').trim());
  const mine = documents.filter(({ owner }) => owners.length === 0 || owners.includes(owner));
  const found = matching(mine, terms);
  const ordered = searchParams.get('sort') === 'updated' ? found.toReversed() : found;
  const items = ordered
    .slice((page - 1) * size, page * size)
    .map((document) => toItem(document, terms, origin, kinds[0]));
  return { json: { total_count: found.length, incomplete_results: false, items } };
};

function invalid(message: string) {
  const errors = [{ message, resource: 'Search', field: 'q', code: 'invalid' }];
  return { status: 422, json: { message: 'Validation Failed', errors } };
}

function toItem(document: Document, terms: readonly Term[], origin: string, kind: string | undefined) {
  const { id, title, body, edited, by, owner } = document;
  const [html_url, avatar_url] = [document.url, document.image].map((url) =>
    url.startsWith('/') ? origin + url : url,
  );
  const person = { login: by, avatar_url };
  const matches = (property: string, fragment: string) => ({ property, fragment, matches: matchesIn(fragment, terms) });
  const common = { id: Number(id.slice(1)), html_url, updated_at: edited };
  if (kind === undefined) {
    return {
      ...common,
      full_name: title,
      description: body,
      owner: person,
      text_matches: [matches('description', body)],
    };
  }
  return {
    ...common,
    title: kind === 'issue' ? title : `${title} (change)`,
    body,
    user: person,
    number: Number(id.slice(1)),
    state: 'open',
    state_reason: null,
    labels: [{ name: 'sports' }, { name: 'help wanted' }],
    ...(kind === 'pull-request' && { draft: true, pull_request: { merged_at: null } }),
    repository_url: title && `${origin}/repos/${owner}/docs`,
    text_matches: [matches('title', title), matches('body', body)],
  };
}
