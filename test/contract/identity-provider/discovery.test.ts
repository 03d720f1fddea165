import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { SIGN_IN_TYPES } from '../../../bot/config/sign-in-types.ts';
import { entraProvider } from '../../../bot/sign-in/providers/entra.ts';
import type { ProviderFailure } from '../../../bot/sign-in/providers/identity-provider.ts';
import { oidcProvider } from '../../../bot/sign-in/providers/oidc.ts';
import { ADA, CLIENT } from '../../../local/people.ts';
import { type Json, json, type Reply } from '../../support/provider/byzantine-provider.ts';
import { eventually } from '../../support/world/world.ts';
import { askerOf, begin, expectRefusal } from './flow.ts';
import { ENTRA, KINDS, type Kind, OIDC, SCOPES } from './kinds.ts';
import { type Attempt, signInAt, startByzantine, timeoutsFor } from './stand-in.ts';

const byzantine = await startByzantine();
afterEach(() => void jest.restoreAllMocks());

/** A whole sign-in. */
const signIn = (kind: Kind, attempt: Attempt = {}) => signInAt(byzantine, kind, attempt);
const discoveries = () => byzantine.count('openid-configuration');

/** With the size of its body. */
function tooLarge(response: ServerResponse): void {
  const text = JSON.stringify({ issuer: 'x'.repeat(1_100_000), keys: [] });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  response.writeHead(200, headers).end(text);
}

