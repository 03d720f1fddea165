import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import {
  type Credential,
  ProviderError,
  type ProviderFailure,
} from '../../../../bot/sign-in/providers/identity-provider.ts';
import { ADA, GRACE, TENANTS } from '../../../../local/people.ts';
import { type Json, json, type Reply } from '../../../support/provider/byzantine-provider.ts';
import { askerOf, expectRefusal, revocationOf } from '../flow.ts';
import { ALL_KINDS, type Change, GITHUB, KINDS, type Kind, OAUTH2, OIDC } from '../kinds.ts';
import { goodClaims, signInAt, startByzantine, timeoutsFor } from '../stand-in.ts';
import {
  errorResponse as error,
  flood,
  hostileResponses,
  ODD_TOKENS,
  REFUSED_TOKENS,
  REMAINING_TOKENS,
  textResponse as text,
} from './hostile.ts';

/* T33, T58: responses of a token endpoint and of an account's address, and what the provider makes of them. */

const byzantine = await startByzantine();
const asker = askerOf(ADA);

/** 100 MB of spaces in 100 KB. */
const BOMB = gzipSync(Buffer.alloc(100 * 1024 * 1024, ' '));

const goodIdToken = (kind: Kind, claims: Json) => byzantine.sign({ ...goodClaims(kind, byzantine.origin), ...claims });

async function exchange(kind: Kind, change: Change = {}): Promise<Credential> {
  return (await signInAt(byzantine, kind, { provider: kind.build(byzantine.origin, change) })).credential;
}

/** A credential of this provider, made without a request to it. */
function linked(kind: Kind): Credential {
  return {
    accessToken: 'secret-old-access-token',
    refreshToken: 'secret-old-refresh-token',
    expiresAt: 1,
    scope: 'wiki.read',
    issuer: kind.issuer(byzantine.origin),
    account: { name: kind.username, subject: 'ada-over-there' },
  };
}

function refresh(kind: Kind, change: Change = {}): Promise<Credential> {
  return kind.build(byzantine.origin, change).refresh(linked(kind), asker);
}

const revocations = () =>
  byzantine.received.filter(({ path, method }) => path.endsWith('/revoke') || method === 'DELETE').length;
/** GitHub has one call for both tokens of a sign-in. */
const revocationsOfSignIn = (kind: Kind) => (kind === GITHUB ? 1 : 2);

