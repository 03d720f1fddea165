import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, exportJWK, jwtVerify, SignJWT } from 'jose';
import { SIGN_IN_TYPES } from '../../../bot/config/sign-in-types.ts';
import { entraAssertion } from '../../../bot/sign-in/providers/entra/credential.ts';
import {
  type IdentityEndpoint,
  identityEndpoint,
  ManagedIdentity,
  METADATA_SERVICE,
} from '../../../bot/sign-in/providers/entra/managed-identity.ts';
import { entraProvider } from '../../../bot/sign-in/providers/entra.ts';
import type { IdentityProvider } from '../../../bot/sign-in/providers/identity-provider.ts';
import { oidcProvider } from '../../../bot/sign-in/providers/oidc.ts';
import { makeCertificate } from '../../../local/certificate.ts';
import { builtPath } from '../../../local/paths.ts';
import { ADA, CLIENT } from '../../../local/people.ts';
import { freePorts, startProcess } from '../../../local/processes.ts';
import { EXCHANGE_AUDIENCE, IDENTITY, ManagedIdentityService } from '../../support/provider/managed-identity.ts';
import { askerOf, expectRefusal, REDIRECT_URI, signIn } from './flow.ts';
import { SCOPES } from './kinds.ts';
import { startByzantine } from './stand-in.ts';

/** Registrations without a client secret, at stand-ins that verify each assertion. */
const own = makeCertificate();
const other = makeCertificate();
const sha256 = new X509Certificate(own.certificate).fingerprint256.replaceAll(':', '');
const thumbprint = Buffer.from(sha256, 'hex').toString('base64url');
const plainKey = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pemOf = (key: typeof plainKey.privateKey) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const asker = askerOf(ADA);

const byzantine = await startByzantine();
let folder: string;
let identity: ManagedIdentityService;
let local: { url: string; stop(): Promise<unknown> };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-credential-'));
  identity = await ManagedIdentityService.start();
  const federated = identity.federatedCredential;
  const keys = { keys: [{ ...(await exportJWK(plainKey.publicKey)), kid: 'plain', alg: 'RS256', use: 'sig' }] };
  // In its own process: oidc-provider accepts no client keys from Jest's realm.
  const [port = 0] = await freePorts(1);
  const registration = { certificates: [own.certificate], federated, keys };
  const env = { PORT: String(port), REDIRECT_URIS: REDIRECT_URI, IDP_REGISTRATION: JSON.stringify(registration) };
  const script = builtPath('local/identity-provider/main.js');
  const running = await startProcess({ name: 'identity provider', script, env });
  local = { url: `http://localhost:${port}`, stop: () => running.stop() };
});
beforeEach(() => identity.reset());
afterEach(() => rmSync(join(folder, 'token'), { force: true }));
afterAll(async () => {
  await Promise.all([local.stop(), identity.close()]);
  rmSync(folder, { recursive: true, force: true });
});

type Registration = Parameters<typeof entraAssertion>[0];

const endpointOf = (variables: Record<string, string>): IdentityEndpoint => {
  const endpoint = identityEndpoint(variables, true);
  if (!endpoint) throw new Error('no endpoint');
  return endpoint;
};
const onMachine = () => endpointOf(identity.metadataVariables);
const onAppService = () => endpointOf(identity.appServiceVariables);

function optionsFor(registration: Partial<Registration>, endpoint = METADATA_SERVICE, authority = local.url) {
  const assertion = entraAssertion({ clientSecret: '', ...registration }, authority, endpoint);
  const client = { clientId: CLIENT.id, clientSecret: '', scopes: SCOPES, allowInsecureLoopback: true };
  return { ...client, authority, assertion };
}

const certificate = { certificate: own.certificate, privateKey: own.privateKey };
const managed = { federatedCredential: { type: 'managedIdentity' as const, clientId: IDENTITY.clientId } };
const tokenFile = () => ({ federatedCredential: { type: 'tokenFile' as const, file: join(folder, 'token') } });
const writeToken = async (token?: string) =>
  writeFileSync(join(folder, 'token'), `${token ?? (await identity.token())}\n`);

