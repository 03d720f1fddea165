import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Credential, IdentityProvider } from '../../bot/sign-in/providers/identity-provider.ts';
import { CookieJar } from '../../local/identity-provider/cookie-jar.ts';
import { signInByPages } from '../../local/identity-provider/script.ts';
import { type Running, startIdentityProvider } from '../../local/identity-provider/server.ts';
import { ADA, CLIENT, GRACE, LINUS, PASSWORD } from '../../local/people.ts';
import { patient } from '../support/patience.ts';
import {
  askerOf,
  begin,
  expectRefusal,
  REDIRECT_URI,
  revocationOf,
  signIn,
  signInAtPages,
} from './identity-provider-flow.ts';
import { KINDS, SCOPES } from './identity-provider-kinds.ts';

/** Every implementation of the seam against the local provider: real pages, real rotation, real revocation. */
let local: Running;
beforeAll(async () => {
  local = await startIdentityProvider({ port: 0, redirectUris: [REDIRECT_URI], statistics: true, faults: true });
});
afterAll(() => local.close());

describe.each(KINDS)('the $name provider', (kind) => {
  let provider: IdentityProvider;
  const asker = askerOf(ADA);
  beforeAll(() => {
    provider = kind.build(local.url);
  });

  async function tokenRequests(): Promise<number> {
    const { issuers } = (await (await fetch(`${local.url}/__stats`)).json()) as {
      issuers: Record<string, Record<string, { ok: number; refused: number }>>;
    };
    const counts = Object.entries(issuers[kind.issuer(local.url)] ?? {});
    return counts
      .filter(([name]) => name.startsWith('token:'))
      .reduce((sum, [, { ok, refused }]) => sum + ok + refused, 0);
  }

  async function order(endpoint: string, mode: 'error' | 'hang' | 'lose'): Promise<void> {
    await fetch(`${local.url}/__fault`, { method: 'POST', body: JSON.stringify({ endpoint, mode }) });
  }

  describe('authorize', () => {
    test('T28: sends the browser to the issuer with an S256 challenge, state and nonce, and no secret', async () => {
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
  });

  describe('exchange', () => {
    test('tells whose tokens they are, how long they last and what they may do', async () => {
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

    test('T28: a stolen code is worth nothing without the verifier', async () => {
      const begun = await begin(provider);
      const response = await signInAtPages(begun, kind.username);
      const thief = { ...begun.expected, codeVerifier: 'x'.repeat(43) };
      await expectRefusal(provider.exchange(response, thief), 'invalid_grant', /^exchange: error invalid_grant$/);
    });

    test('T28: a code used twice is refused, and its first tokens die', async () => {
      const begun = await begin(provider);
      const response = await signInAtPages(begun, kind.username);
      const { credential } = await provider.exchange(response, begun.expected);
      await expectRefusal(provider.exchange(response, begun.expected), 'invalid_grant', /error invalid_grant/);
      await expectRefusal(provider.refresh(credential, asker), 'invalid_grant', /error invalid_grant/);
    });

    test.each([
      ['without iss, which the issuer promises', { iss: undefined }, /"iss" \(issuer\) missing/],
      ['with an empty iss', { iss: '' }, /iss is another issuer/],
      ['with the iss of an attacker', { iss: 'https://attacker.example' }, /iss is another issuer/],
      ['with another state', { oauthState: 'another' }, /unexpected "state"/],
    ])('T30: a response %s is refused before any token request', async (_name, change, detail) => {
      const begun = await begin(provider);
      const response = await signInAtPages(begun, kind.username);
      const before = await tokenRequests();
      await expectRefusal(provider.exchange({ ...response, ...change }, begun.expected), 'invalid_response', detail);
      expect(await tokenRequests()).toBe(before);
    });

    test('T30: a response of the other provider is refused before any token request, in each direction', async () => {
      const other = KINDS.find(({ name }) => name !== kind.name) ?? kind;
      const existing = await begin(other.build(local.url));
      const response = await signInAtPages(existing, other.username);
      const here = await begin(provider);
      const before = await tokenRequests();
      const mixedUp = provider.exchange({ ...response, oauthState: here.expected.oauthState }, here.expected);
      await expectRefusal(mixedUp, 'invalid_response', /iss is another issuer/);
      await expectRefusal(
        provider.exchange(response, existing.expected),
        'invalid_response',
        /begun with another issuer/,
      );
      expect(await tokenRequests()).toBe(before);
    });

    test('a wrong client secret is our fault, not the grant’s', async () => {
      const wrong = kind.build(local.url, { clientSecret: 'client-secret-wrong' });
      await expectRefusal(
        signIn(wrong, kind.username),
        'unavailable',
        /^exchange: (error invalid_client|client refused)/,
      );
    });

    test('T32: cancelled at either page, the browser comes back with access_denied and iss', async () => {
      const outcomes = ['cancel', 'refuse'] as const;
      for (const decision of outcomes) {
        const { url, expected } = await begin(provider);
        url.searchParams.set('prompt', 'consent');
        const authorizationUrl = url.href;
        const { callbackUrl } = await signInByPages({
          authorizationUrl,
          username: kind.username,
          password: PASSWORD,
          decision,
        });
        const query = new URL(callbackUrl).searchParams;
        expect([query.get('error'), query.get('state')]).toEqual(['access_denied', expected.oauthState]);
        expect([query.get('iss'), query.get('code')]).toEqual([expected.issuer, null]);
      }
    });
  });

  describe('refresh', () => {
    test('rotates: new tokens, the same account, scope and issuer', async () => {
      const { credential } = await signIn(provider, kind.username);
      const renewed = await provider.refresh(credential, asker);
      expect(renewed.accessToken).not.toBe(credential.accessToken);
      expect(renewed.refreshToken).not.toBe(credential.refreshToken);
      const { account, scope, issuer } = credential;
      expect(renewed).toMatchObject({ account, scope, issuer });
      expect(renewed.expiresAt).toBeGreaterThanOrEqual(credential.expiresAt ?? Number.POSITIVE_INFINITY);
      await provider.refresh(renewed, asker);
    });

    test('a token used twice is invalid_grant, and so is everything of that sign-in from then on', async () => {
      const { credential } = await signIn(provider, kind.username);
      const renewed = await provider.refresh(credential, asker);
      await expectRefusal(provider.refresh(credential, asker), 'invalid_grant', /^refresh: error invalid_grant$/);
      await expectRefusal(provider.refresh(renewed, asker), 'invalid_grant', /error invalid_grant/);
    });

    test('two refreshes at once: the provider lets one pass at most, and the grant is dead', async () => {
      const { credential } = await signIn(provider, kind.username);
      const both = await Promise.allSettled([provider.refresh(credential, asker), provider.refresh(credential, asker)]);
      const passed = both.filter((each): each is PromiseFulfilledResult<Credential> => each.status === 'fulfilled');
      expect(passed.length).toBeLessThan(2);
      for (const { value } of passed)
        await expectRefusal(provider.refresh(value, asker), 'invalid_grant', /invalid_grant/);
    });

    test('T58: an outage and a silence are no invalid_grant, and the token still works afterwards', async () => {
      const hasty = kind.build(local.url, { timeouts: { refresh: 1000 } });
      await begin(hasty);
      const { credential } = await signIn(provider, kind.username);
      await order('token', 'error');
      await expectRefusal(provider.refresh(credential, asker), 'unavailable', /^refresh: answered 503$/);
      await order('token', 'hang');
      const started = Date.now();
      await expectRefusal(hasty.refresh(credential, asker), 'timeout', /^refresh: no answer in time$/);
      expect(Date.now() - started).toBeLessThan(patient(5000));
      await provider.refresh(credential, asker);
    });

    test('an answer that got lost on the way is an outage', async () => {
      const { credential } = await signIn(provider, kind.username);
      await order('token', 'lose');
      await expectRefusal(
        provider.refresh(credential, asker),
        'unavailable',
        /^refresh: no connection \(ECONNRESET\)$/,
      );
    });

    test('without a refresh token only a new sign-in helps', async () => {
      const { credential } = await signIn(provider, kind.username);
      const { refreshToken: _, ...without } = credential;
      await expectRefusal(provider.refresh(without, asker), 'invalid_grant', /there is no refresh token/);
    });

    test('a credential of another issuer goes nowhere', async () => {
      const { credential } = await signIn(provider, kind.username);
      const before = await tokenRequests();
      const foreign = { ...credential, issuer: 'https://attacker.example' };
      await expectRefusal(provider.refresh(foreign, asker), 'invalid_grant', /granted by another issuer/);
      expect(await tokenRequests()).toBe(before);
    });
  });

  describe('revoke', () => {
    test('makes the refresh token useless, and can be said twice', async () => {
      const { credential } = await signIn(provider, kind.username);
      await provider.revoke(credential, asker);
      await expectRefusal(provider.refresh(credential, asker), 'invalid_grant', /error invalid_grant/);
      await provider.revoke(credential, asker);
    });

    test('T22: leaves another sign-in of the same person in the same browser alone', async () => {
      const jar = new CookieJar();
      const first = await signIn(provider, kind.username, asker, jar);
      const second = await signIn(provider, kind.username, asker, jar);
      await provider.revoke(first.credential, asker);
      await provider.refresh(second.credential, asker);
    });

    test('T62: an outage is said, so that it can be tried again', async () => {
      const { credential } = await signIn(provider, kind.username);
      await order('revocation', 'error');
      await expectRefusal(revocationOf(provider.revoke(credential, asker)), 'unavailable', /^revoke: answered 503$/);
      await provider.revoke(credential, asker);
      await expectRefusal(provider.refresh(credential, asker), 'invalid_grant', /error invalid_grant/);
    });
  });
});

describe('at a tenant of the local provider', () => {
  test('T31: somebody of another tenant can’t sign in, and is told so', async () => {
    const provider = KINDS[0]?.build(local.url);
    if (!provider) throw new Error('no entra provider');
    const { url } = await begin(provider, askerOf(LINUS));
    const ada = signInByPages({ authorizationUrl: url.href, username: ADA.username, password: PASSWORD });
    await expect(ada).rejects.toThrow(`${ADA.username} is an account of Contoso`);
  });

  test('T12: a colleague who signs in instead is told apart', async () => {
    const provider = KINDS[0]?.build(local.url);
    if (!provider) throw new Error('no entra provider');
    const { identity } = await signIn(provider, GRACE.username, askerOf(ADA));
    expect(identity).toEqual(askerOf(GRACE));
  });
});
