import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeCertificate } from '../../../local/certificate.ts';
import { BOT_ID, TENANTS } from '../../../local/people.ts';
import {
  type Attempt,
  CONNECTION,
  SECRET,
  type Settings,
  type StartAttempts,
  startAttempts,
} from '../../support/process/start-attempt.ts';
import { tellNode } from '../../support/project/doctor-project.ts';

// The valid settings are those of production: https everywhere, Microsoft's public cloud. No bot here listens.
const KEY = Buffer.alloc(32, 7).toString('base64');
let starts: StartAttempts;

const github = { type: 'github', clientId: 'x', clientSecret: SECRET };
const oidc = { type: 'oidc', clientId: 'x', clientSecret: SECRET, scopes: ['openid'] };
beforeAll(() => {
  starts = startAttempts();
});
afterAll(() => starts?.close());

/** Refused before anything is opened: code 1, one message, without a secret or a stack. */
async function refused(change: Settings, how: 'read' | 'attempt' = 'read'): Promise<Attempt> {
  const attempt = await starts[how](change);
  expect({ change, code: attempt.code, output: attempt.output }).toEqual({
    change,
    code: 1,
    output: expect.stringMatching(/^Latchkey cannot start: \d+ settings? to fix\.\n( {2}- .+\n)+$/),
  });
  expect(attempt.output).not.toContain('sentinel');
  return attempt;
}

/** One connection, changed in this way. */
const withConnection = (change: object): Settings => ({
  CONNECTIONS_FILE: starts.connectionsFile({ connections: [{ ...CONNECTION, ...change }] }),
});

/** The invalid values of each variable. A round uses one of each, so every message has to name them all. */
const NIL = '00000000-0000-0000-0000-000000000000';
const BAD: Record<string, (string | undefined)[]> = {
  PORT: ['65536', '-1', '1e3', '0x10', ' 3978', '39.78', 'http', '٣'],
  BOT_ID: [undefined, '', 'latchkey', `{${BOT_ID}}`, BOT_ID.slice(1), '*', NIL, `28:${BOT_ID}`],
  BOT_TYPE: ['singletenant', 'None', 'off', 'false', '__proto__', 'constructor', 'MultiTenant ', SECRET],
  BOT_TENANT_ID: ['contoso', 'common', '*', '0', ' ', '__proto__', `${TENANTS.contoso}x`, SECRET],
  BOT_OPENID_METADATA: [
    'constructor',
    '__proto__',
    'none',
    'http://localhost:1/metadata',
    'https://attacker.example/metadata',
    'https://login.botframework.com.attacker.example/v1/.well-known/openidconfiguration',
    'file:///etc/hosts',
    `https://x:${SECRET}@login.botframework.com/`,
  ],
  BOT_TOKEN_SERVICE: [
    'constructor',
    'token.botframework.com',
    'http://localhost:1',
    'https://token.botframework.com',
    'https://token.botframework.com.attacker.example',
    `https://x:${SECRET}@token.botframework.com/`,
  ],
  ALLOWED_TENANTS: [
    ' ',
    'all',
    '**',
    `*,${TENANTS.contoso}`,
    `${TENANTS.contoso},`,
    `${TENANTS.contoso} ${TENANTS.fabrikam}`,
    NIL,
    SECRET,
  ],
  STORE_URL: [
    'sqlite',
    'sqlite:',
    './x.db',
    'postgres://x',
    `http://x:${SECRET}@y`,
    `redis:x:${SECRET}@y`,
    'SQLITE:x',
    ' sqlite:x',
    SECRET,
  ],
  ENCRYPTION_KEYS: [
    undefined,
    SECRET,
    KEY,
    `k1:${Buffer.alloc(31).toString('base64')}`,
    `k1:${Buffer.alloc(33).toString('base64')}`,
    `k1:${KEY},`,
    `k1:${KEY},k1:${KEY}`,
    `k1:${KEY},k2:${SECRET}`,
  ],
  SECURITY_CODE_TTL: ['0', '-1', '180s', '1e2', '99999', '1.5', ' ', 'Infinity'],
  TICKET_TTL: ['0', '-1', '10m', '1e2', '999999', '1.5', ' ', 'Infinity'],
  TEAMS_HOST_ORIGINS: [
    'http://localhost:3981',
    'https://teams.example',
    '*',
    'null',
    'localhost',
    'https://localhost',
    'http://[::1]:1',
    SECRET,
  ],
  DIRECT_LINE_SECRET: ['short', 'with a blank in it', 'ünlikely-secret', 'x'.repeat(600)],
  METRICS_PORT: ['0', '65536', '-1', '9464/tcp', '1e3', ' ', SECRET],
  AUDIT_LOG: ['stderr', 'audit.jsonl', './audit.jsonl', '/var/log/', 'syslog:', ' ', '~', SECRET],
  LOG_LEVEL: ['verbose', 'INFO', '30', 'off', ' ', '__proto__', 'constructor', SECRET],
  CONNECTIONS_FILE: ['missing.json', '.', '/dev/null', 'latchkey.db', 'x/y/z', '../missing', '\u{1f511}', '~'],
};
const ROUNDS = Math.max(...Object.values(BAD).map((values) => values.length));

