import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { entraProvider } from '../../bot/sign-in/providers/entra.ts';
import type { ProviderFailure } from '../../bot/sign-in/providers/identity-provider.ts';
import { oidcProvider } from '../../bot/sign-in/providers/oidc.ts';
import { ADA, CLIENT } from '../../local/people.ts';
import { ByzantineProvider, type Json, json, type Reply } from '../support/byzantine-provider.ts';
import { askerOf, begin, expectRefusal, REDIRECT_URI } from './identity-provider-flow.ts';
import { type Change, KINDS, type Kind, SCOPES } from './identity-provider-kinds.ts';

let byzantine: ByzantineProvider;
beforeAll(async () => {
  byzantine = await ByzantineProvider.start();
});
afterAll(() => byzantine.close());
afterEach(() => {
  byzantine.reset();
  jest.restoreAllMocks();
});

const HASTY: Change = { timeouts: { exchange: 400, refresh: 400 } };
/** Little where a timeout is wanted, the usual where a busy machine must not cause one. */
const patience = (failure: ProviderFailure): Change => (failure === 'timeout' ? HASTY : {});
const discoveries = () => byzantine.count('openid-configuration');

/** With the size of its body. */
function sized(response: ServerResponse, body: Json): void {
  const text = JSON.stringify(body);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  response.writeHead(200, headers).end(text);
}

/** A whole sign-in whose ID token is as it should be. */
async function signIn(
  kind: Kind,
  provider = kind.build(byzantine.origin),
  iss: { iss?: string | undefined } = {},
  sign: (claims: Json) => Promise<string> = (claims) => byzantine.sign(claims),
) {
  const { expected } = await begin(provider);
  const now = Math.floor(Date.now() / 1000);
  const standard = {
    iss: kind.issuer(byzantine.origin),
    aud: CLIENT.id,
    sub: 'ada-over-there',
    iat: now,
    exp: now + 3600,
  };
  byzantine.idToken = await sign({ ...standard, nonce: expected.nonce, ...kind.claims });
  const response = { code: 'secret-code', oauthState: expected.oauthState, iss: expected.issuer, ...iss };
  return provider.exchange(response, expected);
}

