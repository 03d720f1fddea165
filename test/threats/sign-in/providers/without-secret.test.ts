import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { exportJWK } from 'jose';
import { makeCertificate } from '../../../../local/certificate.ts';
import { ADA } from '../../../../local/people.ts';
import { IDENTITY, ManagedIdentityService } from '../../../support/provider/managed-identity.ts';
import { startAnotherBot } from '../../../support/world/another-bot.ts';
import { forgetAll } from '../../../support/world/evidence.ts';
import { untilBehindIdentityCheck } from '../../../support/world/guarded.ts';
import { searchWithToken, ssoToken } from '../../../support/world/sso-world.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

/** The built bot with registrations without a client secret. The stand-ins refuse a secret and each wrong assertion. */
const CONNECTIONS = fileURLToPath(new URL('../../../support/world/connections/secretless.json', import.meta.url));

const own = makeCertificate();
const plainKey = generateKeyPairSync('rsa', { modulusLength: 2048 });
const plainPem = plainKey.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

let folder: string;
let identity: ManagedIdentityService;
let world: World;
let token: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-secretless-'));
  identity = await ManagedIdentityService.start();
  token = await identity.token();
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, token);
  const federated = identity.federatedCredential;
  const keys = { keys: [{ ...(await exportJWK(plainKey.publicKey)), kid: 'plain', alg: 'RS256', use: 'sig' }] };
  world = await startWorld({
    botEnv: {
      CONNECTIONS_FILE: CONNECTIONS,
      WIKI_CERTIFICATE: own.certificate,
      WIKI_PRIVATE_KEY: own.privateKey.replaceAll('\n', '\\n'),
      HANDBOOK_PRIVATE_KEY: plainPem,
      AZURE_FEDERATED_TOKEN_FILE: tokenFile,
      LOG_LEVEL: 'trace',
    },
    identityProviderEnv: {
      IDP_SSO: '1',
      IDP_REGISTRATION: JSON.stringify({ certificates: [own.certificate], federated, keys }),
    },
  });
});
beforeEach(() => forgetAll(world));
afterAll(async () => {
  await world?.stop();
  await identity.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Neither the log nor the store contains a part of a key or an assertion. */
function expectNothingTold(output: string): void {
  const lines = [own.privateKey, plainPem].flatMap((pem) => pem.split('\n').slice(1, -2));
  expect([...lines, token, identity.header].filter((secret) => output.includes(secret))).toEqual([]);
  expect(output).not.toMatch(/client_assertion|eyJ[\w-]{20,}\.eyJ/);
}

test('with a certificate: the window, and single sign-on without it', async () => {
  await world.signIn(ADA);
  forgetAll(world);
  const { status, body } = await searchWithToken(world, ADA, await ssoToken(world.identityProviderUrl, ADA));
  expect([status, body]).toMatchObject([200, { composeExtension: { type: 'result' } }]);
  expect(world.rows('links')).toHaveLength(1);
  expectNothingTold(world.bot.output());
});

test('with a workload identity at the gate, and a key at the provider behind it', async () => {
  const { page, body } = await untilBehindIdentityCheck(world, ADA);
  expect((await page.post('complete', body)).body).toMatchObject({ next: 'done', proven: true });
  expect(world.rows('links')).toHaveLength(1);
  expectNothingTold(world.bot.output());
});

test.each([
  ['a virtual machine', () => identity.metadataVariables],
  ['App Service', () => identity.appServiceVariables],
])('with the managed identity of %s', async (_name, variables) => {
  const file = JSON.parse(readFileSync(CONNECTIONS, 'utf8'));
  const [wiki] = file.connections;
  const { certificate: _, privateKey: __, ...signIn } = wiki.signIn;
  const federatedCredential = { type: 'managedIdentity', clientId: IDENTITY.clientId };
  const CONNECTIONS_FILE = join(folder, 'managed.json');
  writeFileSync(
    CONNECTIONS_FILE,
    JSON.stringify({ connections: [{ ...wiki, signIn: { ...signIn, federatedCredential } }] }),
  );
  identity.reset();
  const bot = await startAnotherBot(world, { CONNECTIONS_FILE, ...variables() });
  try {
    // Consents to the API.
    await world.signIn(ADA);
    for (const _ of [1, 2]) {
      forgetAll(world);
      const brought = await ssoToken(world.identityProviderUrl, ADA);
      const { status, body } = await searchWithToken(world, ADA, brought, bot.url);
      expect([status, body]).toMatchObject([200, { composeExtension: { type: 'result' } }]);
    }
    expect(identity.calls.map(({ status }) => status)).toEqual([200]);
    expectNothingTold(bot.output());
  } finally {
    await bot.stop();
  }
});