describe.each(ALL_KINDS)('answers to the $name provider', (kind) => {
  describe.each([
    ['exchange', exchange],
    ['refresh', refresh],
  ] as const)('at %s', (operation, run) => {
    const responses = hostileResponses(() => byzantine.origin).map(
      ([name, response, failure, detail, atRefresh = failure]) =>
        [name, response, operation === 'refresh' ? atRefresh : failure, detail] as const,
    );
    test.each(responses)('T33: %s', async (_name, response, failure, detail) => {
      byzantine.responses = { [kind.tokenEndpoint]: response };
      await expectRefusal(run(kind, timeoutsFor(failure)), failure, new RegExp(`^${operation}: .*${detail.source}`));
      expect(byzantine.received.filter(({ path }) => path.startsWith('/thief/'))).toEqual([]);
    });

    // Some non-standard providers send scopes as a list.
    const odd = ODD_TOKENS.filter(([name]) => kind !== OAUTH2 || name !== 'a scope that is a list');
    test.each(odd)('T33: %s', async (_name, tokens, detail) => {
      byzantine.tokens = tokens;
      await expectRefusal(run(kind), 'invalid_response', detail);
    });

    test('T33: an endless answer is cut off after 256 KB plus the data in transit', async () => {
      const written = { bytes: 0 };
      byzantine.responses = { [kind.tokenEndpoint]: (response) => flood(response, written) };
      await expectRefusal(run(kind), 'invalid_response', /the token answer is larger than 256 KB$/);
      expect(written.bytes).toBeLessThan(8 * 1024 * 1024);
    });

    test('T33: a small answer that decompresses to 100 MB is cut off, and memory stays flat', async () => {
      byzantine.responses = {
        [kind.tokenEndpoint]: (response) =>
          response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(BOMB),
      };
      const before = process.memoryUsage().rss;
      await expectRefusal(run(kind), 'invalid_response', /the token answer is larger than 256 KB$/);
      expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
    });

    test('a token answer of 200 KB is read', async () => {
      byzantine.tokens = { example: 'x'.repeat(200_000) };
      expect(await run(kind)).toMatchObject({ accessToken: 'secret-access-token' });
    });

    test('without expires_in the credential has no end', async () => {
      byzantine.tokens = { expires_in: undefined };
      expect(await run(kind)).not.toHaveProperty('expiresAt');
    });

    test.each([
      ['a string of seconds', '60', 60],
      ['zero', 0, 0],
      ['far too much', 1e300, 365 * 24 * 3600],
    ])('expires_in that is %s is read', async (_name, expires, seconds) => {
      byzantine.tokens = { expires_in: expires };
      const before = Date.now();
      const { expiresAt = 0 } = await run(kind);
      expect(expiresAt - seconds * 1000).toBeGreaterThanOrEqual(before);
      expect(expiresAt - seconds * 1000).toBeLessThanOrEqual(Date.now());
    });

    test.each([null, ''])('members that are %j are absent', async (empty) => {
      // GitHub sends an empty scope if it grants none.
      const scope = kind === GITHUB && empty === '' ? undefined : empty;
      byzantine.tokens = { refresh_token: empty, expires_in: empty, scope, error: empty, example: empty };
      const credential = await run(kind);
      expect(credential).not.toHaveProperty('expiresAt');
      expect(credential.scope).toContain('wiki.read');
      expect(credential.refreshToken).toBe(operation === 'refresh' ? 'secret-old-refresh-token' : undefined);
    });

    test('without a scope in the answer, the requested scope counts', async () => {
      byzantine.tokens = { scope: undefined };
      expect((await run(kind)).scope).toContain('wiki.read');
    });
  });

  test('T33, T76: fewer scopes than requested: the sign-in fails, and the granted tokens are revoked', async () => {
    byzantine.tokens = { scope: 'openid profile wiki.write' };
    const before = revocations();
    await expectRefusal(exchange(kind), 'insufficient_scope', /fewer scopes/);
    expect(revocations() - before).toBe(revocationsOfSignIn(kind));
  });

  test('T76: fewer scopes at a refresh: only a new sign-in helps, and the new tokens are revoked', async () => {
    byzantine.tokens = { scope: 'openid' };
    const before = revocations();
    await expectRefusal(refresh(kind), 'invalid_grant', /fewer scopes/);
    expect(revocations() - before).toBe(revocationsOfSignIn(kind));
  });

  test('an exchange without a refresh token succeeds', async () => {
    byzantine.tokens = { refresh_token: undefined };
    expect(await exchange(kind)).not.toHaveProperty('refreshToken');
  });

  test('a refresh without a new refresh token keeps the old one', async () => {
    byzantine.tokens = { refresh_token: undefined };
    expect(await refresh(kind)).toMatchObject({
      refreshToken: 'secret-old-refresh-token',
      accessToken: 'secret-access-token',
    });
  });

  test.each(['interaction_required', 'login_required', 'consent_required'])(
    'T58: %s at a refresh: only a new sign-in helps',
    async (code) => {
      byzantine.responses = { [kind.tokenEndpoint]: error(400, code) };
      await expectRefusal(refresh(kind), 'invalid_grant', new RegExp(`^refresh: error ${code}$`));
    },
  );
});

test.each(ALL_KINDS)(
  'the $name provider revokes no tokens at another issuer than the one that granted them',
  async (kind) => {
    const before = byzantine.received.length;
    await kind.build(byzantine.origin).revoke({ ...linked(kind), issuer: 'https://attacker.example' }, asker);
    expect(byzantine.received.length).toBe(before);
  },
);

describe.each(ALL_KINDS)('a refresh token that the $name provider refuses', (kind) => {
  test.each(REFUSED_TOKENS)(
    'T58: %s: only a new sign-in helps, and the provider is asked only once',
    async (_name, response, detail) => {
      byzantine.responses = { [kind.tokenEndpoint]: response };
      const before = byzantine.count(kind.tokenEndpoint);
      await expectRefusal(refresh(kind), 'invalid_grant', detail);
      expect(byzantine.count(kind.tokenEndpoint)).toBe(before + 1);
    },
  );

  test.each(REMAINING_TOKENS)('T58: %s: the refresh token may still be valid', async (_name, response, detail) => {
    byzantine.responses = { [kind.tokenEndpoint]: response };
    const failure = await refresh(kind).catch((error: unknown) => error);
    expect((failure as ProviderError).failure).not.toBe('invalid_grant');
    expect((failure as ProviderError).message).toMatch(detail);
  });
});