test('T9: with every setting invalid it does not start, and names them all', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const change = Object.fromEntries(
      Object.entries(BAD).map(([name, values]) => [name, values[round % values.length]]),
    );
    const { named } = await refused(change, round === 0 ? 'attempt' : 'read');
    expect([change, named]).toEqual([change, Object.keys(BAD).sort()]);
  }
});

test('T9: without any setting it does not start, and names the required ones', async () => {
  const nothing = Object.fromEntries(Object.keys(starts.good).map((name) => [name, undefined]));
  const { named } = await refused(nothing, 'attempt');
  expect(named).toEqual(['ALLOWED_TENANTS', 'BASE_URL', 'BOT_ID', 'CONNECTIONS_FILE', 'ENCRYPTION_KEYS']);
});

test('T9, T69: Direct Line’s settings are checked if they are used', async () => {
  const DIRECT_LINE_SECRET = 'a-good-secret';
  const bad: [string, string][] = [
    ['DIRECT_LINE_URL', 'http://directline.example'],
    ['DIRECT_LINE_URL', 'https://directline.example/v3'],
    ['DIRECT_LINE_URL', 'http://localhost:1'],
    ['DIRECT_LINE_ORIGINS', 'https://a.example,*'],
    ['DIRECT_LINE_ORIGINS', 'https://*.a.example'],
    ['DIRECT_LINE_ORIGINS', 'https://a.example/'],
    ['DIRECT_LINE_ORIGINS', 'null'],
    ['DIRECT_LINE_ORIGINS', 'http://a.example'],
    ['DIRECT_LINE_TENANT', 'contoso'],
    ['DIRECT_LINE_TENANT', '99999999-9999-4999-8999-999999999999'],
  ];
  for (const [name, value] of bad) {
    const { named } = await refused({ DIRECT_LINE_SECRET, ALLOWED_TENANTS: TENANTS.contoso, [name]: value });
    expect([value, named]).toEqual([value, [name]]);
  }
  const open = { DIRECT_LINE_SECRET, ALLOWED_TENANTS: '*', DIRECT_LINE_TENANT: undefined };
  expect((await refused(open)).named).toEqual(['DIRECT_LINE_TENANT']);
});

test('T9: a bot of one tenant, or with a managed identity, needs its tenant', async () => {
  for (const BOT_TYPE of ['SingleTenant', 'UserAssignedMSI']) {
    expect((await refused({ BOT_TYPE, BOT_TENANT_ID: '' })).named).toEqual(['BOT_TENANT_ID']);
  }
});

test('T9: without a BOT_ID it starts neither on a public address nor with a part of a registration', async () => {
  expect((await refused({ BOT_ID: undefined })).named).toEqual(['BOT_ID']);
  const parts = {
    BOT_PASSWORD: SECRET,
    BOT_TYPE: 'MultiTenant',
    BOT_TENANT_ID: TENANTS.contoso,
    BOT_OPENID_METADATA: 'public',
    BOT_TOKEN_SERVICE: 'public',
  };
  for (const [name, value] of Object.entries(parts)) {
    const change = { BASE_URL: 'http://localhost:1', BOT_ID: undefined, [name]: value };
    expect([name, (await refused(change)).named]).toEqual([name, ['BOT_ID']]);
  }
});

test('T9: a token service requires a bot with credentials of its own', async () => {
  const tokenService = withConnection({ signIn: { type: 'tokenService', connectionName: 'x' } });
  for (const change of [{ BASE_URL: 'http://localhost:1', BOT_ID: undefined }, {}]) {
    const { named, output } = await refused({ ...change, ...tokenService });
    expect([named, output]).toEqual([
      ['CONNECTIONS_FILE'],
      expect.stringContaining('needs a BOT_ID, and BOT_PASSWORD'),
    ]);
  }
});