const WAYS: [string, () => ReturnType<typeof optionsFor>][] = [
  ['a certificate', () => optionsFor(certificate)],
  ['a managed identity of a virtual machine', () => optionsFor(managed, onMachine())],
  ['a managed identity of App Service', () => optionsFor(managed, onAppService())],
  ['a file with a token', () => optionsFor(tokenFile())],
];

describe.each(WAYS)('Entra by %s', (_name, options) => {
  beforeEach(() => writeToken());

  test('signs in, refreshes and revokes', async () => {
    const provider = entraProvider(options());
    const { credential, identity: person } = await signIn(provider, ADA.username);
    expect(person).toEqual(asker);
    const renewed = await provider.refresh(credential, asker);
    expect(await provider.revoke(renewed, asker)).toEqual({ outcome: 'revoked' });
    await expectRefusal(provider.refresh(renewed, asker), 'invalid_grant', /invalid_grant/);
  });
});

/** What Entra was sent, by the form of each token request. */
async function sentWith(options: ReturnType<typeof optionsFor>): Promise<URLSearchParams> {
  await entraProvider(options)
    .refresh(credentialAt(byzantine.origin), asker)
    .catch(() => undefined);
  return byzantine.received.findLast(({ path }) => path.endsWith('/token'))?.form ?? new URLSearchParams();
}

function credentialAt(origin: string) {
  const issuer = `${origin}/${ADA.tenantId}/v2.0`;
  return { accessToken: 'old', refreshToken: 'refresh', scope: 'wiki.read', issuer, account: { name: 'ada' } };
}

