import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Credential, ProviderFailure } from '../../bot/sign-in/identity-provider.ts';
import { ADA, CLIENT, GRACE, TENANTS } from '../../local/people.ts';
import { type Answer, ByzantineProvider, type Json, json } from '../support/byzantine-provider.ts';
import { askerOf, begin, expectRefusal } from './identity-provider-flow.ts';
import { type Change, KINDS, type Kind } from './identity-provider-kinds.ts';

/** T33, T58: what a token endpoint can answer, and what becomes of it. */
let byzantine: ByzantineProvider;
beforeAll(async () => {
  byzantine = await ByzantineProvider.start();
});
afterAll(() => byzantine.close());
afterEach(() => byzantine.reset());

/** 100 MB of spaces in 100 KB. */
const BOMB = gzipSync(Buffer.alloc(100 * 1024 * 1024, ' '));
const HASTY: Change = { timeouts: { exchange: 400, refresh: 400 } };
const asker = askerOf(ADA);

/** Little where a timeout is wanted, the usual where a busy machine must not cause one. */
function patience(failure: ProviderFailure): Change {
  return failure === 'timeout' ? HASTY : {};
}

function goodIdToken(kind: Kind, claims: Json): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const standard = {
    iss: kind.issuer(byzantine.origin),
    aud: CLIENT.id,
    sub: 'ada-over-there',
    iat: now,
    exp: now + 3600,
  };
  return byzantine.sign({ ...standard, ...kind.claims, ...claims });
}

async function exchange(kind: Kind, change: Change = {}): Promise<Credential> {
  const provider = kind.build(byzantine.origin, change);
  const { expected } = await begin(provider);
  byzantine.idToken ??= await goodIdToken(kind, { nonce: expected.nonce });
  const response = { code: 'secret-code', oauthState: expected.oauthState, iss: expected.issuer };
  return (await provider.exchange(response, expected)).credential;
}

/** A credential of this provider's, without asking it. */
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

const html: Answer = (response) =>
  response.writeHead(200, { 'content-type': 'text/html' }).end('<html>secret-page</html>');
const text =
  (status: number, body: string): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
const error =
  (status: number, code: string): Answer =>
  (response) =>
    json(response, status, { error: code, error_description: '<script>attacker</script> secret-words' });

/** Answers that no provider gives, and what they are to both an exchange and a refresh. */
const HOSTILE: [string, Answer, ProviderFailure, RegExp][] = [
  ['an HTML page', html, 'invalid_response', /unexpected response content-type/],
  [
    'an HTML error page',
    (r) => r.writeHead(403, { 'content-type': 'text/html' }).end('<html>'),
    'invalid_response',
    /content-type/,
  ],
  [
    'a redirect to elsewhere',
    (r) => r.writeHead(307, { location: `${byzantine.origin}/thief/token` }).end(),
    'invalid_response',
    /a redirect \(307\)/,
  ],
  [
    'a redirect to the same host',
    (r) => r.writeHead(302, { location: '/thief/token' }).end(),
    'invalid_response',
    /a redirect \(302\)/,
  ],
  ['nothing', text(200, ''), 'invalid_response', /parse "response" body/],
  ['no content', (r) => r.writeHead(204).end(), 'invalid_response', /status code/],
  ['JSON that breaks off', text(200, '{"access_token":"secret-'), 'invalid_response', /parse "response" body/],
  ['a JSON array', text(200, '[]'), 'invalid_response', /top level object/],
  ['JSON null', text(200, 'null'), 'invalid_response', /top level object/],
  ['a success with another status', text(201, '{}'), 'invalid_response', /status code/],
  ['an error without a body', text(400, ''), 'invalid_response', /status code/],
  ['an error whose code is not a string', text(400, '{"error":{"secret-":1}}'), 'invalid_response', /status code/],
  ['an error code of its own', error(400, 'secret-error-attacker'), 'unavailable', /error of another kind/],
  ['invalid_grant', error(400, 'invalid_grant'), 'invalid_grant', /error invalid_grant/],
  ['invalid_client', error(401, 'invalid_client'), 'unavailable', /error invalid_client/],
  [
    'a challenge',
    (r) => r.writeHead(401, { 'www-authenticate': 'Basic realm="secret-realm"' }).end(),
    'unavailable',
    /client refused \(401\)/,
  ],
  ['invalid_request', error(400, 'invalid_request'), 'unavailable', /error invalid_request/],
  ['429', error(429, 'slow_down'), 'unavailable', /answered 429/],
  ['500 with invalid_grant in it', error(500, 'invalid_grant'), 'unavailable', /answered 500/],
  ['503', text(503, ''), 'unavailable', /answered 503/],
  ['a cut connection', (r) => r.destroy(), 'unavailable', /no connection/],
  ['an answer cut in the middle', (r) => cut(r), 'unavailable', /no connection/],
  ['an answer that never comes', () => undefined, 'timeout', /no answer in time/],
  ['an answer that never ends', (r) => trickle(r), 'timeout', /no answer in time/],
];

