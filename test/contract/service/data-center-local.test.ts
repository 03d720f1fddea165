import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Product } from '../../../local/atlassian/product.ts';
import { startDataCenter } from '../../../local/atlassian/server.ts';
import { createConfluence } from '../../../local/confluence/confluence.ts';
import { loadPages } from '../../../local/confluence/pages.ts';
import { CookieJar } from '../../../local/identity-provider/user-agent/cookie-jar.ts';
import { signInByPages } from '../../../local/identity-provider/user-agent/sign-in.ts';
import { loadIssues } from '../../../local/jira/issues.ts';
import { createJira } from '../../../local/jira/jira.ts';
import { s256 } from '../../../local/oauth2/grants.ts';
import { CLIENT, PASSWORD } from '../../../local/people.ts';

/** The demo's stand-ins for Jira and Confluence Data Center, and the requests that they refuse. */
type Local = Awaited<ReturnType<typeof startDataCenter>>;
type Fields = Record<string, string | undefined>;

const REDIRECT_URI = 'https://latchkey.example.com/auth/callback/jira';
const VERIFIER = 'a-code-verifier-of-forty-three-characters-or-more';
const NOW = new Date('2026-03-15T12:00:00Z');

let jira: Local;
let confluence: Local;
const start = (product: Product, lifetimes: { tokenTtl?: number; codeTtl?: number } = {}) =>
  startDataCenter(product, { port: 0, redirectUris: [REDIRECT_URI], ...lifetimes });
beforeAll(async () => {
  jira = await start(createJira(loadIssues(NOW), () => NOW));
  confluence = await start(createConfluence(loadPages(NOW)));
});
afterAll(() => Promise.all([jira.close(), confluence.close()]));

function authorizationUrl({ url }: Local, change: Fields = {}): string {
  const parameters = {
    response_type: 'code',
    client_id: CLIENT.id,
    redirect_uri: REDIRECT_URI,
    scope: 'READ',
    state: 'a state',
    code_challenge: s256(VERIFIER),
    code_challenge_method: 'S256',
    ...change,
  };
  return `${url}/rest/oauth2/latest/authorize?${new URLSearchParams(present(parameters))}`;
}

async function codeFrom(local: Local, username = 'ada', change: Fields = {}, jar = new CookieJar()): Promise<string> {
  const url = authorizationUrl(local, change);
  const { callbackUrl } = await signInByPages({ authorizationUrl: url, username, password: PASSWORD, jar });
  return new URL(callbackUrl).searchParams.get('code') ?? '';
}

async function token({ url }: Local, fields: Fields): Promise<{ status: number; body: Record<string, unknown> }> {
  const client = { client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uri: REDIRECT_URI };
  const body = new URLSearchParams(present({ ...client, ...fields }));
  const response = await fetch(`${url}/rest/oauth2/latest/token`, { method: 'POST', body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

function exchange(local: Local, code: string, change: Fields = {}) {
  return token(local, { grant_type: 'authorization_code', code, code_verifier: VERIFIER, ...change });
}

function refresh(local: Local, tokens: Record<string, unknown>, change: Fields = {}) {
  return token(local, { grant_type: 'refresh_token', refresh_token: String(tokens.refresh_token), ...change });
}

async function signIn(local: Local, username = 'ada'): Promise<Record<string, unknown>> {
  const { status, body } = await exchange(local, await codeFrom(local, username));
  expect(status).toBe(200);
  return body;
}

async function get(local: Local, path: string, tokens?: Record<string, unknown>) {
  const headers = tokens ? { authorization: `Bearer ${tokens.access_token}` } : {};
  const response = await fetch(local.url + path, { headers });
  return { status: response.status, body: await response.json() };
}

function present(fields: Fields): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined),
  );
}