describe('the assertion of a certificate', () => {
  const sent = () => sentWith(optionsFor(certificate, METADATA_SERVICE, byzantine.origin));

  test('has the form that Entra documents, and the certificate’s SHA-256 thumbprint', async () => {
    const form = await sent();
    const assertion = form.get('client_assertion') ?? '';
    const tokenEndpoint = `${byzantine.origin}/${ADA.tenantId}/v2.0/token`;
    const { payload, protectedHeader } = await jwtVerify(assertion, new X509Certificate(own.certificate).publicKey, {
      audience: tokenEndpoint,
    });
    expect(protectedHeader).toEqual({ alg: 'PS256', 'x5t#S256': thumbprint });
    expect(payload).toMatchObject({ iss: CLIENT.id, sub: CLIENT.id, jti: expect.any(String) });
    expect(Number(payload.exp) - Number(payload.nbf)).toBeLessThanOrEqual(600);
    expect(form.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    expect(form.has('client_secret')).toBe(false);
  });

  test('is different in each request', async () => {
    const assertions = [await sent(), await sent()].map((form) => decodeJwt(form.get('client_assertion') ?? '').jti);
    expect(new Set(assertions).size).toBe(2);
  });

  test('with another key or another certificate is refused, and the grant stays', async () => {
    const foreign = optionsFor({ certificate: other.certificate, privateKey: other.privateKey });
    const { credential } = await signIn(entraProvider(optionsFor(certificate)), ADA.username);
    await expectRefusal(entraProvider(foreign).refresh(credential, asker), 'unavailable', /error invalid_client/);
    await entraProvider(optionsFor(certificate)).refresh(credential, asker);
  });

  test('has line breaks as \\n in a variable of the environment', async () => {
    const escaped = { certificate: withEscapes(own.certificate), privateKey: withEscapes(own.privateKey) };
    await signIn(entraProvider(optionsFor(escaped)), ADA.username);
  });

  test('contains the issuers of a certificate chain', async () => {
    const chain = { ...certificate, certificate: other.certificate + own.certificate };
    await signIn(entraProvider(optionsFor(chain)), ADA.username);
  });
});

function withEscapes(pem: string): string {
  return pem.replaceAll('\n', '\\n');
}

describe('the stand-in at Entra refuses', () => {
  const now = () => Math.floor(Date.now() / 1000);
  const issuer = () => `${local.url}/${ADA.tenantId}/v2.0`;
  const good = () => ({
    iss: CLIENT.id,
    sub: CLIENT.id,
    aud: `${issuer()}/token`,
    jti: `${Math.random()}`,
    nbf: now(),
    exp: now() + 60,
  });
  const post = async (claims: object, key = own.key, header: object = {}) => {
    const assertion = await new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'PS256', 'x5t#S256': thumbprint, ...header })
      .sign(key);
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: 'x',
      client_id: CLIENT.id,
      client_assertion: assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });
    const response = await fetch(`${issuer()}/token`, { method: 'POST', body });
    return ((await response.json()) as { error: string }).error;
  };

  test('no good assertion: its refresh token is the next fault', async () => {
    expect(await post(good())).toBe('invalid_grant');
  });

  test.each<[string, () => Promise<string>]>([
    ['another audience', () => post({ ...good(), aud: issuer() })],
    ['one that has expired', () => post({ ...good(), exp: now() - 60 })],
    ['one that is valid for a day', () => post({ ...good(), exp: now() + 86_400 })],
    ['one without jti', () => post({ ...good(), jti: undefined })],
    ['another key', () => post(good(), other.key)],
    ['another thumbprint', () => post(good(), own.key, { 'x5t#S256': 'AAAA' })],
    ['none', () => post(good(), own.key, { 'x5t#S256': undefined })],
    ['RS256', () => post(good(), own.key, { alg: 'RS256' })],
    ['another client', () => post({ ...good(), iss: 'another', sub: 'another' })],
  ])('%s', async (_name, send) => {
    expect(await send()).toBe('invalid_client');
  });

  test('an assertion that was used before', async () => {
    const claims = good();
    expect([await post(claims), await post(claims)]).toEqual(['invalid_grant', 'invalid_client']);
  });

  test('a client secret', async () => {
    const secret = entraProvider({ ...optionsFor({}), clientSecret: CLIENT.secret });
    await expectRefusal(signIn(secret, ADA.username), 'unavailable', /invalid_client/);
  });
});