describe.each(KINDS)('discovery by the $name provider', (kind) => {
  test('happens once for all who ask at the same time, and is remembered', async () => {
    const provider = kind.build(byzantine.origin);
    const before = discoveries();
    await Promise.all([begin(provider), begin(provider), begin(provider)]);
    await begin(provider);
    expect(discoveries() - before).toBe(1);
  });

  test('is repeated after a day', async () => {
    const provider = kind.build(byzantine.origin);
    await begin(provider);
    const before = discoveries();
    const tomorrow = performance.now() + 24 * 3600 * 1000;
    jest.spyOn(performance, 'now').mockReturnValue(tomorrow);
    await begin(provider);
    expect(discoveries() - before).toBe(1);
  });

  test('that failed is not remembered', async () => {
    const provider = kind.build(byzantine.origin);
    byzantine.responses = { 'openid-configuration': (response) => response.writeHead(503).end() };
    await expectRefusal(begin(provider), 'unavailable', /^authorize: discovery: answered 503$/);
    byzantine.reset();
    await begin(provider);
  });

  test.each<[string, Reply, RegExp, ProviderFailure]>([
    [
      'HTML',
      (r) => r.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      /content-type/,
      'invalid_response',
    ],
    [
      'a redirect to no address',
      (r) => r.writeHead(302, { location: 'http://[' }).end(),
      /no address/,
      'invalid_response',
    ],
    ['a redirect for ever', (r) => r.writeHead(302, { location: '?' }).end(), /a redirect \(302\)/, 'invalid_response'],
    ['404', (r) => json(r, 404, {}), /status code \(404\)/, 'invalid_response'],
    ['nothing, ever', () => undefined, /no answer in time/, 'timeout'],
    [
      'more than 1 MB',
      (r) => sized(r, { issuer: 'x'.repeat(1_100_000) }),
      /the discovery document is larger than 1 MB: 1\.1 MB$/,
      'invalid_response',
    ],
  ])('T33: answered with %s is refused', async (_name, response, detail, failure) => {
    byzantine.responses = { 'openid-configuration': response };
    await expectRefusal(begin(kind.build(byzantine.origin, patience(failure))), failure, detail);
  });

  test.each<[string, Json, RegExp]>([
    ['another issuer', { issuer: 'https://attacker.example' }, /issuer/],
    ['no issuer', { issuer: undefined }, /"issuer"/],
    [
      'an authorization endpoint in script',
      { authorization_endpoint: 'javascript:alert(1)' },
      /authorization_endpoint/,
    ],
    ['a token endpoint in clear', { token_endpoint: 'http://attacker.example/token' }, /token_endpoint/],
    [
      'a token endpoint that only looks like loopback',
      { token_endpoint: 'http://127.0.0.1.attacker.example/' },
      /token_endpoint/,
    ],
    ['a user in a URL', { token_endpoint: 'https://me:secret-@login.example/token' }, /token_endpoint/],
    ['keys in clear', { jwks_uri: 'http://attacker.example/jwks' }, /jwks_uri/],
    ['no keys', { jwks_uri: undefined }, /jwks_uri/],
    ['null for its keys', { jwks_uri: null }, /jwks_uri/],
    [
      'a revocation endpoint in clear',
      { revocation_endpoint: 'http://attacker.example/revoke' },
      /revocation_endpoint/,
    ],
    ['a token endpoint that is a list', { token_endpoint: ['https://attacker.example'] }, /token_endpoint/],
    [
      'no way to authenticate',
      { token_endpoint_auth_methods_supported: ['private_key_jwt'] },
      /authenticate the client/,
    ],
    ['nonsense for the ways to authenticate', { token_endpoint_auth_methods_supported: 5 }, /can’t be read/],
  ])('with %s is refused', async (_name, metadata, detail) => {
    byzantine.metadata = metadata;
    await expectRefusal(begin(kind.build(byzantine.origin)), 'invalid_response', detail);
  });

  test.each([null, ''])('optional members that are %j are absent', async (empty) => {
    byzantine.metadata = {
      revocation_endpoint: empty,
      userinfo_endpoint: empty,
      authorization_response_iss_parameter_supported: empty,
      id_token_signing_alg_values_supported: empty,
      code_challenge_methods_supported: empty,
      token_endpoint_auth_methods_supported: empty,
    };
    expect((await signIn(kind, undefined, { iss: undefined })).credential.accessToken).toBe('secret-access-token');
  });

  test('with its own issuer spelt otherwise is refused: ID tokens are compared to the letter', async () => {
    byzantine.metadata = { issuer: kind.issuer(byzantine.origin).replace('http://localhost', 'HTTP://LOCALHOST') };
    await expectRefusal(begin(kind.build(byzantine.origin)), 'invalid_response', /discovery: another issuer/);
  });

  test.each<[string, readonly string[] | undefined | null, RegExp | undefined, string | null]>([
    ['post where both are supported', ['client_secret_basic', 'client_secret_post'], undefined, CLIENT.secret],
    ['basic where only that is', ['client_secret_basic'], /^Basic /, null],
    ['basic where the metadata say nothing', undefined, /^Basic /, null],
    ['basic where the metadata say null', null, /^Basic /, null],
  ])('the client authenticates by %s', async (_name, methods, authorization, secret) => {
    byzantine.metadata = { token_endpoint_auth_methods_supported: methods };
    await signIn(kind);
    const request = byzantine.received.filter(({ path }) => path.endsWith('/token')).at(-1);
    if (authorization) expect(request?.authorization).toMatch(authorization);
    else expect(request?.authorization).toBeUndefined();
    expect(request?.form.get('client_secret')).toBe(secret);
  });
});

