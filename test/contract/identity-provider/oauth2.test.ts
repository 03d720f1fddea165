import { afterEach, describe, expect, test } from '@jest/globals';
import { exportPKCS8, generateKeyPair } from 'jose';
import {
  type Credential,
  type IdentityProvider,
  ProviderError,
  type ProviderFailure,
} from '../../../bot/sign-in/providers/identity-provider.ts';
import { oauth2Provider } from '../../../bot/sign-in/providers/oauth2/provider.ts';
import { oauth2Settings } from '../../../bot/sign-in/providers/oauth2/settings.ts';
import { signInByPages } from '../../../local/identity-provider/user-agent/sign-in.ts';
import type { ClientAuthentication } from '../../../local/oauth2/service.ts';
import { ADA, CLIENT, PASSWORD } from '../../../local/people.ts';
import { type RunningService, type ServiceOptions, startService } from '../../support/oauth2/server.ts';
import { plain } from '../../support/oauth2/services/plain.ts';
import { json } from '../../support/provider/byzantine-provider.ts';
import { askerOf, begin, expectRefusal, REDIRECT_URI, revocationOf, signIn } from './flow.ts';
import { textResponse } from './hostile/hostile.ts';
import { OAUTH2, USER_AGENT } from './kinds.ts';
import { signInAt, startByzantine } from './stand-in.ts';

/* The settings of the type oauth2, at a provider that is strict, and at one that answers as a test tells it to. */

const byzantine = await startByzantine();
const asker = askerOf(ADA);

function settingsAt(origin: string, change: object = {}) {
  return oauth2Settings.parse({
    type: 'oauth2',
    authorizationUrl: `${origin}/oauth2/authorize`,
    tokenUrl: `${origin}/oauth2/token`,
    revocationUrl: `${origin}/oauth2/revoke`,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    scopes: ['wiki.read'],
    account: { url: `${origin}/api/user`, id: '/id', name: '/login' },
    ...change,
  });
}

function build(origin: string, change: object = {}): IdentityProvider {
  return oauth2Provider({ ...settingsAt(origin, change), allowInsecureLoopback: true, userAgent: USER_AGENT });
}

describe('at a strict provider', () => {
  const started: RunningService[] = [];
  const start = async (options: Partial<ServiceOptions> = {}) => {
    const service = await startService(plain, { redirectUris: [REDIRECT_URI], ...options });
    started.push(service);
    return service;
  };
  afterEach(() => Promise.all(started.splice(0).map((service) => service.close())));

  describe('client authentication', () => {
    const clientSecret = 'a secret: 50% of +/&=é';
    const WITH_SECRET = ['client_secret_basic', 'client_secret_basic_raw', 'client_secret_post'] as const;
    const pairs = WITH_SECRET.flatMap((registered) => WITH_SECRET.map((used) => [registered, used] as const));

    test.each(pairs)('registered for %s, sent as %s', async (registered, clientAuthentication) => {
      const { url } = await start({ clientAuthentication: registered, clientSecret });
      const provider = build(url, { clientAuthentication, clientSecret });
      if (registered === clientAuthentication) {
        const { credential } = await signIn(provider, 'ada');
        const renewed = await provider.refresh(credential, asker);
        expect(await provider.revoke(renewed, asker)).toEqual({ outcome: 'revoked' });
      } else await expectRefusal(signIn(provider, 'ada'), 'unavailable', /^exchange: error invalid_client$/);
    });

    test('a public client sends its id alone', async () => {
      const { url } = await start({ clientAuthentication: 'none' });
      const provider = build(url, { clientAuthentication: 'none', clientSecret: '' });
      const { credential } = await signIn(provider, 'ada');
      await provider.refresh(credential, asker);
    });

    test.each(['RS256', 'ES256'])('private_key_jwt with %s: a new assertion each time, and no secret', async (alg) => {
      const [{ privateKey, publicKey }, other] = [
        await generateKeyPair(alg, { extractable: true }),
        await generateKeyPair(alg, { extractable: true }),
      ];
      const { url } = await start({ clientAuthentication: 'private_key_jwt' as ClientAuthentication, publicKey });
      const signedBy = async (key: typeof privateKey) =>
        build(url, { clientAuthentication: 'private_key_jwt', clientSecret: '', privateKey: await exportPKCS8(key) });
      const provider = await signedBy(privateKey);
      const { credential } = await signIn(provider, 'ada');
      const renewed = await provider.refresh(credential, asker);
      expect(await provider.revoke(renewed, asker)).toEqual({ outcome: 'revoked' });
      const wrong = signIn(await signedBy(other.privateKey), 'ada');
      await expectRefusal(wrong, 'unavailable', /^exchange: error invalid_client$/);
    });
  });

  test('T28: without PKCE the service returns no code', async () => {
    const { url } = await start();
    const begun = await begin(build(url, { pkce: 'none' }));
    expect([...begun.url.searchParams.keys()].filter((name) => name.startsWith('code_'))).toEqual([]);
    const pages = { authorizationUrl: begun.url.href, username: 'ada', password: PASSWORD };
    const { callbackUrl } = await signInByPages(pages);
    expect(new URL(callbackUrl).searchParams.get('error')).toBe('invalid_request');
  });

  test('the service refuses JSON if it expects a form', async () => {
    const { url } = await start();
    const refused = signIn(build(url, { tokenRequestFormat: 'json' }), 'ada');
    await expectRefusal(refused, 'unavailable', /^exchange: error invalid_request$/);
  });

  test('T30: an iss that the configuration does not name is refused, and the log says what to set', async () => {
    const service = await start({ iss: true });
    const refused = signIn(build(service.url), 'ada');
    await expectRefusal(refused, 'invalid_response', /^exchange: the provider sends iss: set signIn.issuer/);
    expect(service.requests('token:authorization_code')).toEqual({ ok: 0, refused: 0 });
    const { credential } = await signIn(build(service.url, { issuer: service.issuer }), 'ada');
    expect(credential.issuer).toBe(service.issuer);
  });

  test('T62: without revocationUrl the provider sends no request, and the log says so', async () => {
    const service = await start();
    const provider = build(service.url, { revocationUrl: undefined });
    const { credential } = await signIn(provider, 'ada');
    expect(await provider.revoke(credential, asker)).toMatchObject({ outcome: 'unsupported' });
    expect(service.requests('revocation')).toEqual({ ok: 0, refused: 0 });
  });
});