test.each([
  '',
  'latchkey.example.com',
  'http://latchkey.example.com',
  'http://localhost.example.com',
  'http://0.0.0.0:3978',
  'https://latchkey.example.com/path',
  `https://x:${SECRET}@latchkey.example.com`,
  'ftp://localhost',
])('T9: BASE_URL is an origin, https unless it is loopback, and not "%s"', async (BASE_URL) => {
  expect((await refused({ BASE_URL })).named).toEqual(['BASE_URL']);
});

test('T9: the loopback rule: under a public BASE_URL no address may be local or plain http', async () => {
  const signIns = {
    'a-authority': { ...CONNECTION.signIn, authority: 'http://localhost:1' },
    'b-authority': { ...CONNECTION.signIn, authority: 'https://localhost:1' },
    'c-issuer': { ...oidc, issuer: 'http://127.0.0.1:1/plain' },
    'd-issuer': { ...oidc, issuer: 'https://[::1]/plain' },
    'e-issuer': { ...oidc, issuer: 'http://idp.example.com' },
    'f-issuer': { ...oidc, issuer: `https://x:${SECRET}@idp.example.com` },
    'f-sso': { ...CONNECTION.signIn, type: 'teamsSso', resource: 'api://x', authority: 'http://localhost:1' },
    'f-github': { ...github, authority: 'http://github.example.com' },
    'f-api': { ...github, apiUrl: 'https://localhost:1/api/v3' },
  };
  const sources = {
    'g-source': { ...CONNECTION.source, url: 'http://wiki.example.com' },
    'h-images': { ...CONNECTION.source, imageOrigins: ['http://x.example'] },
  };
  const bad = [
    ...Object.entries(signIns).map(([id, signIn]) => ({ ...CONNECTION, id, commands: [id], signIn })),
    ...Object.entries(sources).map(([id, source]) => ({ ...CONNECTION, id, commands: [id], source })),
  ];
  const { named, output } = await refused({
    CONNECTIONS_FILE: starts.connectionsFile({ connections: bad }),
    BOT_OPENID_METADATA: 'http://localhost:1/x',
    BOT_TOKEN_SERVICE: 'http://localhost:3',
    TEAMS_HOST_ORIGINS: 'http://localhost:2',
  });
  expect(named).toEqual(['BOT_OPENID_METADATA', 'BOT_TOKEN_SERVICE', 'CONNECTIONS_FILE', 'TEAMS_HOST_ORIGINS']);
  expect(bad.filter(({ id }) => !output.includes(` ${id}: `))).toEqual([]);
});

test('T9: even on loopback, plain http is limited to this machine', async () => {
  const { named } = await refused({
    BASE_URL: 'http://localhost:1',
    BOT_OPENID_METADATA: 'http://metadata.example.com/',
    BOT_TOKEN_SERVICE: 'http://tokens.example.com',
    TEAMS_HOST_ORIGINS: 'http://teams.example.com',
    ...withConnection({ source: { ...CONNECTION.source, url: 'http://wiki.example.com' } }),
  });
  expect(named).toEqual(['BOT_OPENID_METADATA', 'BOT_TOKEN_SERVICE', 'CONNECTIONS_FILE', 'TEAMS_HOST_ORIGINS']);
});

test('T9: the message names the place of every mistake in connections.json', async () => {
  const many = [
    { ...CONNECTION, id: '__proto__', commands: [] },
    { ...CONNECTION, id: 'UPPER', title: '' },
    { ...CONNECTION, signIn: { ...CONNECTION.signIn, type: 'saml' }, source: { type: 'sharepoint', url: 'x' } },
    {
      ...CONNECTION,
      signIn: { type: 'oidc', clientId: '', scopes: 'openid', issuer: 'idp', clientSecret: SECRET },
      extra: SECRET,
    },
    { ...CONNECTION, source: { type: 'mediawiki', url: 'wiki', apiPath: 'api.php', imageOrigins: 'x' } },
    SECRET,
  ];
  const places = [
    'connection 1: id must be 1 to 32 lower-case letters, digits or dashes',
    'connection 1: commands must not be empty',
    'connection 2: id must be',
    'connection 2: title must not be empty',
    'wiki: signIn.type must be one of entra, oidc,',
    'wiki: source.type must be one of mediawiki, graph,',
    'wiki: signIn.clientId must not be empty',
    'wiki: signIn.scopes must be a list in brackets',
    'wiki: signIn.issuer must be a URL',
    'wiki has a field that is not known: "extra"',
    'wiki: source.url must be a URL',
    'wiki: source.apiPath must start with /',
    'wiki: source.imageOrigins must be a list in brackets',
    'connection 6 must be an object in braces',
  ];
  const { named, output } = await refused({ CONNECTIONS_FILE: starts.connectionsFile({ connections: many }) });
  expect(named).toEqual(['CONNECTIONS_FILE']);
  expect(places.filter((place) => !output.includes(place))).toEqual([]);
  expect(output).not.toMatch(/Invalid|expected|received/);
});