describe('a managed identity', () => {
  const tokensOf = (endpoint: IdentityEndpoint) =>
    new ManagedIdentity({ endpoint, clientId: IDENTITY.clientId, audience: EXCHANGE_AUDIENCE });

  test('the bot asks once for concurrent requests, and again only shortly before the token expires', async () => {
    const tokens = tokensOf(onMachine());
    const [first, second] = await Promise.all([tokens.token(), tokens.token()]);
    expect([second, await tokens.token()]).toEqual([first, first]);
    expect(identity.calls.map(({ status }) => status)).toEqual([200]);
  });

  test('the bot asks again if its token ends within five minutes', async () => {
    identity.lifetime = 299;
    const tokens = tokensOf(onMachine());
    expect(await tokens.token()).not.toBe(await tokens.token());
  });

  test('T48: the bot asks with the header that the service requires, and without those of a proxy', async () => {
    await tokensOf(onMachine()).token();
    await tokensOf(onAppService()).token();
    expect(identity.calls.map(({ path }) => path)).toEqual(['/metadata/identity/oauth2/token', '/msi/token']);
    expect(identity.calls.map(({ headers }) => [headers.metadata, headers['x-identity-header']])).toEqual([
      ['true', undefined],
      [undefined, identity.header],
    ]);
    for (const { headers } of identity.calls) expect(headers).not.toHaveProperty('x-forwarded-for');
  });

  test('the stand-ins refuse a request without these, or with X-Forwarded-For', async () => {
    const query = `resource=${EXCHANGE_AUDIENCE}&client_id=${IDENTITY.clientId}&api-version=`;
    const statusOf = async (path: string, headers: Record<string, string>) =>
      (await fetch(`${identity.url}${path}`, { headers })).status;
    const metadata = `/metadata/identity/oauth2/token?${query}2018-02-01`;
    expect([
      await statusOf(metadata, {}),
      await statusOf(metadata, { metadata: 'true', 'x-forwarded-for': '10.0.0.1' }),
      await statusOf(metadata, { metadata: 'true' }),
      await statusOf(`/msi/token?${query}2019-08-01`, {}),
      await statusOf(`/msi/token?${query}2019-08-01`, { 'x-identity-header': identity.header }),
    ]).toEqual([400, 400, 200, 401, 200]);
  });

  test('a failure is not cached', async () => {
    const tokens = tokensOf(onMachine());
    identity.answer = (response) => response.writeHead(503).end();
    await expectRefusal(tokens.token(), 'unavailable', /^managed identity: answered 503$/);
    identity.answer = undefined;
    expect(decodeJwt(await tokens.token()).sub).toBe(IDENTITY.objectId);
  });

  test.each<[string, NonNullable<ManagedIdentityService['answer']>, RegExp]>([
    ['no identity', (r) => r.writeHead(400).end('{"error":"invalid_request"}'), /answered 400/],
    ['a redirect', (r) => r.writeHead(302, { location: '/msi/token' }).end(), /answered 302/],
    ['no JSON', (r) => r.writeHead(200).end('<html>secret-page'), /no token/],
    ['a token that is none', (r) => r.writeHead(200).end('{"access_token":"secret one","expires_on":"1"}'), /no token/],
    ['a cut connection', (r) => r.destroy(), /no connection \(ECONNRESET\)/],
    ['a flood', (r) => r.writeHead(200).end('x'.repeat(300_000)), /no connection \(ANSWER_TOO_LARGE\)/],
  ])('%s is no answer, and the log contains no part of it', async (_name, answer, detail) => {
    identity.answer = answer;
    const signingIn = signIn(entraProvider(optionsFor(managed, onMachine())), ADA.username);
    await expect(signingIn).rejects.toMatchObject({ message: expect.stringMatching(detail) });
    await expect(signingIn).rejects.not.toMatchObject({ message: expect.stringMatching(/secret|html/) });
  });

  test('Entra refuses another identity', async () => {
    await writeToken(
      await new SignJWT({ sub: 'another', iss: IDENTITY.issuer, aud: EXCHANGE_AUDIENCE })
        .setProtectedHeader({ alg: 'RS256' })
        .setExpirationTime('1h')
        .sign(own.key),
    );
    await expectRefusal(signIn(entraProvider(optionsFor(tokenFile())), ADA.username), 'unavailable', /invalid_client/);
  });

  test.each([
    ['https://login.microsoftonline.us', 'api://AzureADTokenExchangeUSGov'],
    ['https://login.partner.microsoftonline.cn', 'api://AzureADTokenExchangeChina'],
    ['https://login.microsoftonline.com', EXCHANGE_AUDIENCE],
  ])('at %s has a token for %s', async (authority, audience) => {
    const asked: string[] = [];
    identity.answer = (response) => {
      asked.push(new URL(String(response.req.url), identity.url).searchParams.get('resource') ?? '');
      response.writeHead(503).end();
    };
    const { assertion } = optionsFor(managed, onMachine(), authority);
    const metadata = { issuer: authority };
    await Promise.resolve(assertion?.(metadata, { client_id: CLIENT.id }, new URLSearchParams(), new Headers())).catch(
      () => undefined,
    );
    expect(asked).toEqual([audience]);
  });
});

