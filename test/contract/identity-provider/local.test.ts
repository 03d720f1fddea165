import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Running, startIdentityProvider } from '../../../local/identity-provider/server.ts';
import { CookieJar } from '../../../local/identity-provider/user-agent/cookie-jar.ts';
import { readForm } from '../../../local/identity-provider/user-agent/page-form.ts';
import { signInByPages } from '../../../local/identity-provider/user-agent/sign-in.ts';
import { ADA, GRACE, PASSWORD, WIKI_AUDIENCE } from '../../../local/people.ts';
import { begin, REDIRECT_URI, signIn } from './flow.ts';
import { ENTRA, KINDS, type Kind, OIDC } from './kinds.ts';

/** Behaviour of the local provider that the other suites rely on. */
let local: Running;
beforeAll(async () => {
  local = await startIdentityProvider({ port: 0, redirectUris: [REDIRECT_URI], accessTokenTtl: 90 });
});
afterAll(() => local.close());

async function authorizationUrl(kind: Kind, change: Record<string, string | undefined> = {}): Promise<URL> {
  const { url } = await begin(kind.build(local.url));
  url.searchParams.delete('prompt');
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return url;
}

async function walk(
  kind: Kind,
  username: string,
  jar: CookieJar,
  change: Record<string, string> = {},
): Promise<string[]> {
  const url = await authorizationUrl(kind, change);
  const { steps } = await signInByPages({ authorizationUrl: url.href, username, password: PASSWORD, jar });
  return steps.map(({ name }) => name);
}

/** What a browser shows first. */
async function firstPage(url: URL): Promise<string> {
  const redirect = await fetch(url, { redirect: 'manual' });
  const cookie = redirect.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  const page = await fetch(new URL(redirect.headers.get('location') ?? '', url), { headers: { cookie } });
  return page.text();
}

describe('the pages', () => {
  test('login and consent appear at first, then neither in the same browser, and no consent in another', async () => {
    const jar = new CookieJar();
    expect(await walk(ENTRA, ADA.username, jar)).toEqual([
      'authorization request',
      'page',
      'sign-in',
      'resume',
      'page',
      'accept',
      'resume',
    ]);
    expect(await walk(ENTRA, ADA.username, jar)).toEqual(['authorization request']);
    expect(await walk(ENTRA, ADA.username, new CookieJar())).not.toContain('accept');
    expect(await walk(ENTRA, ADA.username, jar, { prompt: 'consent' })).toContain('accept');
  });

  test('a sign-in at one issuer does not count at another', async () => {
    const jar = new CookieJar();
    await walk(ENTRA, ADA.username, jar);
    expect(await walk(OIDC, 'ada', jar)).toContain('sign-in');
  });

  test('prompt=select_account lets another person sign in in the same browser', async () => {
    const jar = new CookieJar();
    await walk(ENTRA, ADA.username, jar);
    expect(await walk(ENTRA, ADA.username, jar, { prompt: 'select_account' })).toContain('continue');
    expect(await walk(ENTRA, GRACE.username, jar, { prompt: 'select_account' })).toContain('other');
    const { identity } = await signIn(ENTRA.build(local.url), GRACE.username, undefined, jar);
    expect(identity?.objectId).toBe(GRACE.objectId);
  });

  test('login_hint fills in the user name, as text', async () => {
    const url = await authorizationUrl(OIDC, { login_hint: '"><b>ada' });
    const page = await firstPage(url);
    expect(readForm(url, page).fields.get('username')).toBe('"><b>ada');
    expect(page).not.toContain('<b>');
  });

  test('a wrong password shows an alert', async () => {
    const url = await authorizationUrl(OIDC);
    const wrong = signInByPages({ authorizationUrl: url.href, username: 'ada', password: 'wrong' });
    await expect(wrong).rejects.toThrow('That user name or password is not right');
  });

  test('a form without the interaction’s cookie is refused', async () => {
    const redirect = await fetch(await authorizationUrl(OIDC), { redirect: 'manual' });
    const page = new URL(redirect.headers.get('location') ?? '', local.url);
    const body = new URLSearchParams({ action: 'sign-in', username: 'ada', password: PASSWORD });
    const response = await fetch(page, { method: 'POST', body, redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([400, null]);
    expect(await response.text()).toContain('session_not_found');
  });
});

describe('authorization requests', () => {
  test.each([
    ['without a challenge', { code_challenge: undefined, code_challenge_method: undefined }],
    ['with a plain challenge', { code_challenge_method: 'plain' }],
    ['with a challenge and no method', { code_challenge_method: undefined }],
  ])('T28: %s are refused', async (_name, change) => {
    const response = await fetch(await authorizationUrl(OIDC, change), { redirect: 'manual' });
    const location = new URL(response.headers.get('location') ?? '');
    expect(location.origin + location.pathname).toBe(REDIRECT_URI);
    expect(location.searchParams.get('error')).toBe('invalid_request');
  });

  test('T34: an unknown redirect URI gets a page, no redirect', async () => {
    const url = await authorizationUrl(OIDC, { redirect_uri: 'https://attacker.example/' });
    const response = await fetch(url, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([400, null]);
  });
});

test.each(KINDS)('access tokens of the $name kind are JWTs for the wiki that name their user', async (kind) => {
  const { credential } = await signIn(kind.build(local.url), kind.username);
  const [, body = ''] = credential.accessToken.split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Record<string, unknown>;
  expect(claims).toMatchObject({ ...kind.claims, aud: WIKI_AUDIENCE, scope: 'wiki.read', iss: kind.issuer(local.url) });
  expect(Number(claims.exp) - Number(claims.iat)).toBe(90);
  if (!kind.proven) expect(Object.keys(claims)).not.toEqual(expect.arrayContaining(['oid']));
});