describe.each(KINDS)('discovery by the $name provider', (kind) => {
  test('happens once for concurrent requests, and is cached', async () => {
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

  test('is not cached after a failure', async () => {
    const provider = kind.build(byzantine.origin);
    byzantine.responses = { 'openid-configuration': (response) => response.writeHead(503).end() };
    await expectRefusal(begin(provider), 'unavailable', /^authorize: discovery: answered 503$/);
    byzantine.reset();
    await begin(provider);
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
    expect((await signIn(kind, { iss: undefined })).credential.accessToken).toBe('secret-access-token');
  });

  test('refuses its own issuer in another spelling: ID tokens are compared to the letter', async () => {
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

describe.each(KINDS)('T29, T33: the $name provider signs no one in', (kind) => {
  const DOCUMENTS = ['openid-configuration', 'jwks'];
  const html: Reply = (r) => r.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
  const redirect =
    (location: string): Reply =>
    (r) =>
      r.writeHead(302, { location }).end();
  const keys =
    (...keys: Json[]): Reply =>
    (r) =>
      json(r, 200, { keys });

  const BAD_DOCUMENTS: [string, Reply, RegExp, ProviderFailure?][] = [
    ['an outage', (r) => r.writeHead(503).end(), /answered 503$/, 'unavailable'],
    ['HTML', html, /content-type/],
    ['a redirect to no address', redirect('http://['), /no address/],
    ['a redirect for ever', redirect('?'), /a redirect \(302\)/],
    ['404', (r) => json(r, 404, {}), /status code/],
    ['nothing, ever', () => undefined, /no answer in time/, 'timeout'],
    ['more than 1 MB', tooLarge, /the (discovery document|provider’s key set) is larger than 1 MB: 1\.1 MB$/],
  ];
  const BAD_KEYS: [string, Reply, RegExp][] = [
    ['no key', keys(), /no applicable keys/],
    ['a broken key', keys({ kty: 'RSA', kid: 'key-1', n: '%', e: '%' }), /exchange: /],
    ['nonsense', keys({ kty: 'RSA', kid: 'key-1', key_ops: 5 }), /exchange: /],
  ];
  test.each([
    ...DOCUMENTS.flatMap((name) => BAD_DOCUMENTS.map((row) => [name, ...row] as const)),
    ...BAD_KEYS.map((row) => ['jwks', ...row] as const),
  ])('when %s is answered with %s', async (document, _name, response, detail, failure = 'invalid_response') => {
    byzantine.responses = { [document]: response };
    const provider = kind.build(byzantine.origin, timeoutsFor(failure));
    await expectRefusal(signIn(kind, { provider }), failure, detail);
  });
});

describe('how the client authenticates', () => {
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
  ])('T33: %s: the provider tries the other listed method once, and remembers it', async (_name, refusal) => {
    basicAlone(refusal);
    const provider = OIDC.build(byzantine.origin);
    const before = tokenRequests().length;
    const { credential } = await signIn(OIDC, { provider });
    expect(tokenRequests().slice(before)).toMatchObject([
      { authorization: undefined },
      { authorization: basic(CLIENT.id, CLIENT.secret) },
    ]);
    expect(tokenRequests().at(-1)?.form.get('client_secret')).toBeNull();
    byzantine.idToken = undefined;
    await provider.refresh(credential, askerOf(ADA));
    expect(tokenRequests().length - before).toBe(3);
  });

  test('a secret that both methods refuse is reported as a fault of the client, after two tries', async () => {
    byzantine.metadata = both;
    byzantine.responses.token = (r) => json(r, 401, { error: 'invalid_client' });
    const before = tokenRequests().length;
    await expectRefusal(signIn(OIDC), 'unavailable', /error invalid_client/);
    expect(tokenRequests().length - before).toBe(2);
  });

  test('the provider does not send a refused code again', async () => {
    byzantine.metadata = both;
    byzantine.responses.token = (r) => json(r, 400, { error: 'invalid_grant' });
    const before = tokenRequests().length;
    await expectRefusal(signIn(OIDC), 'invalid_grant', /error invalid_grant/);
    expect(tokenRequests().length - before).toBe(1);
  });

  test('the configured method counts, whatever the provider lists', async () => {
    byzantine.metadata = { token_endpoint_auth_methods_supported: ['private_key_jwt'] };
    await signIn(OIDC, { provider: OIDC.build(byzantine.origin, { clientAuthentication: 'client_secret_post' }) });
    expect(tokenRequests().at(-1)?.form.get('client_secret')).toBe(CLIENT.secret);
    await signIn(OIDC, { provider: OIDC.build(byzantine.origin, { clientAuthentication: 'client_secret_basic' }) });
    expect(tokenRequests().at(-1)?.authorization).toBe(basic(CLIENT.id, CLIENT.secret));
  });

  test('none: a public client sends its id, and no secret', async () => {
    await signIn(OIDC, { provider: OIDC.build(byzantine.origin, { clientAuthentication: 'none', clientSecret: '' }) });
    const { form, authorization } = tokenRequests().at(-1) ?? {};
    expect([form?.get('client_id'), form?.get('client_secret'), authorization]).toEqual([CLIENT.id, null, undefined]);
  });

  test.each([
    ['client_secret_basic', 'client-secret_1-2.3~4', 'client-secret_1-2.3~4'],
    ['client_secret_basic', "client-secret a+b/c=d%:é!*'()", 'client-secret+a%2Bb%2Fc%3Dd%25%3A%C3%A9%21%2A%27%28%29'],
    ['client_secret_basic_raw', 'client-secret a+b/c=d%:é', 'client-secret a+b/c=d%:é'],
  ] as const)('%s: the secret %s is sent as it has to be', async (clientAuthentication, clientSecret, sent) => {
    await signIn(OIDC, { provider: OIDC.build(byzantine.origin, { clientAuthentication, clientSecret }) });
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

  test('of the same origin: the sign-in works', async () => {
    moved('');
    expect((await signIn(kind)).credential.accessToken).toBe('secret-access-token');
  });

  test('T33: of another origin: refused, and the log names the target', async () => {
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
    await signIn(kind, { provider });
    await signIn(kind, { provider });
    expect(byzantine.count('jwks') - before).toBe(1);
  });

  test('are requested without a wait for the token response', async () => {
    const provider = kind.build(byzantine.origin);
    await begin(provider);
    const before = byzantine.count('jwks');
    byzantine.responses.token = async (response) => {
      // The token response waits for the other request, so one after the other would never end.
      await eventually(
        () => byzantine.count('jwks'),
        (count) => count > before,
      );
      json(response, 200, { access_token: 'secret-a', token_type: 'Bearer', id_token: byzantine.idToken });
    };
    expect((await signIn(kind, { provider })).credential.accessToken).toBe('secret-a');
  });

  test('are fetched where the discovery document says', async () => {
    const url = `${kind.issuer(byzantine.origin)}/elsewhere/jwks`;
    byzantine.metadata = { jwks_uri: url };
    await signIn(kind);
    expect(byzantine.received.filter(({ path }) => byzantine.origin + path === url)).toHaveLength(1);
  });

  test('T29: a minute later, rotated keys are found', async () => {
    const provider = kind.build(byzantine.origin);
    await signIn(kind, { provider });
    byzantine.keys = [{ ...byzantine.jwk, kid: 'key-2' }];
    const forge = (claims: Json) => byzantine.sign(claims, { kid: 'key-2' });
    await expectRefusal(signIn(kind, { provider, forge }), 'invalid_response', /no applicable keys/);
    const later = Date.now() + 61_000;
    jest.spyOn(Date, 'now').mockReturnValue(later);
    await signIn(kind, { provider, forge });
  });

  test('T33: one deadline for the whole exchange, however many requests are slow', async () => {
    const slow =
      (received: Reply): Reply =>
      (response, request) =>
        setTimeout(() => received(response, request), 300);
    const provider = kind.build(byzantine.origin, { timeouts: { exchangeMs: 500 } });
    await begin(provider);
    byzantine.responses = {
      // Two requests, one after the other.
      jwks: slow((response, { path }) => {
        if (path.startsWith('/moved/')) json(response, 200, { keys: byzantine.keys });
        else response.writeHead(301, { location: `/moved${path}` }).end();
      }),
      token: slow((response) =>
        json(response, 200, { access_token: 'secret-a', token_type: 'Bearer', id_token: byzantine.idToken }),
      ),
    };
    await expectRefusal(signIn(kind, { provider }), 'timeout', /no answer in time/);
  });
});

describe.each(KINDS)('an issuer that does not promise iss, and the $name provider', (kind) => {
  test.each([
    ['absent', undefined],
    ['right', true],
  ])('T30: iss %s is accepted', async (_name, right) => {
    byzantine.metadata = { authorization_response_iss_parameter_supported: undefined };
    const { credential } = await signIn(kind, { iss: right ? kind.issuer(byzantine.origin) : undefined });
    expect(credential.issuer).toBe(kind.issuer(byzantine.origin));
  });

  test.each([
    ['empty', ''],
    ['another', 'https://attacker.example'],
  ])('T30: iss %s is refused before any token request', async (_name, iss) => {
    byzantine.metadata = { authorization_response_iss_parameter_supported: undefined };
    const before = byzantine.count('token');
    await expectRefusal(signIn(kind, { iss }), 'invalid_response', /iss is another issuer/);
    expect(byzantine.count('token')).toBe(before);
  });
});

test('with Entra each tenant has its own discovery, and the 200 most recent ones are cached', async () => {
  const provider = ENTRA.build(byzantine.origin);
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

  test('a valid set of each is accepted', () => {
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

  test('the scopes that a sign-in needs are always requested, configured or not', async () => {
    const scopesOf = async ({ build }: Kind) => {
      const { url } = await begin(build(byzantine.origin, { scopes: ['wiki.read'] }));
      return url.searchParams.get('scope');
    };
    expect(await scopesOf(ENTRA)).toBe('openid profile wiki.read');
    expect(await scopesOf(OIDC)).toBe('openid wiki.read');
  });

  test('the message names every mistake, and no secret', () => {
    const all = () => oidcProvider({ ...good, issuer: 'ftp://x', clientId: '', scopes: [''] });
    expect(all).toThrow(/^oidc provider: issuer .*; clientId .*; scopes must be words without spaces$/);
    expect(all).not.toThrow(/client-secret/);
  });
});

describe('scopes as Entra spells them', () => {
  const requested = (scope: string) => ENTRA.build(byzantine.origin, { scopes: ['openid', 'profile', scope] });

  test.each([
    ['api://wiki/wiki.read', 'api://wiki/wiki.read'],
    ['api://wiki/wiki.read', 'wiki.read'],
    ['wiki.read', 'openid api://wiki/wiki.read'],
    ['https://graph.microsoft.com/files.read.all', 'https://graph.microsoft.com/Files.Read.All'],
    ['api://wiki/.default', 'api://wiki/whatever'],
  ])('%s is granted by "%s"', async (scope, granted) => {
    byzantine.tokens = { scope: granted };
    expect((await signIn(ENTRA, { provider: requested(scope) })).credential.scope).toBe(granted);
  });

  test.each([
    ['api://wiki/wiki.read', 'api://other/wiki.read'],
    ['api://wiki/wiki.read', 'wiki.write'],
    ['wiki.read', 'api://wiki/all.wiki.read'],
  ])('T33: %s is not granted by "%s"', async (scope, granted) => {
    byzantine.tokens = { scope: granted };
    await expectRefusal(signIn(ENTRA, { provider: requested(scope) }), 'insufficient_scope', /fewer scopes/);
  });

  test('T33: elsewhere scopes are compared to the letter', async () => {
    byzantine.tokens = { scope: 'Wiki.Read' };
    await expectRefusal(signIn(OIDC), 'insufficient_scope', /fewer scopes/);
  });
});

describe('prompt follows what the provider supports', () => {
  const promptOf = async (kind: Kind, listed: unknown, change: Json, selectAccountRefused = false) => {
    byzantine.metadata = { prompt_values_supported: listed };
    const wishes = { chooseAccount: change.scopes === undefined, selectAccountRefused };
    const { url } = await begin(kind.build(byzantine.origin, change), askerOf(ADA), wishes);
    return url.searchParams.get('prompt');
  };

  test.each([
    ['says nothing', undefined, 'select_account consent'],
    ['lists all', ['none', 'login', 'consent', 'select_account'], 'select_account consent'],
    ['has no account chooser', ['none', 'login', 'consent'], 'login consent'],
    ['knows no consent', ['login', 'select_account'], 'select_account'],
    ['knows neither', ['none'], null],
    ['lists nothing that can be read', 'login', 'select_account consent'],
  ])('a person wants another account, and the provider %s', async (_name, listed, expected) => {
    expect(await promptOf(OIDC, listed, {})).toBe(expected);
  });

  test('if the provider refused select_account, its sign-in page follows', async () => {
    expect(await promptOf(OIDC, undefined, {}, true)).toBe('login consent');
    expect(await promptOf(OIDC, ['select_account'], {}, true)).toBeNull();
    expect(await promptOf(ENTRA, undefined, {}, true)).toBe('login');
  });

  test('without that wish, no account chooser', async () => {
    expect(await promptOf(OIDC, undefined, { scopes: ['openid', 'offline_access'] })).toBe('consent');
    expect(await promptOf(OIDC, ['login'], { scopes: ['openid', 'offline_access'] })).toBeNull();
  });
});

describe('authorizationParameters', () => {
  const parametersOf = async (
    authorizationParameters: Record<string, string>,
    change: { listed?: string[]; chooseAccount?: boolean; scopes?: string[] } = {},
  ) => {
    const { listed, chooseAccount = false, scopes = ['openid'] } = change;
    byzantine.metadata = { prompt_values_supported: listed };
    const provider = OIDC.build(byzantine.origin, { scopes, authorizationParameters });
    const { url } = await begin(provider, askerOf(ADA), { chooseAccount });
    return Object.fromEntries(url.searchParams);
  };
  const GOOGLE = { access_type: 'offline', prompt: 'consent' };

  test('are added to the authorization request', async () => {
    expect(await parametersOf({ ...GOOGLE, audience: 'https://api.example.com' })).toMatchObject({
      ...GOOGLE,
      audience: 'https://api.example.com',
      scope: 'openid',
      state: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  test.each<[string, Parameters<typeof parametersOf>, string | undefined]>([
    ['alone', [GOOGLE], 'consent'],
    ['with the account chooser', [GOOGLE, { chooseAccount: true }], 'select_account consent'],
    ['once', [GOOGLE, { scopes: ['openid', 'offline_access'] }], 'consent'],
    ['only if the provider lists it', [GOOGLE, { listed: ['login'] }], undefined],
    ['several', [{ prompt: 'login consent' }], 'login consent'],
  ])('prompt is allowed there %s', async (_name, call, expected) => {
    expect((await parametersOf(...call)).prompt).toBe(expected);
  });

  const oidc = { type: 'oidc', issuer: 'https://id.example.com', clientId: 'x', clientSecret: 'y', scopes: ['openid'] };
  const problemsOf = (authorizationParameters: object) =>
    SIGN_IN_TYPES.oidc.schema
      .safeParse({ ...oidc, authorizationParameters })
      .error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? [];

  test.each([
    ['response_type', 'token'],
    ['response_mode', 'fragment'],
    ['client_id', 'another'],
    ['redirect_uri', 'https://attacker.example'],
    ['scope', 'openid admin'],
    ['state', 'fixed'],
    ['nonce', 'fixed'],
    ['code_challenge', 'known'],
    ['code_challenge_method', 'plain'],
    ['request', 'eyJ'],
    ['request_uri', 'https://attacker.example'],
  ])('T27, T28: %s is refused: the bot sets it itself', (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([
      `authorizationParameters.${name} must be left out: the bot sets this parameter itself`,
    ]);
  });

  test('prompt=none is refused, also among others', () => {
    const refused = [expect.stringMatching(/^authorizationParameters.prompt must not be none/)];
    expect([problemsOf({ prompt: 'none' }), problemsOf({ prompt: 'none consent' })]).toEqual([refused, refused]);
    expect(problemsOf(GOOGLE)).toEqual([]);
  });
});
