import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Credential, IdentityProvider } from '../../bot/sign-in/providers/identity-provider.ts';
import { startGithub } from '../../local/github/server.ts';
import { CookieJar } from '../../local/identity-provider/cookie-jar.ts';
import type { FaultMode } from '../../local/identity-provider/faults.ts';
import { signInByPages } from '../../local/identity-provider/script.ts';
import { ADA, CLIENT, PASSWORD } from '../../local/people.ts';
import { githubCounts, githubRequests, isGoodAtGithub, orderGithubFault } from '../support/github-view.ts';
import { eventually } from '../support/world.ts';
import {
  askerOf,
  begin,
  expectRefusal,
  REDIRECT_URI,
  revocationOf,
  signIn,
  signInAtPages,
} from './identity-provider-flow.ts';
import { GITHUB } from './identity-provider-kinds.ts';

type Local = Awaited<ReturnType<typeof startGithub>>;

/** The GitHub provider against the local GitHub: a GitHub App's tokens, which expire, and an OAuth App's, which don't. */
let app: Local;
let oauthApp: Local;
const TTL = 28_800;
const common = { port: 0, redirectUris: [REDIRECT_URI], statistics: true, faults: true };
beforeAll(async () => {
  app = await startGithub({ ...common, tokenTtl: TTL });
  oauthApp = await startGithub({ ...common, iss: false });
});
afterAll(() => Promise.all([app.close(), oauthApp.close()]));

const asker = askerOf(ADA);
const appProvider = () => GITHUB.build(app.url, { scopes: [] });
const oauthAppProvider = () => GITHUB.build(oauthApp.url, { scopes: ['repo', 'read:org'] });