function cut(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"access_token":');
  setImmediate(() => response.destroy());
}

/** A byte now and then, for ever: an idle timeout alone would never strike. */
function trickle(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
}

/** Token answers that are well-formed but for one property. */
const ODD_TOKENS: [string, Json, RegExp][] = [
  ['no access token', { access_token: undefined }, /"access_token"/],
  ['an empty access token', { access_token: '' }, /"access_token"/],
  ['an access token that is an object', { access_token: { secret: 1 } }, /"access_token"/],
  ['an access token with a line break', { access_token: 'secret-\r\nHost: attacker' }, /access_token is not printable/],
  ['an empty refresh token', { refresh_token: '' }, /"refresh_token"/],
  ['a refresh token that is a number', { refresh_token: 1 }, /"refresh_token"/],
  ['no token type', { token_type: undefined }, /"token_type"/],
  ['token type MAC', { token_type: 'MAC' }, /token_type/],
  ['token type DPoP', { token_type: 'DPoP' }, /token_type is not Bearer/],
  ['expires_in below zero', { expires_in: -1 }, /"expires_in"/],
  ['expires_in that is no number', { expires_in: 'secret-soon' }, /"expires_in"/],
  ['expires_in null', { expires_in: null }, /"expires_in"/],
  ['a scope that is a list', { scope: ['wiki.read'] }, /"scope"/],
];