describe('the authorization request', () => {
  test('has the scopes under their name, with their separator, and the configured parameters', async () => {
    const { url, expected } = await begin(
      build(byzantine.origin, {
        scopes: ['one', 'two'],
        scopeParameter: 'user_scope',
        scopeSeparator: ',',
        authorizationUrl: `${byzantine.origin}/oauth2/authorize?team=T0`,
        authorizationParameters: { audience: 'api.example.com', prompt: 'consent' },
      }),
    );
    expect(Object.fromEntries(url.searchParams)).toEqual({
      team: 'T0',
      response_type: 'code',
      client_id: CLIENT.id,
      redirect_uri: REDIRECT_URI,
      user_scope: 'one,two',
      state: expected.oauthState,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      audience: 'api.example.com',
      prompt: 'consent',
    });
  });

  test('without scopes there is no parameter for them', async () => {
    const { url } = await begin(build(byzantine.origin, { scopes: [] }));
    expect(url.searchParams.has('scope')).toBe(false);
  });
});

const received = (path: string) => byzantine.received.filter((each) => each.path === path);

async function exchange(change: object = {}): Promise<Credential> {
  const provider = build(byzantine.origin, change);
  return (await signInAt(byzantine, OAUTH2, { provider, iss: undefined })).credential;
}

describe('the token request', () => {
  test('has the configured parameters at the exchange and at the refresh', async () => {
    const change = { tokenParameters: { audience: 'api.example.com', expires_in: '600' } };
    const credential = await exchange(change);
    await build(byzantine.origin, change).refresh(credential, asker);
    const [exchanged, refreshed] = received('/oauth2/token').slice(-2);
    for (const request of [exchanged, refreshed])
      expect(Object.fromEntries(request?.form ?? [])).toMatchObject({ audience: 'api.example.com', expires_in: '600' });
    expect(exchanged?.form.get('grant_type')).toBe('authorization_code');
    expect(refreshed?.form.get('grant_type')).toBe('refresh_token');
  });

  test('is JSON where that is configured', async () => {
    await exchange({ tokenRequestFormat: 'json', clientAuthentication: 'client_secret_post' });
    expect(JSON.parse(received('/oauth2/token').at(-1)?.body ?? '')).toMatchObject({
      grant_type: 'authorization_code',
      code: 'secret-code',
      redirect_uri: REDIRECT_URI,
      client_id: CLIENT.id,
      client_secret: CLIENT.secret,
    });
  });
});

