import { SITES } from '../../support/oauth2/services/atlassian.ts';
import type { StandInResponse } from '../../support/search/server.ts';
import { type Base, type Change, type Entry, isSearch, onItems, onSearch, type TryWorld } from './try-world.ts';

/** One mistake in a right connection, and the finding that must name it. */
export interface Mistake {
  by: string;
  base: Base;
  /** In the entry. */
  spoil?: (entry: Entry, world: TryWorld) => void;
  /** In the responses of the API. */
  answer?: Change;
  /** In the responses of the token endpoint. */
  issue?: (tokens: Record<string, unknown>) => object;
  args?: string[];
  env?: Record<string, string>;
  /** The command does not ask for a sign-in. */
  beforeSignIn?: true;
  finding: { id: string; field: string; entryFields?: string[]; what?: RegExp; fix?: RegExp };
  /** More findings of the same mistake, by their fields. */
  also?: string[];
  /** Default: error. */
  severity?: 'warning';
}

/** No program listens on this port. */
const NOWHERE = 'http://localhost:1';

/** Responds to each page of a search with the first one. */
function firstPageAlways(): Change {
  let first: StandInResponse | undefined;
  return (answer, { url }) => {
    if (!isSearch(url)) return answer;
    first ??= answer;
    return first;
  };
}

const html = (text: string, status = 200): StandInResponse => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  json: `<html><title>${text}</title><p>${text}`,
});

