import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Credential, IdentityProvider } from '../../../bot/sign-in/providers/identity-provider.ts';
import { startGithub } from '../../../local/github/server.ts';
import { type Running, startIdentityProvider } from '../../../local/identity-provider/server.ts';
import type { FaultMode } from '../../../local/identity-provider/test-endpoints/faults.ts';
import { CookieJar } from '../../../local/identity-provider/user-agent/cookie-jar.ts';
import { signInByPages } from '../../../local/identity-provider/user-agent/sign-in.ts';
import { ADA, CLIENT, GRACE, LINUS, PASSWORD } from '../../../local/people.ts';
import { type RunningService, startService } from '../../support/oauth2/server.ts';
import { plain } from '../../support/oauth2/services/plain.ts';
import { orderFault } from '../../support/provider/provider-view.ts';
import { askerOf, begin, expectRefusal, REDIRECT_URI, revocationOf, signIn, signInAtPages } from './flow.ts';
import { ALL_KINDS, type Change, ENTRA, GITHUB, KINDS, OAUTH2, OIDC, SCOPES } from './kinds.ts';

/** Every implementation of the seam against its local provider: real pages, real rotation, real revocation. */
let local: Running;
let github: Awaited<ReturnType<typeof startGithub>>;
let oauth2: RunningService;
beforeAll(async () => {
  const options = { port: 0, redirectUris: [REDIRECT_URI], statistics: true, faults: true };
  [local, github, oauth2] = await Promise.all([
    startIdentityProvider(options),
    startGithub({ ...options, tokenTtl: 28_800 }),
    startService(plain, { ...options, iss: true }),
  ]);
});
afterAll(() => Promise.all([local.close(), github.close(), oauth2.close()]));

type Counts = Record<string, { ok: number; refused: number }>;