const total = (local: Local, name: string) => githubRequests(local.url, name);
const order = (local: Local, endpoint: string, mode: FaultMode) => orderGithubFault(local.url, { endpoint, mode });
const isGood = (local: Local, { accessToken }: Credential) => isGoodAtGithub(local.url, accessToken);
const counts = (local: Local) => githubCounts(local.url);

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

  test('a GitHub App asks for no scope', async () => {
    const { url } = await begin(appProvider());
    expect(url.searchParams.has('scope')).toBe(false);
  });

  test('T12: who is signed in to GitHub already still sees as whom', async () => {
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
  test('a GitHub App’s tokens: whose they are, how long they last, no scope; confirmed, not proven', async () => {
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

  test('an OAuth App’s token: no end, no refresh token, scopes between spaces', async () => {
    const { credential } = await signIn(oauthAppProvider(), 'grace');
    expect(credential).toEqual({
      accessToken: expect.stringMatching(/^gho_\w{36}$/),
      scope: 'repo read:org',
      issuer: `${oauthApp.url}/login/oauth`,
      account: { name: 'grace', subject: '583232' },
    });
  });

  test('T28: a stolen code is worth nothing without the verifier', async () => {
    const begun = await begin(appProvider());
    const response = await signInAtPages(begun, 'ada');
    const thief = { ...begun.expected, codeVerifier: 'x'.repeat(43) };
    await expectRefusal(appProvider().exchange(response, thief), 'invalid_grant', /^exchange: error invalid_grant$/);
  });

  test('T28: a code used twice is bad_verification_code, in the standard’s word', async () => {
    const begun = await begin(appProvider());
    const response = await signInAtPages(begun, 'ada');
    await appProvider().exchange(response, begun.expected);
    const again = appProvider().exchange(response, begun.expected);
    await expectRefusal(again, 'invalid_grant', /^exchange: error invalid_grant$/);
  });

  test('an expired code is refused', async () => {
    const hasty = await startGithub({ ...common, codeTtl: 0 });
    try {
      await expectRefusal(signIn(GITHUB.build(hasty.url), 'ada'), 'invalid_grant', /error invalid_grant/);
    } finally {
      await hasty.close();
    }
  });

  test('a wrong client secret is our fault, not the grant’s', async () => {
    const wrong = GITHUB.build(app.url, { clientSecret: 'client-secret-wrong' });
    await expectRefusal(signIn(wrong, 'ada'), 'unavailable', /^exchange: error invalid_client$/);
  });

  test('another redirect URI than the one begun with is our fault, too', async () => {
    const begun = await begin(appProvider());
    const response = await signInAtPages(begun, 'ada');
    const moved = { ...begun.expected, redirectUri: `${REDIRECT_URI}/other` };
    await expectRefusal(appProvider().exchange(response, moved), 'unavailable', /^exchange: error invalid_request$/);
  });

  test('T30: GitHub’s iss is accepted, and its absence', async () => {
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

  test.each([
    ['with an empty iss', { iss: '' }, /iss is another issuer/],
    ['with the iss of an attacker', { iss: 'https://attacker.example' }, /iss is another issuer/],
    ['with another state', { oauthState: 'another' }, /unexpected "state"/],
  ])('T30: a response %s is refused before any token request', async (_name, change, detail) => {
    const begun = await begin(appProvider());
    const response = await signInAtPages(begun, 'ada');
    const before = await total(app, 'access_token:authorization_code');
    await expectRefusal(appProvider().exchange({ ...response, ...change }, begun.expected), 'invalid_response', detail);
    expect(await total(app, 'access_token:authorization_code')).toBe(before);
  });

  test('T30: a response that was begun at another GitHub is refused before any token request', async () => {
    const existing = await begin(oauthAppProvider());
    const response = await signInAtPages(existing, 'ada');
    const before = await total(app, 'access_token:authorization_code');
    const mixedUp = appProvider().exchange(response, existing.expected);
    await expectRefusal(mixedUp, 'invalid_response', /begun with another issuer/);
    expect(await total(app, 'access_token:authorization_code')).toBe(before);
  });

  test('T32: cancelled at either page, the browser comes back with access_denied', async () => {
    for (const decision of ['cancel', 'refuse'] as const) {
      const { url, expected } = await begin(GITHUB.build(app.url, { scopes: [`never-allowed-${decision}`] }));
      const pages = { authorizationUrl: url.href, username: 'ada', password: PASSWORD, decision };
      const query = new URL((await signInByPages(pages)).callbackUrl).searchParams;
      expect([query.get('error'), query.get('state'), query.get('code')]).toEqual([
        'access_denied',
        expected.oauthState,
        null,
      ]);
    }
  });

  test('T76: when the account can’t be read, the new token is not left behind', async () => {
    const deletions = () => total(oauthApp, `DELETE /applications/${CLIENT.id}/token`);
    const before = await deletions();
    await order(oauthApp, 'user', 'error');
    await expectRefusal(signIn(oauthAppProvider(), 'ada'), 'unavailable', /^exchange: account: answered 503$/);
    expect(await deletions()).toBe(before + 1);
    await order(oauthApp, 'user', 'error');
    await order(oauthApp, 'token', 'error');
    const both = /^exchange: account: answered 503; withdraw: answered 503$/;
    await expectRefusal(signIn(oauthAppProvider(), 'ada'), 'unavailable', both);
  });
});

describe('refresh', () => {
  test('rotates: new tokens, the same account, and the old ones are over', async () => {
    const { credential } = await signIn(appProvider(), 'ada');
    const renewed = await appProvider().refresh(credential, asker);
    expect(renewed.accessToken).not.toBe(credential.accessToken);
    expect(renewed.refreshToken).not.toBe(credential.refreshToken);
    const { account, scope, issuer } = credential;
    expect(renewed).toMatchObject({ account, scope, issuer });
    expect(await isGood(app, credential)).toBe(false);
    expect(await isGood(app, renewed)).toBe(true);
  });

  test('T58: bad_refresh_token is invalid_grant: only a new sign-in helps', async () => {
    const { credential } = await signIn(appProvider(), 'ada');
    await appProvider().refresh(credential, asker);
    const again = appProvider().refresh(credential, asker);
    await expectRefusal(again, 'invalid_grant', /^refresh: error invalid_grant$/);
  });

  test('T58: an outage and a silence are no invalid_grant, and the token still works afterwards', async () => {
    const hasty = GITHUB.build(app.url, { scopes: [], timeouts: { refresh: 1000 } });
    const { credential } = await signIn(appProvider(), 'ada');
    await order(app, 'access_token', 'error');
    await expectRefusal(appProvider().refresh(credential, asker), 'unavailable', /^refresh: answered 503$/);
    await order(app, 'access_token', 'hang');
    await expectRefusal(hasty.refresh(credential, asker), 'timeout', /^refresh: no answer in time$/);
    await appProvider().refresh(credential, asker);
  });

  test.each<[string, () => IdentityProvider, Partial<Credential>, RegExp]>([
    ['without a refresh token', oauthAppProvider, {}, /there is no refresh token/],
    ['of another GitHub', appProvider, { refreshToken: 'secret-other' }, /granted by another issuer/],
  ])('a credential %s can only be had anew, and nobody is asked', async (_name, provider, change, detail) => {
    const { credential } = await signIn(oauthAppProvider(), 'ada');
    const before = [
      await total(app, 'access_token:refresh_token'),
      await total(oauthApp, 'access_token:refresh_token'),
    ];
    await expectRefusal(provider().refresh({ ...credential, ...change }, asker), 'invalid_grant', detail);
    expect([
      await total(app, 'access_token:refresh_token'),
      await total(oauthApp, 'access_token:refresh_token'),
    ]).toEqual(before);
  });
});

describe('revoke', () => {
  test('T62, T22: ends this token alone, by GitHub’s own endpoint', async () => {
    const { credential: first } = await signIn(oauthAppProvider(), 'ada');
    const { credential: second } = await signIn(oauthAppProvider(), 'ada');
    await oauthAppProvider().revoke(first, asker);
    expect(await isGood(oauthApp, first)).toBe(false);
    expect(await isGood(oauthApp, second)).toBe(true);
    expect(await total(oauthApp, `DELETE /applications/${CLIENT.id}/grant`)).toBe(0);
  });

  test('T62: the refresh token goes with it', async () => {
    const { credential } = await signIn(appProvider(), 'ada');
    await appProvider().revoke(credential, asker);
    expect(await isGood(app, credential)).toBe(false);
    await expectRefusal(appProvider().refresh(credential, asker), 'invalid_grant', /error invalid_grant/);
  });

  test('T62: where the access token has expired, its refresh token is ended all the same', async () => {
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
      const deleted = (await counts(brief))[`DELETE /applications/${CLIENT.id}/token`];
      expect(deleted).toEqual({ ok: 1, refused: 1 });
    } finally {
      await brief.close();
    }
  });

  test('a token that is gone already is done', async () => {
    for (const provider of [appProvider(), oauthAppProvider()]) {
      const { credential } = await signIn(provider, 'ada');
      await provider.revoke(credential, asker);
      await provider.revoke(credential, asker);
    }
  });

  test('T62: an outage is said, and a later try succeeds', async () => {
    const { credential } = await signIn(oauthAppProvider(), 'ada');
    await order(oauthApp, 'token', 'error');
    await expectRefusal(
      revocationOf(oauthAppProvider().revoke(credential, asker)),
      'unavailable',
      /^revoke: answered 503$/,
    );
    await oauthAppProvider().revoke(credential, asker);
    expect(await isGood(oauthApp, credential)).toBe(false);
  });

  test('a wrong client secret is said: the token may live on', async () => {
    const { credential } = await signIn(oauthAppProvider(), 'ada');
    const wrong = GITHUB.build(oauthApp.url, { clientSecret: 'client-secret-wrong' });
    await expectRefusal(revocationOf(wrong.revoke(credential, asker)), 'unavailable', /^revoke: answered 401$/);
    expect(await isGood(oauthApp, credential)).toBe(true);
  });

  test('sends nothing to another GitHub than the one that granted', async () => {
    const { credential } = await signIn(oauthAppProvider(), 'ada');
    const before = JSON.stringify(await counts(app));
    await appProvider().revoke(credential, asker);
    expect(JSON.stringify(await counts(app))).toBe(before);
    expect(await isGood(oauthApp, credential)).toBe(true);
  });
});
