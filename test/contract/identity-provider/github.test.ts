import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Credential } from '../../../bot/sign-in/providers/identity-provider.ts';
import { startGithub } from '../../../local/github/server.ts';
import { CookieJar } from '../../../local/identity-provider/user-agent/cookie-jar.ts';
import { signInByPages } from '../../../local/identity-provider/user-agent/sign-in.ts';
import { ADA, CLIENT, PASSWORD } from '../../../local/people.ts';
import { githubCounts, githubRequests, isGoodAtGithub } from '../../support/provider/github-view.ts';
import { eventually } from '../../support/world/world.ts';
import { askerOf, begin, expectRefusal, REDIRECT_URI, revocationOf, signIn, signInAtPages } from './flow.ts';
import { GITHUB } from './kinds.ts';

type Local = Awaited<ReturnType<typeof startGithub>>;

/** In addition to the contract of all providers (identity-provider.test.ts): the tokens of a GitHub App, which
 * expire, and those of an OAuth App, which do not. */
let app: Local;
let oauthApp: Local;
const TTL = 28_800;
const common = { port: 0, redirectUris: [REDIRECT_URI], statistics: true };
beforeAll(async () => {
  app = await startGithub({ ...common, tokenTtl: TTL });
  oauthApp = await startGithub({ ...common, iss: false });
});
afterAll(() => Promise.all([app.close(), oauthApp.close()]));

const asker = askerOf(ADA);
const appProvider = () => GITHUB.build(app.url, { scopes: [] });
const oauthAppProvider = () => GITHUB.build(oauthApp.url, { scopes: ['repo', 'read:org'] });

const isGood = (local: Local, { accessToken }: Credential) => isGoodAtGithub(local.url, accessToken);

describe('authorize', () => {
  test('T28, T12: state, an S256 challenge, the account picker, and no secret', async () => {
    const { url, expected } = await begin(oauthAppProvider());
    expect(expected.issuer).toBe(`${oauthApp.url}/login/oauth`);
    expect(url.origin + url.pathname).toBe(`${oauthApp.url}/login/oauth/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: CLIENT.id,
      redirect_uri: REDIRECT_URI,
      scope: 'repo read:org',
      state: expected.oauthState,
      code_challenge: createHash('sha256').update(expected.codeVerifier).digest('base64url'),
      code_challenge_method: 'S256',
      prompt: 'select_account',
    });
  });

  test('a GitHub App requests no scope', async () => {
    const { url } = await begin(appProvider());
    expect(url.searchParams.has('scope')).toBe(false);
  });

  test('T12: a person who is already signed in to GitHub still sees which account is used', async () => {
    const jar = new CookieJar();
    await signIn(appProvider(), 'ada', asker, jar);
    const { url } = await begin(appProvider());
    const again = { authorizationUrl: url.href, username: 'ada', password: PASSWORD, jar };
    const { steps } = await signInByPages(again);
    expect(steps.map(({ name }) => name)).toEqual(['authorization request', 'resume', 'continue']);
    const grace = await signIn(appProvider(), 'grace', asker, jar);
    expect(grace.credential.account.name).toBe('grace');
  });
});

describe('exchange', () => {
  test('a GitHub App’s tokens: owner, lifetime, no scope; confirmed, not proven', async () => {
    const before = Date.now();
    const { credential, identity } = await signIn(appProvider(), 'ada');
    expect(identity).toBeUndefined();
    expect(credential).toEqual({
      accessToken: expect.stringMatching(/^ghu_\w{36}$/),
      refreshToken: expect.stringMatching(/^ghr_\w{36}$/),
      expiresAt: expect.any(Number),
      scope: '',
      issuer: `${app.url}/login/oauth`,
      account: { name: 'ada', subject: '583231' },
    });
    expect(((credential.expiresAt ?? 0) - before) / 1000).toBeCloseTo(TTL, -1);
  });

  test('an OAuth App’s token: no lifetime, no refresh token, scopes separated by spaces', async () => {
    const { credential } = await signIn(oauthAppProvider(), 'grace');
    expect(credential).toEqual({
      accessToken: expect.stringMatching(/^gho_\w{36}$/),
      scope: 'repo read:org',
      issuer: `${oauthApp.url}/login/oauth`,
      account: { name: 'grace', subject: '583232' },
    });
  });

  test('another redirect URI than that of the authorization request is a fault of ours, too', async () => {
    const begun = await begin(appProvider());
    const response = await signInAtPages(begun, 'ada');
    const moved = { ...begun.expected, redirectUri: `${REDIRECT_URI}/other` };
    await expectRefusal(appProvider().exchange(response, moved), 'unavailable', /^exchange: error invalid_request$/);
  });

  test('T30: GitHub’s iss is accepted, and a response without iss', async () => {
    for (const [local, sent] of [
      [app, `${app.url}/login/oauth`],
      [oauthApp, undefined],
    ] as const) {
      const begun = await begin(GITHUB.build(local.url, { scopes: [] }));
      const response = await signInAtPages(begun, 'ada');
      expect(response.iss).toBe(sent);
      const { credential } = await GITHUB.build(local.url, { scopes: [] }).exchange(response, begun.expected);
      expect(credential.account.name).toBe('ada');
    }
  });
});

describe('revoke', () => {
  test.each([
    ['an OAuth App', oauthAppProvider, () => oauthApp],
    ['a GitHub App', appProvider, () => app],
  ])('T62, T22: ends only this token of %s, at GitHub’s own endpoint', async (_name, provider, local) => {
    const { credential: first } = await signIn(provider(), 'ada');
    const { credential: second } = await signIn(provider(), 'ada');
    await provider().revoke(first, asker);
    expect([await isGood(local(), first), await isGood(local(), second)]).toEqual([false, true]);
    expect(await githubRequests(local().url, `DELETE /applications/${CLIENT.id}/grant`)).toBe(0);
  });

  test('T62: if the access token has expired, its refresh token still ends', async () => {
    const brief = await startGithub({ ...common, tokenTtl: 1 });
    try {
      const provider = GITHUB.build(brief.url, { scopes: [] });
      const { credential } = await signIn(provider, 'ada');
      await eventually(
        () => isGood(brief, credential),
        (good) => !good,
      );
      await provider.revoke(credential, asker);
      await expectRefusal(provider.refresh(credential, asker), 'invalid_grant', /error invalid_grant/);
      const deleted = (await githubCounts(brief.url))[`DELETE /applications/${CLIENT.id}/token`];
      expect(deleted).toEqual({ ok: 1, refused: 1 });
    } finally {
      await brief.close();
    }
  });

  test('a wrong client secret is reported: the token may still work', async () => {
    const { credential } = await signIn(oauthAppProvider(), 'ada');
    const wrong = GITHUB.build(oauthApp.url, { clientSecret: 'client-secret-wrong' });
    await expectRefusal(revocationOf(wrong.revoke(credential, asker)), 'unavailable', /^revoke: answered 401$/);
    expect(await isGood(oauthApp, credential)).toBe(true);
  });
});