const { clientSecret: _, ...secretless } = CONNECTION.signIn;
const made = makeCertificate();
const expired = makeCertificate({ days: [-30, -1] });
const managedIdentity = {
  federatedCredential: { type: 'managedIdentity', clientId: '4d1f0a52-9f1c-4f0b-8a51-64d1f0a52000' },
};
const oidcWith = (change: object) => ({
  signIn: { type: 'oidc', issuer: 'https://idp.example.com', clientId: 'x', scopes: ['openid'], ...change },
});
const entraWith = (change: object) => ({ signIn: { ...secretless, ...change } });
const UNREPLACED = 'signIn.clientSecret has a $ that names no variable';

test.each<[string, object, string]>([
  [
    'T9: an oidc connection with no secret',
    oidcWith({}),
    'signIn.clientSecret must not be empty, unless clientAuthentication is "none"',
  ],
  [
    'T9: an oidc connection with an unknown method',
    oidcWith({ clientSecret: SECRET, clientAuthentication: 'tls_client_auth' }),
    'signIn.clientAuthentication must be one of client_secret_basic, client_secret_basic_raw, client_secret_post, private_key_jwt, none',
  ],
  [
    'T9: a private_key_jwt without a key',
    oidcWith({ clientAuthentication: 'private_key_jwt' }),
    'signIn.privateKey belongs to clientAuthentication "private_key_jwt"',
  ],
  [
    'T9: a key that cannot be read',
    oidcWith({ clientAuthentication: 'private_key_jwt', privateKey: SECRET }),
    'signIn: privateKey: must be a private key as PEM',
  ],
  [
    'T9: a parameter that the bot sets itself',
    oidcWith({ clientSecret: SECRET, authorizationParameters: { redirect_uri: 'https://attacker.example' } }),
    'signIn.authorizationParameters.redirect_uri must be left out: the bot sets this parameter itself',
  ],
  ['T9: a $ without braces', oidcWith({ clientSecret: '$WIKI_URL' }), UNREPLACED],
  ['T9: a variable in small letters', oidcWith({ clientSecret: '${wiki_url}' }), UNREPLACED],
  ['T9: a variable with a default', oidcWith({ clientSecret: 'https://${WIKI_HOST:-wiki.example.com}' }), UNREPLACED],
  [
    'T9: an Entra connection with neither secret nor certificate',
    entraWith({}),
    'signIn.clientSecret must not be empty, unless there is a certificate',
  ],
  [
    'T9: a certificate with another key',
    entraWith({ certificate: made.certificate, privateKey: expired.privateKey }),
    'signIn: privateKey: is not the key of the certificate',
  ],
  [
    'T9: a secret beside a managed identity',
    entraWith({ clientSecret: SECRET, ...managedIdentity }),
    'signIn.clientSecret cannot be used with certificate or federatedCredential',
  ],
  [
    'T9: a source with {site} and a sign-in that finds no site',
    {
      source: {
        type: 'http',
        url: 'https://api.example.com/{site}/search?q={query}',
        items: '',
        fields: { title: '/title', url: '/url' },
      },
    },
    'source contains {site}, but the sign-in finds no site',
  ],
  ['T11: a connection for no tenant', { tenants: [] }, 'tenants must not be empty'],
  ['T11: a tenant by its domain', { tenants: ['contoso.example'] }, 'tenants.0 must be a tenant id, a GUID'],
  [
    'T11: a tenant that is not let in',
    { tenants: [TENANTS.contoso, TENANTS.fabrikam.toUpperCase()] },
    'tenants names a tenant that ALLOWED_TENANTS does not allow: add it there, too',
  ],
  [
    'T11: tenants for people without a tenant',
    {
      tenants: [TENANTS.contoso],
      connectedAccount: { channels: ['slack'], issuer: 'https://idp.example.com', audience: 'x' },
    },
    'tenants cannot be used with connectedAccount',
  ],
])('%s is refused at its place', async (_name, change, problem) => {
  const { named, output } = await refused(withConnection(change));
  expect([named, output]).toEqual([['CONNECTIONS_FILE'], expect.stringContaining(`wiki: ${problem}`)]);
});