describe.each(ALL_KINDS)('the $name provider', (kind) => {
  const isGithub = kind === GITHUB;
  const asker = askerOf(ADA);
  const isOauth2 = kind === OAUTH2;
  const url = () => (isGithub ? github.url : isOauth2 ? oauth2.url : local.url);
  /** A GitHub App has no scopes. */
  const build = (change: Change = {}) => kind.build(url(), { ...(isGithub && { scopes: [] }), ...change });
  let provider: IdentityProvider;
  beforeAll(() => {
    provider = build();
  });

  async function tokenRequests(): Promise<number> {
    if (isOauth2) {
      const { ok, refused } = oauth2.requests('token:authorization_code');
      return ok + refused;
    }
    const response = await fetch(`${url()}/__stats`);
    const stats = (await response.json()) as { issuers?: Record<string, Counts>; requests?: Counts };
    return Object.entries(stats.requests ?? stats.issuers?.[kind.issuer(url())] ?? {})
      .filter(([name]) => /^(access_)?token:/.test(name))
      .reduce((sum, [, { ok, refused }]) => sum + ok + refused, 0);
  }

  const ENDPOINTS = isGithub
    ? { token: 'access_token', revocation: 'token' }
    : { token: 'token', revocation: isOauth2 ? 'revoke' : 'revocation' };
  const order = async (endpoint: 'token' | 'revocation', mode: FaultMode) => {
    const fault = { endpoint: ENDPOINTS[endpoint], mode };
    return isOauth2 ? oauth2.order(fault) : orderFault(url(), fault);
  };

  describe('exchange', () => {
    test('T28: a stolen code is useless without the verifier', async () => {
      const begun = await begin(provider);
      const response = await signInAtPages(begun, kind.username);
      const thief = { ...begun.expected, codeVerifier: 'x'.repeat(43) };
      await expectRefusal(provider.exchange(response, thief), 'invalid_grant', /^exchange: error invalid_grant$/);
    });

    test('T28: a code that is used twice is refused, and its first tokens end, except at GitHub', async () => {
      const begun = await begin(provider);
      const response = await signInAtPages(begun, kind.username);
      const { credential } = await provider.exchange(response, begun.expected);
      await expectRefusal(
        provider.exchange(response, begun.expected),
        'invalid_grant',
        /^exchange: error invalid_grant$/,
      );
      if (!isGithub) await expectRefusal(provider.refresh(credential, asker), 'invalid_grant', /error invalid_grant/);
    });

    const responses: [string, object, RegExp][] = [
      ['with an empty iss', { iss: '' }, /iss is another issuer/],
      ['with the iss of an attacker', { iss: 'https://attacker.example' }, /iss is another issuer/],
      ['with another state', { oauthState: 'another' }, /unexpected "state"/],
    ];
    // Without metadata the provider does not promise `iss`.
    if (!isGithub && !isOauth2)
      responses.push(['without iss, which the issuer promises', { iss: undefined }, /"iss" .* missing/]);
    test.each(responses)('T30: a response %s is refused before any token request', async (_name, change, detail) => {
      const begun = await begin(provider);
      const response = await signInAtPages(begun, kind.username);
      const before = await tokenRequests();
      await expectRefusal(provider.exchange({ ...response, ...change }, begun.expected), 'invalid_response', detail);
      expect(await tokenRequests()).toBe(before);
    });

    test('T30: a response of another provider is refused before any token request, in each direction', async () => {
      const other = kind === OIDC ? ENTRA : OIDC;
      const existing = await begin(other.build(local.url));
      const response = await signInAtPages(existing, other.username);
      const here = await begin(provider);
      const before = await tokenRequests();
      const mixedUp = provider.exchange({ ...response, oauthState: here.expected.oauthState }, here.expected);
      await expectRefusal(mixedUp, 'invalid_response', /iss is another issuer/);
      const foreign = provider.exchange(response, existing.expected);
      await expectRefusal(foreign, 'invalid_response', /begun with another issuer/);
      expect(await tokenRequests()).toBe(before);
    });

    test('a wrong client secret is a fault of the client, not of the grant', async () => {
      const wrong = signIn(build({ clientSecret: 'client-secret-wrong' }), kind.username);
      await expectRefusal(wrong, 'unavailable', /^exchange: (error invalid_client|client refused)/);
    });

    test.each(['cancel', 'refuse'] as const)(
      'T32: after %s on a page, the browser returns with access_denied and iss',
      async (decision) => {
        const { url, expected } = await begin(provider);
        // Both make the provider ask for consent.
        if (isGithub) url.searchParams.set('scope', `never-allowed-${decision}`);
        else url.searchParams.set('prompt', 'consent');
        const pages = { authorizationUrl: url.href, username: kind.username, password: PASSWORD, decision };
        const { callbackUrl } = await signInByPages(pages);
        const { error, state, iss, code } = Object.fromEntries(new URL(callbackUrl).searchParams);
        expect([error, state, iss, code]).toEqual(['access_denied', expected.oauthState, expected.issuer, undefined]);
      },
    );
  });

  describe('refresh', () => {
    test('returns new tokens with the same account, scope and issuer', async () => {
      const { credential } = await signIn(provider, kind.username);
      const renewed = await provider.refresh(credential, asker);
      expect(renewed.accessToken).not.toBe(credential.accessToken);
      expect(renewed.refreshToken).not.toBe(credential.refreshToken);
      const { account, scope, issuer } = credential;
      expect(renewed).toMatchObject({ account, scope, issuer });
      expect(renewed.expiresAt).toBeGreaterThanOrEqual(credential.expiresAt ?? Number.POSITIVE_INFINITY);
      await provider.refresh(renewed, asker);
    });

    test('T58: a refresh token that is used twice is invalid_grant', async () => {
      const { credential } = await signIn(provider, kind.username);
      await provider.refresh(credential, asker);
      await expectRefusal(provider.refresh(credential, asker), 'invalid_grant', /^refresh: error invalid_grant$/);
    });

    test('T58: an outage or no answer is not invalid_grant, and the token works afterwards', async () => {
      const hasty = build({ timeouts: { refreshMs: 1000 } });
      await begin(hasty);
      const { credential } = await signIn(provider, kind.username);
      await order('token', 'error');
      await expectRefusal(provider.refresh(credential, asker), 'unavailable', /^refresh: answered 503$/);
      await order('token', 'hang');
      await expectRefusal(hasty.refresh(credential, asker), 'timeout', /^refresh: no answer in time$/);
      await provider.refresh(credential, asker);
    });

    test('a lost answer is an outage', async () => {
      const { credential } = await signIn(provider, kind.username);
      await order('token', 'lose');
      const lost = provider.refresh(credential, asker);
      await expectRefusal(lost, 'unavailable', /^refresh: no connection \(ECONNRESET\)$/);
    });

    test.each<[string, Partial<Credential>, RegExp]>([
      ['without a refresh token', { refreshToken: undefined as never }, /there is no refresh token/],
      ['of another issuer', { issuer: 'https://attacker.example' }, /granted by another issuer/],
    ])('a credential %s: only a new sign-in helps, and the provider gets no request', async (_name, change, detail) => {
      const { credential } = await signIn(provider, kind.username);
      const before = await tokenRequests();
      await expectRefusal(provider.refresh({ ...credential, ...change }, asker), 'invalid_grant', detail);
      expect(await tokenRequests()).toBe(before);
    });
  });

  describe('revoke', () => {
    test('T62: ends the refresh token, and can be repeated', async () => {
      const { credential } = await signIn(provider, kind.username);
      await provider.revoke(credential, asker);
      await expectRefusal(provider.refresh(credential, asker), 'invalid_grant', /error invalid_grant/);
      await provider.revoke(credential, asker);
    });

    test('T22: another sign-in of the same person in the same browser still works', async () => {
      const jar = new CookieJar();
      const first = await signIn(provider, kind.username, asker, jar);
      const second = await signIn(provider, kind.username, asker, jar);
      await provider.revoke(first.credential, asker);
      await provider.refresh(second.credential, asker);
    });

    test('T62: an outage is reported, so that the bot can try again', async () => {
      const { credential } = await signIn(provider, kind.username);
      await order('revocation', 'error');
      await expectRefusal(revocationOf(provider.revoke(credential, asker)), 'unavailable', /^revoke: answered 503$/);
      await provider.revoke(credential, asker);
      await expectRefusal(provider.refresh(credential, asker), 'invalid_grant', /error invalid_grant/);
    });
  });
});