describe('T48: the address of a managed identity', () => {
  const HEADER = 'sentinel';

  test.each([
    'http://127.0.0.1:41741/msi/token/',
    'http://localhost:42356/msi/token',
    'http://169.254.129.2:8081/msi/token',
    'http://127.0.0.1:41741/MSI/token/',
  ])('%s is an address of Azure', (IDENTITY_ENDPOINT) => {
    const endpoint = identityEndpoint({ IDENTITY_ENDPOINT, IDENTITY_HEADER: HEADER }, false);
    expect(endpoint).toEqual({
      url: IDENTITY_ENDPOINT,
      apiVersion: '2019-08-01',
      headers: { 'X-IDENTITY-HEADER': HEADER },
    });
  });

  test.each([
    'https://attacker.example/msi/token',
    'http://attacker.example/msi/token',
    'http://169.254.169.254.attacker.example/msi/token',
    'http://10.0.0.4/msi/token',
    'http://[fe80::1]/msi/token',
    'http://localhost:42356/other',
    'http://localhost:42356/msi/token?resource=x',
    'http://user@localhost:42356/msi/token',
    'https://localhost:42356/msi/token',
    'file:///msi/token',
    'localhost',
  ])('%s is not', (IDENTITY_ENDPOINT) => {
    expect(identityEndpoint({ IDENTITY_ENDPOINT, IDENTITY_HEADER: HEADER }, true)).toBeUndefined();
  });

  test('without variables it is that of the metadata service, which only a stand-in can replace', () => {
    const host = (AZURE_POD_IDENTITY_AUTHORITY_HOST: string, loopback: boolean) =>
      identityEndpoint({ AZURE_POD_IDENTITY_AUTHORITY_HOST }, loopback)?.url;
    expect(identityEndpoint({}, false)).toEqual({
      url: 'http://169.254.169.254/metadata/identity/oauth2/token',
      apiVersion: '2018-02-01',
      headers: { Metadata: 'true' },
    });
    expect(host('http://127.0.0.1:4000', true)).toBe('http://127.0.0.1:4000/metadata/identity/oauth2/token');
    expect(host('http://127.0.0.1:4000', false)).toBeUndefined();
    expect(host('http://10.0.0.4', true)).toBeUndefined();
    expect(host('https://attacker.example', true)).toBeUndefined();
  });
});

describe('a file with a token', () => {
  const provider = () => entraProvider(optionsFor(tokenFile()));

  test('is read for each request, because Kubernetes renews it', async () => {
    await writeToken();
    const { credential } = await signIn(provider(), ADA.username);
    await writeToken(await identity.token('api://another'));
    await expectRefusal(provider().refresh(credential, asker), 'unavailable', /invalid_client/);
    await writeToken();
    await provider().refresh(credential, asker);
  });

  test.each<[string, () => unknown, RegExp]>([
    ['is missing', () => undefined, /the file cannot be read \(ENOENT\)/],
    ['T61: has another secret, which is not sent', () => writeToken('secret-root:x:0:0'), /the file has no token/],
  ])('%s', async (_name, write, detail) => {
    await write();
    const form = byzantine.count('token');
    const refused = entraProvider(optionsFor(tokenFile(), METADATA_SERVICE, byzantine.origin));
    await expectRefusal(refused.refresh(credentialAt(byzantine.origin), asker), 'unavailable', detail);
    expect(byzantine.count('token')).toBe(form);
  });
});