describe.each([GITHUB, OAUTH2])('without ID tokens: the $name provider', (kind) => {
  test.each<[string, Reply, ProviderFailure, RegExp]>([
    ['an HTML page', text(200, '<html>secret-'), 'invalid_response', /account: the answer can’t be read$/],
    ['null', text(200, 'null'), 'invalid_response', /no id/],
    ['no id', (r) => json(r, 200, { login: 'secret-login' }), 'invalid_response', /no id/],
    ['an id beyond numbers', (r) => json(r, 200, { login: 'a', id: 1e300 }), 'invalid_response', /no id/],
    ['401', (r) => json(r, 401, { message: 'secret-words' }), 'unavailable', /account: answered 401$/],
    ['403', (r) => json(r, 403, { message: 'secret-words' }), 'unavailable', /account: answered 403$/],
    ['429', text(429, ''), 'unavailable', /account: answered 429$/],
    ['500', text(500, ''), 'unavailable', /account: answered 500$/],
    ['a redirect', (r) => r.writeHead(302, { location: '/thief' }).end(), 'invalid_response', /a redirect \(302\)$/],
    ['a cut connection', (r) => r.destroy(), 'unavailable', /no connection/],
    ['an endless answer', (r) => flood(r, { bytes: 0 }), 'invalid_response', /the answer is larger than 1 MB$/],
    ['silence', () => undefined, 'timeout', /no answer in time$/],
  ])('T33, T76: %s is no account, and the new tokens are revoked', async (_name, response, failure, detail) => {
    byzantine.responses = { user: response };
    const before = revocations();
    await expectRefusal(exchange(kind, timeoutsFor(failure)), failure, detail);
    expect(byzantine.received.filter(({ path }) => path === '/thief')).toEqual([]);
    // Only GitHub's revocation has time of its own: an OAuth App's token never expires.
    const hasTime = failure !== 'timeout' || kind === GITHUB;
    if (hasTime) expect(revocations() - before).toBe(revocationsOfSignIn(kind));
  });

  test('T76: if the new tokens cannot be revoked either, the log names both failures', async () => {
    const revocation = kind === GITHUB ? 'token' : 'revoke';
    byzantine.responses = { user: text(503, ''), [revocation]: text(503, '') };
    await expectRefusal(exchange(kind), 'unavailable', /^exchange: account: answered 503; .*answered 503$/);
  });
});