describe.each(KINDS)('answers to the $name provider', (kind) => {
  describe.each([
    ['exchange', exchange],
    ['refresh', refresh],
  ] as const)('at %s', (operation, run) => {
    test.each(HOSTILE)('T33: %s', async (_name, answer, failure, detail) => {
      byzantine.answers = { token: answer };
      const started = Date.now();
      await expectRefusal(run(kind, patience(failure)), failure, new RegExp(`^${operation}: .*${detail.source}`));
      expect(Date.now() - started).toBeLessThan(5000);
      expect(byzantine.received.filter(({ path }) => path.startsWith('/thief/'))).toEqual([]);
    });

    test.each(ODD_TOKENS)('T33: %s', async (_name, tokens, detail) => {
      byzantine.tokens = tokens;
      await expectRefusal(run(kind), 'invalid_response', detail);
    });

    test('T33: an endless answer is cut off after 64 KB and what was under way', async () => {
      const written = { bytes: 0 };
      byzantine.answers = { token: (response) => flood(response, written) };
      await expectRefusal(run(kind), 'invalid_response', /answer too large/);
      expect(written.bytes).toBeLessThan(8 * 1024 * 1024);
    });

    test('T33: a small answer that unpacks to 100 MB is cut off, and memory stays flat', async () => {
      byzantine.answers = {
        token: (response) =>
          response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(BOMB),
      };
      const before = process.memoryUsage().rss;
      await expectRefusal(run(kind), 'invalid_response', /answer too large/);
      expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
    });

    test('without expires_in nothing is claimed about the end', async () => {
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
      expect(Math.abs(expiresAt - before - seconds * 1000)).toBeLessThan(2000);
    });

    test('without a scope in the answer, it is the one asked for', async () => {
      byzantine.tokens = { scope: undefined };
      expect((await run(kind)).scope).toContain('wiki.read');
    });
  });

  test('T33: fewer scopes than asked for are no sign-in', async () => {
    byzantine.tokens = { scope: 'openid profile wiki.write' };
    await expectRefusal(exchange(kind), 'invalid_response', /fewer scopes/);
  });

  test('fewer scopes at a refresh: only a new sign-in helps', async () => {
    byzantine.tokens = { scope: 'openid' };
    await expectRefusal(refresh(kind), 'invalid_grant', /fewer scopes/);
  });

  test('no refresh token is fine at an exchange', async () => {
    byzantine.tokens = { refresh_token: undefined };
    expect(await exchange(kind)).not.toHaveProperty('refreshToken');
  });

  test('no refresh token at a refresh keeps the old one', async () => {
    byzantine.tokens = { refresh_token: undefined };
    expect(await refresh(kind)).toMatchObject({
      refreshToken: 'secret-old-refresh-token',
      accessToken: 'secret-access-token',
    });
  });

  test.each(['interaction_required', 'login_required', 'consent_required'])(
    'T58: %s at a refresh: only a new sign-in helps',
    async (code) => {
      byzantine.answers = { token: error(400, code) };
      await expectRefusal(refresh(kind), 'invalid_grant', new RegExp(`^refresh: error ${code}$`));
    },
  );

  describe('an ID token at a refresh', () => {
    test('of the same account is fine, without nonce too', async () => {
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

    test('T29: with a bad signature is refused', async () => {
      byzantine.idToken = `${(await goodIdToken(kind, {})).slice(0, -8)}AAAAAAAA`;
      await expectRefusal(refresh(kind), 'invalid_response', /signature verification failed/);
    });
  });

  describe('revoke', () => {
    const revoke = (change: Change = {}) => kind.build(byzantine.origin, change).revoke(linked(kind), asker);
    const revocations = () =>
      byzantine.received.filter(({ path }) => path.endsWith('/revoke')).map(({ form }) => form.get('token'));

    test('sends the refresh token first, then the access token', async () => {
      const before = revocations().length;
      await revoke();
      expect(revocations().slice(before)).toEqual(['secret-old-refresh-token', 'secret-old-access-token']);
    });

    test('is done where the provider has no revocation endpoint, as Entra has none', async () => {
      byzantine.metadata = { revocation_endpoint: undefined };
      const before = revocations().length;
      await revoke();
      expect(revocations().length).toBe(before);
    });

    test('is done where the provider can’t revoke that type', async () => {
      byzantine.answers = { revoke: error(400, 'unsupported_token_type') };
      await revoke();
    });

    test('sends nothing to another issuer than the one that granted', async () => {
      const before = byzantine.received.length;
      const foreign = { ...linked(kind), issuer: 'https://attacker.example' };
      await kind.build(byzantine.origin).revoke(foreign, asker);
      expect(byzantine.received.length).toBe(before);
    });

    test.each<[string, Answer, ProviderFailure, RegExp]>([
      ['refuses the client', error(401, 'invalid_client'), 'unavailable', /^revoke: error invalid_client$/],
      ['is down', text(503, ''), 'unavailable', /^revoke: answered 503$/],
      ['is silent', () => undefined, 'timeout', /^revoke: no answer in time$/],
    ])('says so where the provider %s', async (_name, answer, failure, detail) => {
      byzantine.answers = { revoke: answer };
      await expectRefusal(revoke(patience(failure)), failure, detail);
    });
  });
});

/** Writes as fast as it is read, and counts. */
function flood(response: ServerResponse, written: { bytes: number }): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const chunk = Buffer.alloc(64 * 1024, ' ');
  const more = () => {
    let room = !response.destroyed;
    while (room) {
      room = response.write(chunk);
      written.bytes += chunk.length;
    }
  };
  response.on('drain', more);
  more();
}