describe('the token answer', () => {
  const answer = (body: unknown, status = 200): void => {
    byzantine.responses = { token: (response) => json(response, status, body) };
  };

  test.each<[string, object, object, object]>([
    [
      'at other places',
      { token: { accessToken: '/data/0/token', refreshToken: '/data/0/again', expiresIn: '/ttl', scope: '/may' } },
      { token_type: 'bearer', data: [{ token: 'secret-a', again: 'secret-r' }], ttl: '60', may: ['wiki.read', 'more'] },
      { accessToken: 'secret-a', refreshToken: 'secret-r', expiresAt: expect.any(Number), scope: 'wiki.read more' },
    ],
    [
      'with only a token, whose type is ignored',
      { token: { ignoreType: true } },
      { access_token: 'secret-a', id_token: 'secret.id.token' },
      { accessToken: 'secret-a', scope: 'wiki.read' },
    ],
    [
      'with scopes between commas',
      {},
      { access_token: 'secret-a', token_type: 'Bearer', scope: 'wiki.read,more' },
      { scope: 'wiki.read more' },
    ],
  ])('%s', async (_name, change, body, expected) => {
    answer(body);
    expect(await exchange(change)).toMatchObject(expected);
  });

  test.each<[string, object, object, number, ProviderFailure, RegExp]>([
    ['an error in a 200', {}, { ok: false, error: 'invalid_code' }, 200, 'invalid_grant', /error invalid_grant$/],
    ['an error beside a token', {}, { error: 'x', access_token: 'secret-a' }, 200, 'unavailable', /another kind$/],
    [
      'an error elsewhere',
      { token: { error: '/code' } },
      { code: 'invalid_client' },
      400,
      'unavailable',
      /invalid_client$/,
    ],
    [
      'an error that the configuration explains',
      { token: { endedErrors: ['expired_session'] } },
      { error: 'expired_session' },
      401,
      'invalid_grant',
      /error invalid_grant$/,
    ],
  ])('%s', async (_name, change, body, status, failure, detail) => {
    answer(body, status);
    await expectRefusal(exchange(change), failure, detail);
  });
});

describe('the account', () => {
  const account = { url: `${byzantine.origin}/api/user`, id: '/id', name: '/login', email: '/email' };
  const user = (body: unknown): void => {
    byzantine.responses = { user: (response) => json(response, 200, body) };
  };

  test('the provider asks with the new token, the configured headers, and a User-Agent', async () => {
    await exchange({ account: { ...account, headers: { 'X-Version': '2026-01-01' } } });
    expect(received('/api/user').at(-1)).toMatchObject({
      method: 'GET',
      authorization: 'Bearer secret-access-token',
      userAgent: USER_AGENT,
    });
  });

  test('the provider asks by POST if the API requires it', async () => {
    await exchange({ account: { ...account, method: 'POST' } });
    expect(received('/api/user').at(-1)).toMatchObject({
      method: 'POST',
      body: '{}',
      authorization: 'Bearer secret-access-token',
    });
  });

  test.each<[string, unknown, object]>([
    ['a number for an id', { id: 7, login: 'ada' }, { name: 'ada', subject: '7' }],
    [
      'an e-mail address where there is no name',
      { id: 'a', email: 'a@b.example' },
      { name: 'a@b.example', subject: 'a' },
    ],
    ['neither', { id: 'a' }, { name: 'a', unnamed: true, subject: 'a' }],
    ['T38: a name with direction marks', { id: 'a', login: '\u202Eada\n' }, { name: 'ada', subject: 'a' }],
  ])('%s', async (_name, body, expected) => {
    user(body);
    expect((await exchange({ account })).account).toEqual(expected);
  });

  test('without an address, the account is read from the token answer', async () => {
    byzantine.tokens = { owner: { user: { id: 'u-1', name: 'Ada' } } };
    const before = received('/api/user').length;
    const credential = await exchange({ account: { id: '/owner/user/id', name: '/owner/user/name' } });
    expect(credential.account).toEqual({ name: 'Ada', subject: 'u-1' });
    expect(received('/api/user').length).toBe(before);
  });

  // hostile/answers.test.ts has what every API may answer.
  test.each<[string, unknown]>([
    ['null', null],
    ['an object', {}],
    ['an id that can’t be seen', '\u200B'],
    ['an id that is endless', 'x'.repeat(5000)],
  ])('T33: %s is no id, and the log names the setting', async (_name, id) => {
    user({ id });
    await expectRefusal(exchange(), 'invalid_response', /there is no id at account.id \(\/id\)$/);
  });
});