export const MISTAKES: readonly Mistake[] = [
  {
    by: 'items points to no list',
    base: 'plain',
    spoil: ({ source }) => Object.assign(source, { items: '/data/lists' }),
    finding: { id: 'pointer-finds-nothing', field: 'source.items', fix: /"\/data\/list"/ },
  },
  {
    by: 'the title points to nothing',
    base: 'plain',
    spoil: ({ source }) => Object.assign(source.fields, { title: '/name/0/text' }),
    finding: { id: 'pointer-finds-nothing', field: 'source.fields.title', fix: /\/names\/0\/text/ },
  },
  {
    by: 'a part of the title points to nothing',
    base: 'jira',
    spoil: ({ source }) => Object.assign(source.fields, { title: '{/key} · {/fields/sumary}' }),
    finding: { id: 'pointer-finds-nothing', field: 'source.fields.title', fix: /\/fields\/summary/ },
  },
  {
    by: 'the excerpt points to nothing',
    base: 'plain',
    spoil: ({ source }) => Object.assign(source.fields, { snippet: '/exerpt' }),
    finding: { id: 'pointer-finds-nothing', field: 'source.fields.snippet', fix: /\/excerpt/ },
    severity: 'warning',
  },
  {
    by: 'a fact points to nothing',
    base: 'plain',
    spoil: ({ source }) => Object.assign(source.fields.facts[1], { value: '/ticket/owners' }),
    finding: { id: 'pointer-finds-nothing', field: 'source.fields.facts[1].value', fix: /\/ticket\/owner/ },
    severity: 'warning',
  },
  {
    by: 'total points to nothing',
    base: 'plain',
    spoil: ({ source }) => Object.assign(source, { total: '/meta/totals' }),
    finding: { id: 'pointer-finds-nothing', field: 'source.total', fix: /\/meta\/total/ },
    severity: 'warning',
  },
  {
    by: 'next points to nothing',
    base: 'jira',
    spoil: ({ source }) => Object.assign(source, { next: '/nextPage' }),
    finding: { id: 'pointer-finds-nothing', field: 'source.next', fix: /\/nextPageToken/ },
    severity: 'warning',
  },
  {
    by: 'account.id points to nothing',
    base: 'plain',
    spoil: ({ signIn }) => Object.assign(signIn.account, { id: '/user/id' }),
    finding: { id: 'pointer-finds-nothing', field: 'signIn.account.id', fix: /\/id/ },
  },
  {
    by: 'a scope that the provider does not know',
    base: 'plain',
    spoil: ({ signIn }) => Object.assign(signIn, { scopes: ['wiki.reed'] }),
    beforeSignIn: true,
    finding: { id: 'scope-refused', field: 'signIn.scopes', what: /invalid_scope/, fix: /wiki\.reed/ },
  },
  {
    by: 'the provider grants fewer scopes',
    base: 'plain',
    spoil: ({ signIn }) => Object.assign(signIn, { scopes: ['wiki.read', 'profile'] }),
    issue: (tokens) => ({ ...tokens, scope: 'profile' }),
    finding: { id: 'scope-not-granted', field: 'signIn.scopes', what: /wiki\.read is missing; granted: profile/ },
  },
  {
    by: 'the API needs another scope',
    base: 'plain',
    answer: onSearch({
      status: 403,
      headers: { 'www-authenticate': 'Bearer error="insufficient_scope", scope="pages.search"' },
      json: { message: 'no' },
    }),
    finding: { id: 'scope-insufficient', field: 'signIn.scopes', what: /pages\.search/ },
  },
  {
    by: 'a redirect URI that is not registered (OAuth 2.0: an error page without text)',
    base: 'plain',
    spoil: (entry) => Object.assign(entry, { id: 'other' }),
    beforeSignIn: true,
    finding: { id: 'authorization-refused', field: 'redirect URI', fix: /\/auth\/callback\/other / },
  },
  {
    by: 'a redirect URI that is not registered (OpenID Connect)',
    base: 'oidc',
    spoil: (entry) => Object.assign(entry, { id: 'other' }),
    beforeSignIn: true,
    finding: { id: 'redirect-uri-unregistered', field: 'redirect URI', fix: /\/auth\/callback\/other / },
  },
  {
    by: 'the browser never returns',
    base: 'plain',
    args: ['--wait', '1'],
    beforeSignIn: true,
    finding: {
      id: 'no-callback',
      field: 'redirect URI',
      fix: /exactly http:\/\/localhost:\d+\/auth\/callback\/plain /,
    },
  },
  {
    by: 'a site that the account does not have',
    base: 'jira',
    spoil: ({ signIn }) => Object.assign(signIn.site, { only: 'https://contosso.atlassian.net' }),
    finding: {
      id: 'site-not-granted',
      field: 'signIn.site.only',
      what: /contosso\.atlassian\.net.*It has: https:\/\/contoso\.atlassian\.net, https:\/\/fabrikam\.atlassian\.net/,
    },
  },
  {
    by: 'several sites, and none is named',
    base: 'jira',
    spoil: ({ signIn }) => {
      delete signIn.site.only;
      delete signIn.site.address;
    },
    finding: { id: 'several-sites', field: 'signIn.site.only', what: new RegExp(SITES[1].id) },
  },
  {
    by: 'a client secret that is wrong (OAuth 2.0)',
    base: 'plain',
    env: { CLIENT_SECRET: 'expired-client-secret' },
    finding: { id: 'client-secret-refused', field: 'signIn.clientSecret', what: /invalid_client/ },
  },
  {
    by: 'a client secret that is wrong (OpenID Connect)',
    base: 'oidc',
    env: { CLIENT_SECRET: 'expired-client-secret' },
    finding: { id: 'client-secret-refused', field: 'signIn.clientSecret' },
  },
  {
    by: 'a client secret that is wrong (Atlassian calls it access_denied)',
    base: 'jira',
    spoil: ({ signIn }) => Object.assign(signIn, { clientSecret: 'expired-client-secret' }),
    finding: { id: 'client-secret-refused', field: 'signIn.clientSecret' },
  },
  {
    by: 'links on an origin that is not allowed for cards',
    base: 'plain',
    answer: onItems((item) => ({ ...item, link: `https://pages.contoso.example${String(item.link)}` })),
    finding: { id: 'link-outside', field: 'source.linkOrigins', what: /https:\/\/pages\.contoso\.example/ },
    also: ['source.page.link'],
  },
  {
    by: 'links that do not match page.link',
    base: 'plain',
    spoil: ({ source }) => Object.assign(source.page, { link: source.page.link.replace('/pages/', '/page/') }),
    finding: { id: 'link-unknown', field: 'source.page.link' },
  },
  {
    by: 'a lookup that finds no page',
    base: 'plain',
    answer: (right, { url }) => (url.startsWith('/v2/pages/') ? { status: 404, json: {} } : right),
    finding: { id: 'link-not-found', field: 'source.page.url' },
  },
  {
    by: 'a wrong link base',
    base: 'plain',
    spoil: ({ source }, { services }) => {
      const { url } = services.plain;
      Object.assign(source, { linkBase: url, linkOrigins: [url] });
      source.page.link = `${url}/pages/{id}`;
    },
    finding: { id: 'link-answers-404', field: 'source.linkBase', what: /\/pages\/d\d+/ },
    severity: 'warning',
  },
  {
    by: 'an API that ignores the paging',
    base: 'plain',
    answer: firstPageAlways(),
    finding: { id: 'paging-repeats', field: 'source.url', what: /ignores \{skip\}/ },
  },
  {
    by: 'matches that are marked in an unknown way',
    base: 'plain',
    answer: onItems((item) => ({ ...item, excerpt: String(item.excerpt).replace(/<(\/?)em>/g, '[$1hit]') })),
    finding: { id: 'hits-not-marked', field: 'source.marks', fix: /"open": "\[hit\]", "close": "\[\/hit\]"/ },
    severity: 'warning',
  },
  {
    by: 'marks that the format does not read',
    base: 'plain',
    spoil: ({ source }) => Object.assign(source, { format: 'text' }),
    finding: { id: 'markup-in-snippet', field: 'source.format' },
    also: ['source.format'],
    severity: 'warning',
  },
  {
    by: 'HTML in titles',
    base: 'plain',
    answer: onItems((item) => ({ ...item, names: [{ text: '<ms-title>Island</ms-title>' }] })),
    finding: { id: 'markup-in-title', field: 'source.fields.title', what: /HTML in a title/ },
    severity: 'warning',
  },
  {
    by: 'entities in titles',
    base: 'plain',
    answer: onItems((item) => ({ ...item, names: [{ text: 'Research &amp;amp; Development' }] })),
    finding: { id: 'markup-in-title', field: 'source.fields.title', what: /entities/ },
    severity: 'warning',
  },
  {
    by: 'an error with status 200',
    base: 'plain',
    answer: onSearch({ json: { ok: false, error: { code: 'no_index', message: 'The index is missing' } } }),
    finding: {
      id: 'error-with-status-200',
      field: 'source.error',
      what: /The index is missing/,
      fix: /"pointer": "\/error\/code"/,
    },
  },
  {
    by: 'an error in the configured member',
    base: 'plain',
    spoil: ({ source }) => Object.assign(source, { error: { pointer: '/error' } }),
    answer: onSearch({ json: { ok: false, error: 'not_allowed' } }),
    finding: { id: 'error-answer', field: 'source.error', what: /not_allowed/ },
  },
  {
    by: 'a query that finds nothing',
    base: 'plain',
    args: ['--query', 'zyzzyva'],
    finding: { id: 'no-results', field: '--query' },
    severity: 'warning',
  },
  {
    by: 'a token that the API refuses right after the sign-in',
    base: 'plain',
    answer: onSearch({ status: 401, json: { message: 'invalid audience' } }),
    finding: { id: 'token-refused-after-sign-in', field: 'signIn.scopes', what: /invalid audience/ },
  },
  {
    by: 'a token of the operator that has ended',
    base: 'plain',
    args: ['--token', 'token-of-the-operator'],
    answer: onSearch({ status: 401, json: {} }),
    beforeSignIn: true,
    finding: { id: 'token-refused', field: '--token' },
  },
  {
    by: 'a page for signing in, instead of JSON',
    base: 'plain',
    answer: onSearch(html('Please sign in')),
    finding: { id: 'html-answer', field: 'source.url', what: /HTML/ },
  },
  {
    by: 'a redirect to a page for signing in',
    base: 'plain',
    answer: onSearch({ status: 302, headers: { location: '/login?return=1' }, json: {} }),
    finding: { id: 'redirect', field: 'source.url', what: /\/login\. The bot does not follow it/ },
  },
  {
    by: 'an address that the API does not have',
    base: 'plain',
    answer: onSearch({ status: 404, headers: { 'content-type': 'text/html' }, json: 'Not found' }),
    finding: { id: 'address-not-found', field: 'source.url' },
  },
  {
    by: 'a query that the API refuses',
    base: 'jira',
    spoil: ({ source }) => Object.assign(source.body, { jql: 'words ~ "{query:jql}"' }),
    finding: { id: 'request-refused', field: 'source.body', what: /'words' does not exist/ },
  },
  {
    by: 'recent items with the list at another pointer',
    base: 'jira',
    spoil: ({ source }) => Object.assign(source.recent, { items: '/results' }),
    finding: { id: 'pointer-finds-nothing', field: 'source.recent.items', fix: /"\/issues"/ },
  },
  {
    by: 'tokens without a refresh token',
    base: 'plain',
    issue: ({ refresh_token: _, ...tokens }) => tokens,
    finding: { id: 'no-refresh-token', field: 'signIn.scopes' },
    severity: 'warning',
  },
  {
    by: 'an address that is no token endpoint',
    base: 'plain',
    spoil: ({ signIn }) => Object.assign(signIn, { tokenUrl: `${signIn.tokenUrl}s` }),
    finding: { id: 'token-url-wrong', field: 'signIn.tokenUrl' },
  },
  {
    by: 'the access token at another pointer of the response',
    base: 'plain',
    issue: (tokens) => ({ user: tokens }),
    finding: { id: 'pointer-finds-nothing', field: 'signIn.token.accessToken', fix: /\/user\/access_token/ },
  },
  {
    by: 'a host without an API',
    base: 'plain',
    spoil: (entry, { apis }) => {
      entry.source = JSON.parse(JSON.stringify(entry.source).replaceAll(apis.plain.url, NOWHERE));
    },
    finding: { id: 'api-unreachable', field: 'source.url', what: /ECONNREFUSED/ },
  },
  {
    by: 'an API that limits requests',
    base: 'plain',
    answer: onSearch({ status: 429, json: {} }),
    finding: { id: 'rate-limited', field: 'source.url' },
  },
  {
    by: 'an API that fails',
    base: 'plain',
    answer: onSearch({ status: 500, json: { message: 'boom' } }),
    finding: { id: 'api-unavailable', field: 'source.url', what: /boom/ },
  },
  {
    by: 'an account that may not search',
    base: 'plain',
    answer: onSearch({ status: 403, json: { message: 'no licence' } }),
    finding: { id: 'forbidden', field: 'signIn.scopes', what: /no licence/ },
  },
  {
    by: 'a second page that the API refuses',
    base: 'plain',
    answer: (right, { url }) => (/offset=5/.test(url) ? { status: 400, json: {} } : right),
    finding: { id: 'paging-fails', field: 'source.url' },
  },
  {
    by: 'a second page that is empty',
    base: 'plain',
    answer: (right, { url }) => (/offset=5/.test(url) ? { json: { meta: { total: 40 }, data: { list: [] } } } : right),
    finding: { id: 'paging-fails', field: 'source.url', what: /40 results/ },
  },
  {
    by: 'an item without a title',
    base: 'plain',
    answer: onItems((item) => (String(item.link).endsWith('7') ? { ...item, names: [] } : item)),
    finding: { id: 'item-unreadable', field: 'source.fields.title' },
    severity: 'warning',
  },
  {
    by: 'a page with the item at another pointer',
    base: 'plain',
    spoil: ({ source }) => Object.assign(source.page, { item: '/datas' }),
    finding: { id: 'page-unread', field: 'source.page.fields', fix: /\/data/ },
  },
  {
    by: 'a lookup that fails',
    base: 'plain',
    answer: (right, { url }) => (url.startsWith('/v2/pages/') ? { status: 500, json: {} } : right),
    finding: { id: 'link-lookup-failed', field: 'source.page.url' },
  },
  {
    by: 'account.name points to nothing',
    base: 'plain',
    spoil: ({ signIn }) => Object.assign(signIn.account, { name: '/fullName' }),
    finding: { id: 'account-unnamed', field: 'signIn.account.name' },
    severity: 'warning',
  },
  {
    by: 'an address that does not describe the account',
    base: 'plain',
    spoil: ({ signIn }, { services }) => Object.assign(signIn.account, { url: `${services.plain.url}/api/nobody` }),
    finding: { id: 'account-refused', field: 'signIn.account.url', what: /404/ },
  },
  {
    by: 'site.id points to nothing',
    base: 'jira',
    spoil: ({ signIn }) => Object.assign(signIn.site, { id: '/cloudId' }),
    finding: { id: 'pointer-finds-nothing', field: 'signIn.site.id', fix: /\/id/ },
  },
  {
    by: 'site.address points to nothing',
    base: 'jira',
    spoil: ({ signIn }) => Object.assign(signIn.site, { address: '/urls' }),
    finding: { id: 'pointer-finds-nothing', field: 'signIn.site.address', fix: /\/url/ },
  },
  {
    by: 'tokens that end after a minute',
    base: 'plain',
    issue: (tokens) => ({ ...tokens, expires_in: 60 }),
    finding: { id: 'token-short-lived', field: 'signIn.token.expiresIn' },
    severity: 'warning',
  },
  {
    by: 'tokens without the type Bearer',
    base: 'plain',
    issue: ({ token_type: _, ...tokens }) => ({ ...tokens, token_type: 'pat' }),
    finding: { id: 'token-type', field: 'signIn.token.ignoreType' },
  },
  {
    by: 'an address that revokes no tokens',
    base: 'plain',
    spoil: ({ signIn }) => Object.assign(signIn, { revocationUrl: signIn.tokenUrl }),
    finding: { id: 'revocation-failed', field: 'signIn.revocationUrl' },
    severity: 'warning',
  },
  {
    by: 'a token endpoint that does not answer',
    base: 'plain',
    spoil: ({ signIn }) => Object.assign(signIn, { tokenUrl: `${NOWHERE}/token` }),
    finding: { id: 'provider-unreachable', field: 'signIn.tokenUrl' },
  },
  {
    by: 'a system that does not answer, with a sign-in page that does not open',
    base: 'plain',
    spoil: ({ signIn }) =>
      Object.assign(signIn, { authorizationUrl: `${NOWHERE}/authorize`, tokenUrl: `${NOWHERE}/token` }),
    beforeSignIn: true,
    finding: { id: 'provider-unreachable', field: 'signIn.authorizationUrl', what: /ECONNREFUSED/ },
  },
  {
    by: 'an issuer that does not exist',
    base: 'oidc',
    spoil: ({ signIn }) => Object.assign(signIn, { issuer: signIn.issuer.replace('/plain', '/other') }),
    beforeSignIn: true,
    finding: { id: 'provider-unreachable', field: 'signIn.issuer' },
  },
  {
    by: 'a client secret that is wrong, in an entry with a preset',
    base: 'preset',
    env: { CLIENT_SECRET: 'expired-client-secret' },
    finding: { id: 'client-secret-refused', field: 'signIn.clientSecret', entryFields: ['clientSecret'] },
  },
  {
    by: 'a site that the account does not have, in an entry with a preset',
    base: 'preset',
    spoil: (entry) => Object.assign(entry, { site: 'https://contosso.atlassian.net' }),
    finding: { id: 'site-not-granted', field: 'signIn.site.only', entryFields: ['site'] },
  },
];