describe('authorization requests', () => {
  test.each([
    ['another redirect URI', { redirect_uri: `${REDIRECT_URI}/` }],
    ['no redirect URI', { redirect_uri: undefined }],
    ['an unknown client', { client_id: 'attacker' }],
    ['another response type', { response_type: 'token' }],
  ])('%s: an error page, and no redirect', async (_name, change) => {
    const response = await fetch(authorizationUrl(jira, change), { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([400, null]);
  });

  test.each([
    ['a scope of the cloud', { scope: 'read:jira-work' }, 'invalid_scope'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a challenge that is no hash', { code_challenge: 'short' }, 'invalid_request'],
  ])('%s: the client gets an error', async (_name, change, error) => {
    const response = await fetch(authorizationUrl(jira, change), { redirect: 'manual' });
    const location = new URL(response.headers.get('location') ?? '');
    expect(location.origin + location.pathname).toBe(REDIRECT_URI);
    expect(Object.fromEntries(location.searchParams)).toEqual({ state: 'a state', error });
  });

  test('a wrong password and Cancel', async () => {
    const wrong = { authorizationUrl: authorizationUrl(jira), username: 'ada', password: 'wrong' };
    await expect(signInByPages(wrong)).rejects.toThrow('Incorrect username or password');
    const { callbackUrl } = await signInByPages({ ...wrong, password: PASSWORD, decision: 'refuse' });
    expect(Object.fromEntries(new URL(callbackUrl).searchParams)).toEqual({ state: 'a state', error: 'access_denied' });
  });
});

describe('the token endpoint', () => {
  test('tokens for an hour', async () => {
    expect(await signIn(jira)).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 3600,
      created_at: expect.any(Number),
      scope: 'READ',
    });
  });

  test.each([
    ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client'],
    ['no secret', { client_secret: undefined }, 401, 'invalid_client'],
    ['another redirect URI', { redirect_uri: `${REDIRECT_URI}/` }, 400, 'invalid_grant'],
    ['no code verifier', { code_verifier: undefined }, 400, 'invalid_grant'],
    ['a wrong code verifier', { code_verifier: VERIFIER.toUpperCase() }, 400, 'invalid_grant'],
    ['an unknown code', { code: 'unknown' }, 400, 'invalid_grant'],
    ['another grant type', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
  ])('refuses %s', async (_name, change, status, error) => {
    const code = await codeFrom(jira);
    expect(await exchange(jira, code, change)).toMatchObject({ status, body: { error } });
  });

  test('a code works once: its second use ends the tokens of the first', async () => {
    const code = await codeFrom(jira);
    const { body } = await exchange(jira, code);
    expect(await exchange(jira, code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await get(jira, '/rest/api/2/myself', body)).status).toBe(401);
  });

  test('a code of a sign-in without PKCE is refused with a verifier', async () => {
    const plain = { code_challenge: undefined, code_challenge_method: undefined };
    expect(await exchange(jira, await codeFrom(jira, 'ada', plain))).toMatchObject({ status: 400 });
    const code = await codeFrom(jira, 'ada', plain);
    expect(await exchange(jira, code, { code_verifier: undefined })).toMatchObject({ status: 200 });
  });

  test('codes and access tokens end', async () => {
    const local = await start(createJira(loadIssues(NOW)), { codeTtl: 0 });
    expect(await exchange(local, await codeFrom(local))).toMatchObject({ body: { error: 'invalid_grant' } });
    await local.close();
    const brief = await start(createJira(loadIssues(NOW)), { tokenTtl: 0 });
    expect((await get(brief, '/rest/api/2/myself', await signIn(brief))).status).toBe(401);
    await brief.close();
  });

  test('a refresh token works once, with the redirect URI: its second use ends all tokens', async () => {
    const first = await signIn(jira);
    for (const redirect_uri of [undefined, `${REDIRECT_URI}/`])
      expect(await refresh(jira, first, { redirect_uri })).toMatchObject({ body: { error: 'invalid_grant' } });
    const { status, body: second } = await refresh(jira, first);
    expect([status, second.refresh_token === first.refresh_token]).toEqual([200, false]);
    expect((await get(jira, '/rest/api/2/myself', first)).status).toBe(401);
    expect((await get(jira, '/rest/api/2/myself', second)).status).toBe(200);
    expect(await refresh(jira, first)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await get(jira, '/rest/api/2/myself', second)).status).toBe(401);
  });

  test('fails for a JSON body', async () => {
    const headers = { 'content-type': 'application/json' };
    const url = `${jira.url}/rest/oauth2/latest/token`;
    expect((await fetch(url, { method: 'POST', headers, body: '{}' })).status).toBe(500);
  });
});

describe('Jira', () => {
  const search = (jql: string, more = '') => `/rest/api/2/search?jql=${encodeURIComponent(jql)}${more}`;
  const keys = ({ body }: { body: { issues?: { key: string }[] } }) => body.issues?.map(({ key }) => key) ?? [];

  test('the account', async () => {
    const { body } = await get(jira, '/rest/api/2/myself', await signIn(jira, 'grace'));
    expect(body).toMatchObject({
      key: 'JIRAUSER10002',
      displayName: 'Grace Sample',
      emailAddress: 'grace@contoso.example',
    });
  });

  test('a search has the fields of the request, and pages', async () => {
    const ada = await signIn(jira);
    const { body } = await get(jira, search('text ~ "lakers"', '&startAt=30&maxResults=4&fields=summary,status'), ada);
    expect(body).toMatchObject({ startAt: 30, maxResults: 4, total: 36 });
    expect(body.issues).toHaveLength(4);
    for (const { fields } of body.issues) {
      expect(fields).toEqual({
        summary: expect.stringContaining('Lakers'),
        status: {
          name: expect.any(String),
          statusCategory: expect.objectContaining({ colorName: expect.any(String) }),
        },
      });
    }
    expect((await get(jira, search('text ~ "lakers"', '&startAt=x'), ada)).status).toBe(400);
  });

  test('only Grace sees the confidential issue', async () => {
    const [ada, grace] = [await signIn(jira), await signIn(jira, 'grace')];
    const [found, all] = [
      await get(jira, search('text ~ "lakers"'), ada),
      await get(jira, search('text ~ "lakers"'), grace),
    ];
    expect(all.body.total - found.body.total).toBe(1);
    expect((await get(jira, search('text ~ "confidential"'), ada)).body.total).toBe(0);
    const [key = ''] = keys(await get(jira, search('text ~ "confidential"'), grace));
    expect((await get(jira, `/rest/api/2/issue/${key}`, grace)).body.fields.summary).toContain('(confidential)');
    expect(await get(jira, `/rest/api/2/issue/${key}`, ada)).toEqual({
      status: 404,
      body: { errorMessages: ['Issue Does Not Exist'], errors: {} },
    });
  });

  test('fields, lists and an order', async () => {
    const ada = await signIn(jira);
    const done = keys(await get(jira, search('project = IT and status in (Done, "To Do") order by key desc'), ada));
    expect(done).toEqual(['IT-3', 'IT-2']);
    const { body } = await get(jira, search('updated >= -3d order by updated desc'), ada);
    const times = body.issues.map(({ fields }: { fields: { updated: string } }) => Date.parse(fields.updated));
    expect(times.length).toBeGreaterThan(10);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(NOW.getTime() - 3 * 86_400_000);
    expect(times).toEqual(times.toSorted((one: number, other: number) => other - one));
  });

  test.each([
    'text ~ "lakers',
    'text ~ "lakers" or assignee = ada',
    'text ~ "(lakers)"',
    'text = "lakers"',
    'nothing = 1',
    'constructor = 1',
    'updated >= yesterday',
    'text ~ "lakers" order by nothing desc',
  ])('refuses %s', async (jql) => {
    const { status, body } = await get(jira, search(jql), await signIn(jira));
    expect({ status, body }).toEqual({
      status: 400,
      body: { errorMessages: [expect.stringMatching(/^Error in the JQL Query: ./)], errors: {} },
    });
  });

  test('needs a token, and the method GET', async () => {
    for (const tokens of [undefined, { access_token: 'unknown' }])
      expect((await get(jira, search('text ~ "lakers"'), tokens)).status).toBe(401);
    const headers = { authorization: `Bearer ${(await signIn(jira)).access_token}` };
    expect((await fetch(`${jira.url}/rest/api/2/issue/LAK-1`, { method: 'DELETE', headers })).status).toBe(405);
    expect((await fetch(`${jira.url}/rest/api/2/nothing`, { headers })).status).toBe(404);
  });

  test('the page of an issue, in the browser of a person who may see it', async () => {
    const page = async (key: string, jar?: CookieJar) => {
      const url = new URL(`${jira.url}/browse/${key}`);
      const response = await fetch(url, { headers: { cookie: jar?.header(url) ?? '' } });
      return [response.status, /<h1>(.*?)<\/h1>/.exec(await response.text())?.[1]];
    };
    const jar = new CookieJar();
    await codeFrom(jira, 'grace', {}, jar);
    expect(await page('LAK-1')).toEqual([200, 'Lakers ticket raffle for all employees']);
    expect((await page('LAK-2'))[0]).toBe(404);
    expect(await page('LAK-2', jar)).toEqual([200, expect.stringContaining('(confidential)')]);
  });
});

describe('Confluence', () => {
  const search = (cql: string, more = '') => `/rest/api/search?cql=${encodeURIComponent(cql)}${more}`;

  test('the account', async () => {
    const { body } = await get(confluence, '/rest/api/user/current', await signIn(confluence, 'linus'));
    expect(body).toMatchObject({ displayName: 'Linus Demo', userKey: expect.stringMatching(/^[\da-f]{32}$/) });
  });

  test('a search marks matches, escapes the rest, and pages', async () => {
    const ada = await signIn(confluence);
    const { body } = await get(confluence, search('text ~ "lakers"', '&limit=2&start=1'), ada);
    expect(body).toMatchObject({ start: 1, limit: 2, size: 2, totalSize: 19 });
    for (const { title, excerpt, url, content } of body.results) {
      expect(`${title} ${excerpt}`).toContain('@@@hl@@@Lakers@@@endhl@@@');
      expect(url).toBe(`/spaces/LAK/pages/${content.id}/${encodeURIComponent(content.title)}`);
      expect(content.history).toBeUndefined();
    }
    const expanded = await get(confluence, search('space = IT', '&expand=content.history.lastUpdated'), ada);
    expect(expanded.body.results[0].content.history.lastUpdated.by.displayName).toBe('Linus Demo');
  });

  test('an excerpt is about three hundred characters around the first match', async () => {
    const local = await start(
      createConfluence(
        loadPages(NOW).map((page) => ({ ...page, body: `${'a & b '.repeat(200)}needle ${'<c> '.repeat(200)}` })),
      ),
    );
    const { body } = await get(local, search('text ~ "needle"'), await signIn(local));
    const { excerpt } = body.results[0];
    expect(excerpt).toContain('a &amp; b @@@hl@@@needle@@@endhl@@@ &lt;c&gt;');
    expect(excerpt.replace(/&\w+;/g, 'x').length).toBeLessThan(340);
    await local.close();
  });

  test('only Grace sees the restricted page', async () => {
    const [ada, grace] = [await signIn(confluence), await signIn(confluence, 'grace')];
    const negotiation = search('text ~ "negotiation"', '&limit=5');
    expect((await get(confluence, negotiation, ada)).body.totalSize).toBe(0);
    const { id } = (await get(confluence, negotiation, grace)).body.results[0].content;
    const path = `/rest/api/content/${id}?expand=space,history.lastUpdated`;
    expect((await get(confluence, path, grace)).body).toMatchObject({ space: { name: 'Lakers partnership' } });
    expect(await get(confluence, path, ada)).toMatchObject({ status: 404, body: { statusCode: 404 } });
  });

  test('types, spaces and an order', async () => {
    const { body } = await get(
      confluence,
      search('type in (blogpost) and space in (LAK, HR) order by lastmodified desc'),
      await signIn(confluence),
    );
    const times = body.results.map(({ lastModified }: { lastModified: string }) => Date.parse(lastModified));
    expect(times).toHaveLength(5);
    expect(times).toEqual(times.toSorted((one: number, other: number) => other - one));
  });

  test.each(['', 'text ~ "a" or space = HR', 'label = x', 'type > page', 'text ~ "a" order by title asc'])(
    'refuses %j',
    async (cql) => {
      const { status, body } = await get(confluence, search(cql), await signIn(confluence));
      expect({ status, body }).toMatchObject({ status: 400, body: { statusCode: 400, message: expect.any(String) } });
    },
  );
});