describe('how the client authenticates', () => {
  const oidc = KINDS[1] as Kind;
  const tokenRequests = () => byzantine.received.filter(({ path }) => path.endsWith('/token'));
  const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  const both = { token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'] };
  /** A provider at which the client is registered for Basic. */
  const basicAlone = (refusal: Reply) => {
    byzantine.metadata = both;
    byzantine.responses.token = (response, { authorization, path }) =>
      authorization ? byzantine.respondWell(response, path) : refusal(response, undefined as never);
  };

  test.each<[string, Reply]>([
    ['invalid_client', (r) => json(r, 401, { error: 'invalid_client' })],
    ['invalid_client with status 200', (r) => json(r, 200, { error: 'invalid_client' })],
    ['unauthorized_client', (r) => json(r, 400, { error: 'unauthorized_client' })],
    ['401 and a challenge', (r) => r.writeHead(401, { 'www-authenticate': 'Basic realm="secret-"' }).end()],
  ])('T33: %s: the other listed method is tried once, and remembered', async (_name, refusal) => {
    basicAlone(refusal);
    const provider = oidc.build(byzantine.origin);
    const before = tokenRequests().length;
    const { credential } = await signIn(oidc, provider);
    expect(tokenRequests().slice(before)).toMatchObject([
      { authorization: undefined },
      { authorization: basic(CLIENT.id, CLIENT.secret) },
    ]);
    expect(tokenRequests().at(-1)?.form.get('client_secret')).toBeNull();
    byzantine.idToken = undefined;
    await provider.refresh(credential, askerOf(ADA));
    expect(tokenRequests().length - before).toBe(3);
  });

  test('a secret that both methods refuse is told as the client, after two tries', async () => {
    byzantine.metadata = both;
    byzantine.responses.token = (r) => json(r, 401, { error: 'invalid_client' });
    const before = tokenRequests().length;
    await expectRefusal(signIn(oidc), 'unavailable', /error invalid_client/);
    expect(tokenRequests().length - before).toBe(2);
  });

  test('a refused code is not sent again', async () => {
    byzantine.metadata = both;
    byzantine.responses.token = (r) => json(r, 400, { error: 'invalid_grant' });
    const before = tokenRequests().length;
    await expectRefusal(signIn(oidc), 'invalid_grant', /error invalid_grant/);
    expect(tokenRequests().length - before).toBe(1);
  });

  test('the setting counts, whatever the provider lists', async () => {
    byzantine.metadata = { token_endpoint_auth_methods_supported: ['private_key_jwt'] };
    await signIn(oidc, oidc.build(byzantine.origin, { clientAuthentication: 'client_secret_post' }));
    expect(tokenRequests().at(-1)?.form.get('client_secret')).toBe(CLIENT.secret);
    await signIn(oidc, oidc.build(byzantine.origin, { clientAuthentication: 'client_secret_basic' }));
    expect(tokenRequests().at(-1)?.authorization).toBe(basic(CLIENT.id, CLIENT.secret));
  });

  test('none: a public client sends its id, and no secret', async () => {
    await signIn(oidc, oidc.build(byzantine.origin, { clientAuthentication: 'none', clientSecret: '' }));
    const { form, authorization } = tokenRequests().at(-1) ?? {};
    expect([form?.get('client_id'), form?.get('client_secret'), authorization]).toEqual([CLIENT.id, null, undefined]);
  });

  test.each([
    ['client_secret_basic', 'client-secret_1-2.3~4', 'client-secret_1-2.3~4'],
    ['client_secret_basic', "client-secret a+b/c=d%:é!*'()", 'client-secret+a%2Bb%2Fc%3Dd%25%3A%C3%A9%21%2A%27%28%29'],
    ['client_secret_basic_raw', 'client-secret a+b/c=d%:é', 'client-secret a+b/c=d%:é'],
  ] as const)('%s: the secret %s is sent as it has to be', async (clientAuthentication, clientSecret, sent) => {
    await signIn(oidc, oidc.build(byzantine.origin, { clientAuthentication, clientSecret }));
    expect(tokenRequests().at(-1)?.authorization).toBe(basic(CLIENT.id, sent));
  });
});

describe.each(KINDS)('documents behind a redirect, and the $name provider', (kind) => {
  /** Every document has moved to `<origin>/moved/<its path>`, or to another origin. */
  const moved = (origin: string) => {
    const { responses } = byzantine;
    for (const name of ['openid-configuration', 'jwks']) {
      responses[name] = (response, { path }) => {
        if (path.startsWith('/moved/')) byzantine.respondWell(response, path.slice('/moved'.length));
        else response.writeHead(301, { location: `${origin}/moved${path}` }).end();
      };
    }
  };

  test('of the same origin: people sign in', async () => {
    moved('');
    expect((await signIn(kind)).credential.accessToken).toBe('secret-access-token');
  });

  test('T33: of another origin: refused, and the log says where it points', async () => {
    const before = byzantine.received.length;
    moved(byzantine.origin.replace('localhost', '127.0.0.1'));
    const port = new URL(byzantine.origin).port;
    const detail = new RegExp(`the discovery document: a redirect to another origin, http://127\\.0\\.0\\.1:${port}$`);
    await expectRefusal(signIn(kind), 'invalid_response', detail);
    expect(byzantine.received.length).toBe(before + 1);
  });
});

describe.each(KINDS)('large documents, and the $name provider', (kind) => {
  test('of nearly 1 MB are read', async () => {
    byzantine.metadata = { example: 'x'.repeat(1_000_000) };
    byzantine.keys = [byzantine.jwk, { kty: 'RSA', kid: 'x'.repeat(1_000_000) }];
    expect((await signIn(kind)).credential.accessToken).toBe('secret-access-token');
  });
});

describe.each(KINDS)('keys for the $name provider', (kind) => {
  test('are fetched once for many sign-ins', async () => {
    const provider = kind.build(byzantine.origin);
    const before = byzantine.count('jwks');
    await signIn(kind, provider);
    await signIn(kind, provider);
    expect(byzantine.count('jwks') - before).toBe(1);
  });

  test('T29: that were rotated are found, once a minute has passed', async () => {
    const provider = kind.build(byzantine.origin);
    await signIn(kind, provider);
    byzantine.keys = [{ ...byzantine.jwk, kid: 'key-2' }];
    const sign = (claims: Json) => byzantine.sign(claims, { kid: 'key-2' });
    await expectRefusal(signIn(kind, provider, {}, sign), 'invalid_response', /no applicable keys/);
    const later = Date.now() + 61_000;
    jest.spyOn(Date, 'now').mockReturnValue(later);
    await signIn(kind, provider, {}, sign);
  });

  test.each<[string, Reply, RegExp, ProviderFailure]>([
    ['an outage', (r) => r.writeHead(503).end(), /answered 503/, 'unavailable'],
    ['nothing, ever', () => undefined, /no answer in time/, 'timeout'],
    [
      'HTML',
      (r) => r.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      /content-type/,
      'invalid_response',
    ],
    [
      'more than 1 MB',
      (r) => sized(r, { keys: [{ kid: 'x'.repeat(1_100_000) }] }),
      /the provider’s key set is larger than 1 MB: 1\.1 MB$/,
      'invalid_response',
    ],
    ['no key', (r) => json(r, 200, { keys: [] }), /no applicable keys/, 'invalid_response'],
    [
      'a broken key',
      (r) => json(r, 200, { keys: [{ kty: 'RSA', kid: 'key-1', n: '%', e: '%' }] }),
      /exchange: /,
      'invalid_response',
    ],
    [
      'nonsense',
      (r) => json(r, 200, { keys: [{ kty: 'RSA', kid: 'key-1', key_ops: 5 }] }),
      /exchange: /,
      'invalid_response',
    ],
  ])('T29: answered with %s, nobody is signed in', async (_name, response, detail, failure) => {
    byzantine.responses = { jwks: response };
    await expectRefusal(signIn(kind, kind.build(byzantine.origin, patience(failure))), failure, detail);
  });

  test('T33: one deadline for all of an exchange, however many requests are slow', async () => {
    const slow =
      (received: Reply): Reply =>
      (response, request) =>
        setTimeout(() => received(response, request), 300);
    const provider = kind.build(byzantine.origin, { timeouts: { exchange: 500 } });
    await begin(provider);
    byzantine.responses = {
      jwks: slow((response) => json(response, 200, { keys: byzantine.keys })),
      token: slow((response) =>
        json(response, 200, { access_token: 'secret-a', token_type: 'Bearer', id_token: byzantine.idToken }),
      ),
    };
    await expectRefusal(signIn(kind, provider), 'timeout', /no answer in time/);
  });
});

describe.each(KINDS)('an issuer that does not promise iss, and the $name provider', (kind) => {
  test.each([
    ['absent', undefined],
    ['right', true],
  ])('T30: iss %s is accepted', async (_name, right) => {
    byzantine.metadata = { authorization_response_iss_parameter_supported: undefined };
    const { credential } = await signIn(kind, undefined, { iss: right ? kind.issuer(byzantine.origin) : undefined });
    expect(credential.issuer).toBe(kind.issuer(byzantine.origin));
  });

  test.each([
    ['empty', ''],
    ['another', 'https://attacker.example'],
  ])('T30: iss %s is refused before any token request', async (_name, iss) => {
    byzantine.metadata = { authorization_response_iss_parameter_supported: undefined };
    const before = byzantine.count('token');
    await expectRefusal(signIn(kind, undefined, { iss }), 'invalid_response', /iss is another issuer/);
    expect(byzantine.count('token')).toBe(before);
  });
});

test('with Entra every tenant is discovered by itself, and the 200 used last are remembered', async () => {
  const provider = KINDS[0]?.build(byzantine.origin);
  if (!provider) throw new Error('no entra provider');
  const tenant = (n: number) => ({
    ...askerOf(ADA),
    tenantId: `11111111-aaaa-4aaa-8aaa-${String(n).padStart(12, '0')}`,
  });
  const before = discoveries();
  for (let n = 1; n <= 200; n++) await begin(provider, tenant(n));
  await begin(provider, tenant(1));
  expect(discoveries() - before).toBe(200);
  await begin(provider, tenant(201));
  await begin(provider, tenant(1));
  expect(discoveries() - before).toBe(201);
  await begin(provider, tenant(2));
  expect(discoveries() - before).toBe(202);
});

describe('options', () => {
  const good = { clientId: 'id', clientSecret: 'client-secret', scopes: SCOPES, allowInsecureLoopback: false };
  const authority = 'https://login.microsoftonline.com';
  const issuer = 'https://accounts.example';

  test('a good set of each is accepted', () => {
    entraProvider({ ...good, authority });
    entraProvider({ ...good, authority: 'http://localhost:3979', allowInsecureLoopback: true });
    oidcProvider({ ...good, issuer, scopes: ['openid'] });
  });

  test.each<[string, Json, RegExp]>([
    ['no address', { authority: '' }, /authority must be an https URL/],
    ['http', { authority: 'http://login.example' }, /authority must be an https URL/],
    ['loopback where that is not allowed', { authority: 'http://localhost:3979' }, /authority must be an https URL/],
    ['a tenant', { authority: `${authority}/common` }, /authority must name no tenant/],
    ['a tenant’s id', { authority: `${authority}/${ADA.tenantId}` }, /authority must name no tenant/],
    ['a user', { authority: 'https://me@login.example' }, /authority must be an https URL without a user/],
    ['no client id', { clientId: '' }, /clientId must not be empty/],
    ['no client secret', { clientSecret: '' }, /clientSecret must not be empty/],
  ])('entra with %s is refused at start', (_name, change, message) => {
    expect(() => entraProvider({ ...good, authority, ...change })).toThrow(message);
  });

  test.each<[string, Json, RegExp]>([
    ['http', { issuer: 'http://accounts.example' }, /issuer must be an https URL/],
    ['its discovery document', { issuer: `${issuer}/.well-known/openid-configuration` }, /not its discovery document/],
    ['a query', { issuer: `${issuer}?tenant=1` }, /issuer must have no query or fragment/],
    ['two scopes in one', { scopes: ['openid', 'a b'] }, /scopes must be words/],
  ])('oidc with %s is refused at start', (_name, change, message) => {
    expect(() => oidcProvider({ ...good, issuer, ...change })).toThrow(message);
  });

  test('the scopes without which nobody is signed in are asked for, named or not', async () => {
    const scopesOf = async ({ build }: Kind) => {
      const { url } = await begin(build(byzantine.origin, { scopes: ['wiki.read'] }));
      return url.searchParams.get('scope');
    };
    const [entra, oidc] = KINDS as [Kind, Kind];
    expect(await scopesOf(entra)).toBe('openid profile wiki.read');
    expect(await scopesOf(oidc)).toBe('openid wiki.read');
  });

  test('the message names all that is wrong, and no secret', () => {
    const all = () => oidcProvider({ ...good, issuer: 'ftp://x', clientId: '', scopes: [''] });
    expect(all).toThrow(/^oidc provider: issuer .*; clientId .*; scopes must be words without spaces$/);
    expect(all).not.toThrow(/client-secret/);
  });
});

describe('scopes as Entra spells them', () => {
  const entra = KINDS[0] as Kind;
  const requested = (scope: string) => entra.build(byzantine.origin, { scopes: ['openid', 'profile', scope] });

  test.each([
    ['api://wiki/wiki.read', 'api://wiki/wiki.read'],
    ['api://wiki/wiki.read', 'wiki.read'],
    ['wiki.read', 'openid api://wiki/wiki.read'],
    ['https://graph.microsoft.com/files.read.all', 'https://graph.microsoft.com/Files.Read.All'],
    ['api://wiki/.default', 'api://wiki/whatever'],
  ])('%s is granted by "%s"', async (scope, granted) => {
    byzantine.tokens = { scope: granted };
    expect((await signIn(entra, requested(scope))).credential.scope).toBe(granted);
  });

  test.each([
    ['api://wiki/wiki.read', 'api://other/wiki.read'],
    ['api://wiki/wiki.read', 'wiki.write'],
    ['wiki.read', 'api://wiki/all.wiki.read'],
  ])('T33: %s is not granted by "%s"', async (scope, granted) => {
    byzantine.tokens = { scope: granted };
    await expectRefusal(signIn(entra, requested(scope)), 'insufficient_scope', /fewer scopes/);
  });

  test('T33: elsewhere they count to the letter', async () => {
    const oidc = KINDS[1] as Kind;
    byzantine.tokens = { scope: 'Wiki.Read' };
    await expectRefusal(signIn(oidc), 'insufficient_scope', /fewer scopes/);
  });
});

describe('prompt follows what the provider supports', () => {
  const promptOf = async (name: Kind['name'], listed: unknown, change: Json, selectAccountRefused = false) => {
    const kind = KINDS.find((each) => each.name === name) as Kind;
    byzantine.metadata = { prompt_values_supported: listed };
    const { url } = await kind.build(byzantine.origin, change).authorize({
      asker: askerOf(ADA),
      redirectUri: REDIRECT_URI,
      oauthState: 'state',
      nonce: 'nonce',
      codeChallenge: 'challenge',
      chooseAccount: change.scopes === undefined,
      selectAccountRefused,
    });
    return new URL(url).searchParams.get('prompt');
  };

  test.each([
    ['says nothing', undefined, 'select_account consent'],
    ['lists all', ['none', 'login', 'consent', 'select_account'], 'select_account consent'],
    ['has no account chooser', ['none', 'login', 'consent'], 'login consent'],
    ['knows no consent', ['login', 'select_account'], 'select_account'],
    ['knows neither', ['none'], null],
    ['lists nothing that can be read', 'login', 'select_account consent'],
  ])('a person wants another account, and the provider %s', async (_name, listed, expected) => {
    expect(await promptOf('oidc', listed, {})).toBe(expected);
  });

  test('where select_account was refused, the sign-in page comes', async () => {
    expect(await promptOf('oidc', undefined, {}, true)).toBe('login consent');
    expect(await promptOf('oidc', ['select_account'], {}, true)).toBeNull();
    expect(await promptOf('entra', undefined, {}, true)).toBe('login');
  });

  test('without the wish, no account chooser', async () => {
    expect(await promptOf('oidc', undefined, { scopes: ['openid', 'offline_access'] })).toBe('consent');
    expect(await promptOf('oidc', ['login'], { scopes: ['openid', 'offline_access'] })).toBeNull();
  });
});
