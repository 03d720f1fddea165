import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Credential } from '../../../bot/sign-in/providers/identity-provider.ts';
import { startGithub } from '../../../local/github/server.ts';
import { ADA, CLIENT } from '../../../local/people.ts';
import { isGoodAtGithub } from '../../support/provider/github-view.ts';
import { askerOf, begin, REDIRECT_URI, signIn, signInAtPages } from '../identity-provider/flow.ts';
import { GITHUB } from '../identity-provider/kinds.ts';

/** Behaviour of the local GitHub that the other suites rely on: GitHub's own wire formats. */
let local: Awaited<ReturnType<typeof startGithub>>;
beforeAll(async () => {
  local = await startGithub({ port: 0, redirectUris: [REDIRECT_URI], tokenTtl: 28_800 });
});
afterAll(() => local.close());

const provider = () => GITHUB.build(local.url, { scopes: [] });
const BASIC = `Basic ${Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64')}`;

async function exchange(headers: Record<string, string>): Promise<Response> {
  const begun = await begin(provider());
  const { code } = await signInAtPages(begun, 'ada');
  const client = { client_id: CLIENT.id, client_secret: CLIENT.secret };
  const body = new URLSearchParams({ ...client, code, code_verifier: begun.expected.codeVerifier });
  return fetch(`${local.url}/login/oauth/access_token`, { method: 'POST', headers, body });
}

function application(method: string, subject: 'token' | 'grant', credential?: Credential, authorization = BASIC) {
  const headers = { Authorization: authorization, 'User-Agent': 'a test' };
  const body = JSON.stringify({ access_token: credential?.accessToken });
  return fetch(`${local.url}/api/v3/applications/${CLIENT.id}/${subject}`, { method, headers, body });
}

describe('authorization requests', () => {
  test('T34: a redirect URI that is not registered gets no redirect', async () => {
    const { url, expected } = await begin(provider());
    url.searchParams.set('redirect_uri', 'https://attacker.example/');
    const response = await fetch(url, { redirect: 'manual' });
    const location = new URL(response.headers.get('location') ?? '');
    expect(location.origin + location.pathname).toBe(REDIRECT_URI);
    expect(Object.fromEntries(location.searchParams)).toEqual({
      error: 'redirect_uri_mismatch',
      state: expected.oauthState,
      iss: `${local.url}/login/oauth`,
    });
  });

  test.each([
    ['a plain challenge', { code_challenge_method: 'plain' }, 400],
    ['a challenge that is no hash', { code_challenge: 'short' }, 400],
    ['an unknown client', { client_id: 'attacker' }, 404],
  ])('T28: %s is refused', async (_name, change, status) => {
    const { url } = await begin(provider());
    for (const [name, value] of Object.entries(change)) url.searchParams.set(name, value);
    const response = await fetch(url, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([status, null]);
  });
});

describe('token answers', () => {
  test('are JSON for a client that asks for it', async () => {
    const response = await exchange({ Accept: 'application/json' });
    expect(await response.json()).toEqual({
      access_token: expect.stringMatching(/^ghu_/),
      expires_in: 28_800,
      refresh_token: expect.stringMatching(/^ghr_/),
      refresh_token_expires_in: 15_897_600,
      scope: '',
      token_type: 'bearer',
    });
  });

  test('are a form for all other clients', async () => {
    const response = await exchange({});
    expect(response.headers.get('content-type')).toContain('application/x-www-form-urlencoded');
    expect(new URLSearchParams(await response.text()).get('access_token')).toMatch(/^ghu_/);
  });
});

describe('the API', () => {
  test('refuses a request without a User-Agent', async () => {
    const response = await fetch(`${local.url}/user`, { headers: { 'User-Agent': '' } });
    expect(response.status).toBe(403);
  });

  test('tells only the app itself whether a token is valid', async () => {
    const { credential } = await signIn(provider(), 'ada');
    expect((await application('POST', 'token', credential)).status).toBe(200);
    expect((await application('POST', 'token', credential, 'Basic bm86bm8=')).status).toBe(401);
    expect((await application('DELETE', 'token')).status).toBe(422);
    expect((await application('DELETE', 'token', credential)).status).toBe(204);
    expect((await application('DELETE', 'token', credential)).status).toBe(404);
    expect((await application('POST', 'token', credential)).status).toBe(404);
  });

  test('ends all tokens of one person with the grant, and no other tokens', async () => {
    const sessions = [
      await signIn(provider(), 'ada'),
      await signIn(provider(), 'ada'),
      await signIn(provider(), 'grace'),
    ];
    const [first, second, grace] = sessions.map(({ credential }) => credential) as [Credential, Credential, Credential];
    expect((await application('DELETE', 'grant', first)).status).toBe(204);
    const good = [first, second, grace].map(({ accessToken }) => isGoodAtGithub(local.url, accessToken));
    expect(await Promise.all(good)).toEqual([false, false, true]);
    await expect(provider().refresh(second, askerOf(ADA))).rejects.toMatchObject({ failure: 'invalid_grant' });
  });
});