test('T97: tokens that are left to revoke after an outage', async () => {
  byzantine.responses = { revoke: textResponse(503, '') };
  const credential = await exchange();
  const revoked = revocationOf(build(byzantine.origin).revoke(credential, asker));
  await expect(revoked).rejects.toThrow(ProviderError);
});

describe('options', () => {
  const good = 'https://provider.example';
  const bad = 'http://provider.example';
  const options = { allowInsecureLoopback: false, userAgent: 'test' };

  test.each<[string, object]>([
    ['authorizationUrl', { authorizationUrl: bad }],
    ['tokenUrl', { tokenUrl: 'https://a:secret-c@provider.example' }],
    ['revocationUrl', { revocationUrl: 'https://localhost/revoke' }],
    ['account.url', { account: { url: bad, id: '/id' } }],
    ['site.url', { site: { url: bad, id: '/id' } }],
  ])('T9: %s that is not safe is refused by name, without a secret', (name, change) => {
    const build = () => oauth2Provider({ ...settingsAt(good, change), ...options });
    expect(build).toThrow(`oauth2 provider: ${name} must be an https URL`);
    expect(build).not.toThrow(/secret-/);
  });

  test.each(['no key at all', '-----BEGIN PRIVATE KEY-----\nsecret-\n-----END PRIVATE KEY-----'])(
    'an unreadable private key is refused, and the message repeats no part of it',
    (privateKey) => {
      const change = { clientAuthentication: 'private_key_jwt', privateKey };
      const build = () => oauth2Provider({ ...settingsAt(good, change), ...options });
      expect(build).toThrow(/^privateKey: must be a private key as PEM/);
      expect(build).not.toThrow(/secret-|no key/);
    },
  );

  const valid = settingsAt(good);
  test.each<[string, object, string]>([
    ['no account', { account: undefined }, 'account'],
    ['a pointer that is none', { account: { id: 'id' } }, 'account.id'],
    ['a token pointer that is none', { token: { accessToken: 'access_token' } }, 'token.accessToken'],
    ['a secret that is missing', { clientSecret: '' }, 'clientSecret'],
    ['a key that is missing', { clientAuthentication: 'private_key_jwt' }, 'privateKey'],
    ['a key that is not used', { privateKey: 'secret-' }, 'privateKey'],
    ['T28: a public client without PKCE', { clientAuthentication: 'none', pkce: 'none' }, 'pkce'],
    ['T28: a parameter of the bot', { authorizationParameters: { state: 'x' } }, 'authorizationParameters.state'],
    ['all parameters in one', { authorizationParameters: { request: 'x' } }, 'authorizationParameters.request'],
    ['the scopes twice', { authorizationParameters: { scope: 'x' } }, 'authorizationParameters.scope'],
    ['a token parameter of the bot', { tokenParameters: { code: 'x' } }, 'tokenParameters.code'],
    ['the scopes in place of the state', { scopeParameter: 'state' }, 'scopeParameter'],
    ['another separator', { scopeSeparator: ';' }, 'scopeSeparator'],
    ['site.address alone', { site: { id: '/id', address: '/url' } }, 'site.only'],
    ['site.only alone', { site: { id: '/id', only: good } }, 'site.only'],
    [
      'the token as a header',
      { account: { id: '/id', headers: { Authorization: 'x' } } },
      'account.headers.Authorization',
    ],
    ['a header of two lines', { account: { id: '/id', headers: { 'X-A': 'a\nb' } } }, 'account.headers.X-A'],
    ['a field that is not known', { tokenEndpoint: good }, ''],
  ])('%s: the problem names the field', (_name, change, path) => {
    const { success, error } = oauth2Settings.safeParse({ ...valid, ...change });
    expect(success).toBe(false);
    expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
    expect(JSON.stringify(error?.issues)).not.toContain('secret-');
  });
});