test('T9: wrong settings, connections and sources are in one message, also behind a byte order mark', async () => {
  const broken = {
    ...CONNECTION,
    id: 'files',
    source: {
      type: 'http',
      url: 'https://files.example.com/search',
      items: '/items',
      fields: { title: '/t', url: '/u' },
    },
  };
  const signIn = { ...oidc, issuer: 'https://idp.example.com', scopes: ['two words'] };
  const json = JSON.stringify({ connections: [{ ...CONNECTION, signIn }, broken] });
  const CONNECTIONS_FILE = starts.connectionsFile(`\uFEFF${json}`);
  const { named, output } = await refused({ CONNECTIONS_FILE, LOG_LEVEL: 'verbose' });
  expect(named).toEqual(['CONNECTIONS_FILE', 'LOG_LEVEL']);
  expect(output).toMatch(/wiki: .*scopes must be words/);
  expect(output).toMatch(/files: .*\{query\}/);
});

test('T9: an unset variable hides no other mistake, and causes no invented one', async () => {
  const signIn = { ...CONNECTION.signIn, clientSecret: '${NOT_SET}', clientId: '${NOT_SET_EITHER}' };
  const { output } = await refused(withConnection({ signIn, title: '', source: {} }));
  const lines = output.split('\n').filter((line) => line.startsWith('  - '));
  expect(lines.map((line) => line.replace(/^.*?\): /, ''))).toEqual([
    'names ${NOT_SET_EITHER}, which the environment does not set',
    'names ${NOT_SET}, which the environment does not set',
    'wiki: title must not be empty',
    expect.stringMatching(/^wiki: source\.type must be one of mediawiki/),
  ]);
});

test.each([
  ['STORE_URL', 'sqlite::memory:', 'must name a file'],
  ['ENCRYPTION_KEYS', `k1:${Buffer.alloc(32).toString('base64')}`, 'zeros only'],
  ['BOT_PASSWORD', '<your bot password>', 'placeholder'],
  ['BOT_PASSWORD', 'changeme', 'placeholder'],
  ['BOT_PASSWORD', '${{SECRET_BOT_PASSWORD}}', 'was not replaced'],
  ['DIRECT_LINE_SECRET', '$DIRECT_LINE_KEY', 'was not replaced'],
])('T9: %s=%s is refused', async (name, value, text) => {
  const { named, output } = await refused({ [name]: value, DIRECT_LINE_TENANT: TENANTS.contoso });
  expect([named, output]).toEqual([[name], expect.stringContaining(text)]);
});

test('T9, T85: a file that is no database ends the start, and is named; a warning comes first for unusual settings', async () => {
  const gated = {
    ...oidc,
    issuer: 'https://idp.example.com',
    gate: { type: 'entra', clientId: 'x', clientSecret: SECRET },
  };
  const connections = [
    { ...CONNECTION, signIn: { ...CONNECTION.signIn, clientId: 'Latchkey' } },
    { ...CONNECTION, id: 'gated', signIn: gated },
  ];
  const output = await starts.untilStore({
    CONNECTIONS_FILE: starts.connectionsFile({ connections }),
    TRUSTED_PROXY: '10.0.0.0/8',
    SOME_OTHER: 'x',
  });
  expect(output).toContain(`The SQLite store ${starts.good.CONNECTIONS_FILE} cannot be used: file is not a database`);
  expect(output).not.toMatch(/listening|sentinel/);
  expect(output).toContain('TRUSTED_PROXY is not a variable of Latchkey: did you mean TRUSTED_PROXIES?');
  expect(output).not.toContain('SOME_OTHER');
  expect(output).toContain('wiki: signIn.clientId is not a GUID');
  expect(output).toContain('gated: signIn.gate.clientId is not a GUID');
});