describe.each(KINDS)('with ID tokens and revocation: the $name provider', (kind) => {
  describe('an ID token at a refresh', () => {
    test('of the same account is accepted, without nonce too', async () => {
      byzantine.idToken = await goodIdToken(kind, {});
      expect(await refresh(kind)).toMatchObject({ accessToken: 'secret-access-token', account: linked(kind).account });
    });

    const others: [string, Json, RegExp][] = kind.proven
      ? [
          ['another person', { oid: GRACE.objectId }, /oid is another person/],
          ['another tenant', { tid: TENANTS.fabrikam }, /tid is another tenant/],
          ['nobody', { oid: undefined }, /oid or tid is missing/],
        ]
      : [['another account', { sub: 'grace-over-there' }, /sub is another account/]];
    test.each([
      ...others,
      ['another client', { aud: 'attacker' }, /"aud"/] as const,
      ['another issuer', { iss: 'https://attacker.example' }, /"iss"/] as const,
      ['the past', { exp: 1 }, /"exp"/] as const,
      ['the future', { iat: 4e9 }, /iat is not about now/] as const,
    ])('T29: of %s is refused', async (_name, claims, detail) => {
      byzantine.idToken = await goodIdToken(kind, claims);
      await expectRefusal(refresh(kind), 'invalid_response', detail);
    });

    test.each<[string, Json, number]>([
      ['T76: of another account: rotated tokens are revoked', { refresh_token: 'secret-new-refresh-token' }, 2],
      ['T76: of another account: without rotation the link lives on', { refresh_token: undefined }, 0],
    ])('%s', async (_name, tokens, revoked) => {
      const [[, claims] = ['', {}]] = others;
      byzantine.idToken = await goodIdToken(kind, claims);
      byzantine.tokens = tokens;
      const before = byzantine.count('revoke');
      await expectRefusal(refresh(kind), 'invalid_response', /another/);
      expect(byzantine.count('revoke') - before).toBe(revoked);
    });

    test.each([null, ''])('that is %j is ignored', async (empty) => {
      byzantine.tokens = { id_token: empty };
      expect(await refresh(kind)).toMatchObject({ accessToken: 'secret-access-token', account: linked(kind).account });
    });

    test('T29: with a bad signature is refused', async () => {
      byzantine.idToken = `${(await goodIdToken(kind, {})).slice(0, -8)}AAAAAAAA`;
      await expectRefusal(refresh(kind), 'invalid_response', /signature verification failed/);
    });
  });

  describe('revoke', () => {
    const revoke = (change: Change = {}) => kind.build(byzantine.origin, change).revoke(linked(kind), asker);
    const revokedTokens = () =>
      byzantine.received.filter(({ path }) => path.endsWith('/revoke')).map(({ form }) => form.get('token'));

    test('sends the refresh token first, then the access token', async () => {
      const before = revokedTokens().length;
      expect(await revoke()).toEqual({ outcome: 'revoked' });
      expect(revokedTokens().slice(before)).toEqual(['secret-old-refresh-token', 'secret-old-access-token']);
    });

    test.each([undefined, null, ''])(
      'reports that the provider cannot revoke if the revocation endpoint is %j, as at Entra',
      async (none) => {
        byzantine.metadata = { revocation_endpoint: none };
        const before = revokedTokens().length;
        expect(await revoke()).toEqual({ outcome: 'unsupported', reason: 'no revocation endpoint' });
        expect(revokedTokens().length).toBe(before);
      },
    );

    test('reports that the provider cannot revoke that type', async () => {
      byzantine.responses = { revoke: error(400, 'unsupported_token_type') };
      expect(await revoke()).toEqual({ outcome: 'unsupported', reason: 'unsupported_token_type' });
    });

    const challenge =
      (code: string): Reply =>
      (response) =>
        response
          .writeHead(400, { 'content-type': 'application/json', 'www-authenticate': 'Bearer realm="example"' })
          .end(JSON.stringify({ error: code }));

    /** One answer for the refresh token, another for the access token. */
    const inTurn =
      (refresh: Reply, access: Reply): Reply =>
      (response, request) =>
        (request.form.get('token_type_hint') === 'refresh_token' ? refresh : access)(response, request);

    test.each<[string, Reply]>([
      ['204', text(204, '')],
      ['404', text(404, 'no such token')],
      ['invalid_token', error(400, 'invalid_token')],
      ['invalid_token beside a challenge', challenge('invalid_token')],
      ['invalid_grant', error(400, 'invalid_grant')],
      ['invalid_request, once the refresh token was revoked', inTurn(text(200, ''), error(400, 'invalid_request'))],
    ])('a token that no longer works counts as revoked: %s', async (_name, response) => {
      byzantine.responses = { revoke: response };
      expect(await revoke()).toEqual({ outcome: 'revoked' });
    });

    test.each<[string, Reply, object]>([
      ['the refresh token', inTurn(text(503, ''), text(200, '')), { refreshToken: 'secret-old-refresh-token' }],
      [
        'a refused refresh token',
        inTurn(error(400, 'invalid_request'), text(200, '')),
        { refreshToken: 'secret-old-refresh-token' },
      ],
      [
        'the access token',
        inTurn(text(200, ''), text(503, '')),
        { isGrantRevoked: true, accessToken: 'secret-old-access-token' },
      ],
    ])('T97: only %s is left to revoke, and both were sent', async (_name, response, left) => {
      byzantine.responses = { revoke: response };
      const before = revokedTokens().length;
      expect(await revoke()).toEqual({ outcome: 'incomplete', left, error: expect.any(ProviderError) });
      expect(revokedTokens().slice(before, before + 2)).toEqual([
        'secret-old-refresh-token',
        'secret-old-access-token',
      ]);
    });

    test.each(['invalid_request', 'unsupported_token_type'])(
      'T97: after the refresh token, an access token that is %s counts as revoked, also in a later try',
      async (code) => {
        byzantine.responses = { revoke: error(400, code) };
        const { refreshToken: _, ...rest } = linked(kind);
        const later = kind.build(byzantine.origin).revoke({ ...rest, isGrantRevoked: true }, asker);
        expect(await later).toEqual({ outcome: 'revoked' });
      },
    );

    test.each<[string, Reply, ProviderFailure, RegExp]>([
      ['refuses the client', error(401, 'invalid_client'), 'unavailable', /^revoke: error invalid_client$/],
      ['is down', text(503, ''), 'unavailable', /^revoke: answered 503$/],
      ['is silent', () => undefined, 'timeout', /^revoke: no answer in time$/],
    ])('reports a failure if the provider %s', async (_name, response, failure, detail) => {
      byzantine.responses = { revoke: response };
      await expectRefusal(revocationOf(revoke(timeoutsFor(failure))), failure, detail);
    });
  });
});

test('a configured revocation endpoint is used if the provider’s document names none', async () => {
  byzantine.metadata = { revocation_endpoint: undefined };
  const before = byzantine.count('revoke');
  const provider = OIDC.build(byzantine.origin, { revocationEndpoint: `${byzantine.origin}/elsewhere/revoke` });
  expect(await provider.revoke(linked(OIDC), asker)).toEqual({ outcome: 'revoked' });
  expect(byzantine.count('revoke')).toBe(before + 2);
  const inClear = { revocationEndpoint: 'http://attacker.example/revoke' };
  expect(() => OIDC.build(byzantine.origin, inClear)).toThrow('revocationEndpoint must be an https URL');
});