describe('OpenID Connect by private_key_jwt', () => {
  const build = (change: object = {}): IdentityProvider =>
    oidcProvider({
      clientId: CLIENT.id,
      clientSecret: '',
      scopes: SCOPES,
      allowInsecureLoopback: true,
      issuer: `${local.url}/plain`,
      clientAuthentication: 'private_key_jwt',
      privateKey: pemOf(plainKey.privateKey),
      keyId: 'plain',
      ...change,
    });

  test.each([
    ['by default', {}],
    ['with the token endpoint as the audience', { assertionAudience: 'tokenEndpoint' }],
    ['without the id of the key', { keyId: undefined }],
  ])('%s: signs in, refreshes and revokes', async (_name, change) => {
    const provider = build(change);
    const { credential } = await signIn(provider, 'ada');
    const renewed = await provider.refresh(credential, asker);
    expect(await provider.revoke(renewed, asker)).toEqual({ outcome: 'revoked' });
  });

  test('another key is refused, as a fault of the configuration', async () => {
    const wrong = build({ privateKey: other.privateKey });
    await expectRefusal(signIn(wrong, 'ada'), 'unavailable', /error invalid_client/);
  });

  test.each([
    ['issuer', undefined, 'plain'],
    ['tokenEndpoint', 'tokenEndpoint', 'plain/token'],
  ])('the audience is the %s', async (_name, assertionAudience, path) => {
    const provider = build({ issuer: `${byzantine.origin}/plain`, assertionAudience });
    const credential = { ...credentialAt(byzantine.origin), issuer: `${byzantine.origin}/plain` };
    await provider.refresh(credential, asker).catch(() => undefined);
    const form = byzantine.received.findLast(({ path }) => path.endsWith('/token'))?.form;
    const assertion = form?.get('client_assertion') ?? '';
    expect(decodeProtectedHeader(assertion)).toMatchObject({ alg: 'RS256', kid: 'plain' });
    expect(decodeJwt(assertion).aud).toBe(`${byzantine.origin}/${path}`);
    const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(plainKey.publicKey)), kid: 'plain' }] });
    await jwtVerify(assertion, keys);
  });
});

describe('a registration in connections.json', () => {
  const entra = { type: 'entra', clientId: 'x', scopes: ['openid'] };
  const problemsOf = (change: object) =>
    SIGN_IN_TYPES.entra.schema
      .safeParse({ ...entra, ...change })
      .error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? [];

  test.each<[string, object]>([
    ['a secret', { clientSecret: 'x' }],
    ['a certificate', certificate],
    ['a managed identity', managed],
    ['a file', tokenFileOf('/x')],
  ])('%s is enough', (_name, change) => {
    expect(problemsOf(change)).toEqual([]);
  });

  test.each<[string, object, RegExp]>([
    ['nothing', {}, /^clientSecret must not be empty, unless there is a certificate/],
    ['a secret and a certificate', { clientSecret: 'x', ...certificate }, /^clientSecret .*remove all but one$/],
    ['a certificate and an identity', { ...certificate, ...managed }, /^clientSecret .*remove all but one$/],
    ['a key alone', { privateKey: own.privateKey }, /^certificate is missing/],
    ['a certificate alone', { certificate: own.certificate }, /^privateKey is missing/],
  ])('%s is refused, and the field is named', (_name, change, problem) => {
    expect(problemsOf(change)).toEqual([expect.stringMatching(problem)]);
  });

  const encrypted = own.key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString();
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  test.each<[string, object, RegExp]>([
    ['no PEM', { certificate: 'secret-x', privateKey: own.privateKey }, /^certificate: must be PEM/],
    ['a key that is no PEM', { certificate: own.certificate, privateKey: 'secret-x' }, /^privateKey: must be PEM/],
    ['the key of another', { certificate: own.certificate, privateKey: other.privateKey }, /not the key of the/],
    ['an encrypted key', { certificate: own.certificate, privateKey: encrypted }, /cannot be read/],
    [
      'an identity without a GUID',
      { federatedCredential: { type: 'managedIdentity', clientId: 'bot' } },
      /^federatedCredential.clientId: must be the client id of the managed identity, a GUID$/,
    ],
    ['a key on a curve', { certificate: own.certificate, privateKey: pemOf(curve) }, /must be an RSA key/],
  ])('%s stops the start, and the message contains no part of it', (_name, registration, problem) => {
    let message = '';
    try {
      optionsFor(registration);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(problem);
    expect(message).not.toMatch(/secret-|MII/);
  });
});

function tokenFileOf(file: string) {
  return { federatedCredential: { type: 'tokenFile', file } };
}