test.each<[unknown, ...string[]]>([
  ['', 'is not JSON: line 1, column 1'],
  [`{"connections": [{"id": "${SECRET}"`, 'is not JSON: line 1, column'],
  [
    `{\n  "connections": [\n    {"id": "${SECRET}"},\n  ]\n}`,
    'is not JSON: line 4, column 3: a value is missing, or a comma is too many',
  ],
  [`{\n  "connections": [ // ${SECRET}\n  ]\n}`, 'is not JSON: line 2, column 20: JSON has no comments'],
  [[CONNECTION], 'the file'],
  [{ connections: [] }, 'connections'],
  [{ connections: [{ ...CONNECTION, title: '${NOT_SET} ${AND_NOT_THIS}' }] }, '${NOT_SET}', '${AND_NOT_THIS}'],
  [
    { connections: [CONNECTION, { ...CONNECTION, commands: ['other'] }, { ...CONNECTION, id: 'two' }] },
    'the id wiki is used twice',
  ],
])('T9: an inconsistent connections.json stops the start: %j', async (content, ...text) => {
  const { named, output } = await refused({ CONNECTIONS_FILE: starts.connectionsFile(content) });
  expect(named).toEqual(['CONNECTIONS_FILE']);
  expect(text.filter((each) => !output.includes(each))).toEqual([]);
});

test('T48: a managed identity is requested at an address of Azure; other connections need none', async () => {
  const identity = withConnection(entraWith(managedIdentity));
  const IDENTITY_HEADER = SECRET;
  for (const IDENTITY_ENDPOINT of ['http://attacker.example/msi/token', 'https://10.0.0.4/msi/token', SECRET]) {
    const { named } = await refused({ ...identity, IDENTITY_ENDPOINT, IDENTITY_HEADER });
    expect(named).toEqual(['IDENTITY_ENDPOINT']);
    const { code } = await starts.read({ IDENTITY_ENDPOINT, IDENTITY_HEADER });
    expect(code).toBeNull();
  }
  const host = { AZURE_POD_IDENTITY_AUTHORITY_HOST: 'http://127.0.0.1:1' };
  expect((await refused({ ...identity, ...host })).named).toEqual(['IDENTITY_ENDPOINT']);
  for (const good of [{}, { IDENTITY_HEADER, IDENTITY_ENDPOINT: 'http://169.254.129.2:8081/msi/token' }])
    expect((await starts.read({ ...identity, ...good })).code).toBeNull();
});

test('the bot warns of an expired certificate, and starts', async () => {
  const { certificate, privateKey } = expired;
  const output = await starts.untilStore(withConnection(entraWith({ certificate, privateKey })));
  expect(output).toMatch(/wiki: signIn\.certificate expired on .*: make a new one/);
});

describe('T9: the bot’s own credentials', () => {
  const single = { BOT_TYPE: 'SingleTenant', BOT_TENANT_ID: TENANTS.contoso };
  const WITHOUT = 'neither BOT_PASSWORD nor BOT_CERTIFICATE_FILE is set';
  const certificateFile = () => {
    const BOT_CERTIFICATE_FILE = join(starts.folder, 'bot.pem');
    writeFileSync(BOT_CERTIFICATE_FILE, made.certificate + made.privateKey);
    return { BOT_CERTIFICATE_FILE };
  };

  // Nothing is sent, so no token is requested. test/contract/teams/bot-credentials.test.ts has invalid certificates.
  test.each<[string, () => Settings, boolean]>([
    ['a certificate and its key', certificateFile, false],
    ['a password', () => ({ BOT_PASSWORD: 'x' }), false],
    ['a managed identity, which ignores a password', () => ({ BOT_TYPE: 'UserAssignedMSI', BOT_PASSWORD: 'x' }), false],
    ['neither, with a warning: it answers, and sends no message by itself', () => ({}), true],
  ])('with %s it starts', async (_, change, isWarned) => {
    expect((await starts.untilStore({ ...single, ...change() })).includes(WITHOUT)).toBe(isWarned);
  });

  test('with a certificate and a password it does not start', async () => {
    const { named, output } = await refused({ ...single, ...certificateFile(), BOT_PASSWORD: SECRET });
    expect([named, output]).toEqual([['BOT_CERTIFICATE_FILE'], expect.stringContaining('both set')]);
  });
});

test.each([
  ['20.19.6', 1],
  ['22.21.1', 0],
  ['24.11.0', 0],
])('on Node %s the log warns %i times that it gets no security fixes, and the bot starts', async (version, times) => {
  const output = await starts.untilStore({ NODE_OPTIONS: tellNode(version) });
  const warnings = output.match(
    /"level":40,.*Node [\d.]+ gets no security fixes any more.*: run the service on Node 24/g,
  );
  expect(warnings ?? []).toHaveLength(times);
});