describe.each(KINDS)('with OpenID Connect: the $name provider', (kind) => {
  const asker = askerOf(ADA);
  let provider: IdentityProvider;
  beforeAll(() => {
    provider = kind.build(local.url);
  });

  test('T28: sends the browser to the issuer with an S256 challenge, state and nonce, and without a secret', async () => {
    const { url, expected } = await begin(provider);
    expect(expected.issuer).toBe(kind.issuer(local.url));
    expect(url.origin + url.pathname).toBe(`${kind.issuer(local.url)}/auth`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: CLIENT.id,
      redirect_uri: REDIRECT_URI,
      scope: SCOPES.join(' '),
      state: expected.oauthState,
      nonce: expected.nonce,
      code_challenge: createHash('sha256').update(expected.codeVerifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...(kind.proven ? {} : { prompt: 'consent' }),
    });
  });

  test('returns the owner, the lifetime and the scopes of the tokens', async () => {
    const before = Date.now();
    const { credential, identity } = await signIn(provider, kind.username);
    expect(identity).toEqual(kind.proven ? asker : undefined);
    expect(credential).toEqual({
      accessToken: expect.stringMatching(/^eyJ/),
      refreshToken: expect.stringMatching(/^[\w-]{20,}$/),
      expiresAt: expect.any(Number),
      scope: 'wiki.read',
      issuer: kind.issuer(local.url),
      account: { name: kind.username, subject: expect.any(String) },
    });
    expect(((credential.expiresAt ?? 0) - before) / 1000).toBeCloseTo(3600, -1);
  });

  test('T58: after a refresh token was used twice, the tokens that came of it do not work either', async () => {
    const { credential } = await signIn(provider, kind.username);
    const renewed = await provider.refresh(credential, asker);
    await expectRefusal(provider.refresh(credential, asker), 'invalid_grant', /error invalid_grant/);
    await expectRefusal(provider.refresh(renewed, asker), 'invalid_grant', /error invalid_grant/);
  });

  test('two concurrent refreshes: at most one succeeds, and the grant ends', async () => {
    const { credential } = await signIn(provider, kind.username);
    const both = await Promise.allSettled([provider.refresh(credential, asker), provider.refresh(credential, asker)]);
    const passed = both.filter((each) => each.status === 'fulfilled');
    expect(passed.length).toBeLessThan(2);
    for (const { value } of passed)
      await expectRefusal(provider.refresh(value, asker), 'invalid_grant', /invalid_grant/);
  });
});

describe('at a tenant of the local provider', () => {
  test('T31: a person of another tenant cannot sign in, and reads so', async () => {
    const { url } = await begin(ENTRA.build(local.url), askerOf(LINUS));
    const ada = signInByPages({ authorizationUrl: url.href, username: ADA.username, password: PASSWORD });
    await expect(ada).rejects.toThrow(`${ADA.username} is an account of Contoso`);
  });

  test('T12: the identity shows that a colleague signed in instead', async () => {
    const { identity } = await signIn(ENTRA.build(local.url), GRACE.username, askerOf(ADA));
    expect(identity).toEqual(askerOf(GRACE));
  });
});
