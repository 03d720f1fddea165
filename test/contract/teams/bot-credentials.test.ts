import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type BotSecret, readBotSecret } from '../../../bot/config/bot-secret.ts';
import { makeCertificate } from '../../../local/certificate.ts';
import { BOT_ID, TENANTS } from '../../../local/people.ts';

let folder: string;
let files = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-bot-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const good = makeCertificate();

function pem(...parts: string[]): string {
  const path = join(folder, `bot-${++files}.pem`);
  writeFileSync(path, parts.join(''));
  return path;
}

/** The parsed value, or the problems. */
function readSecret(file: string, type = 'SingleTenant'): { secret: BotSecret; problems: string[] } {
  const problems: string[] = [];
  const bad = (problem: string): undefined => void problems.push(problem);
  return { secret: readBotSecret({ BOT_CERTIFICATE_FILE: file }, type, Date.now(), bad), problems };
}

describe('BOT_CERTIFICATE_FILE', () => {
  const { certificate, privateKey } = good;
  const chain = makeCertificate().certificate;

  test.each([
    ['the certificate first', [certificate, privateKey]],
    ['the key first', [privateKey, certificate]],
    ['a chain, the bot’s own last', ['Bag Attributes\r\n', privateKey, chain, certificate]],
    ['lines that end as on Windows', [(certificate + privateKey).replaceAll('\n', '\r\n')]],
  ])('%s', (_, parts) => {
    const thumbprint = new X509Certificate(certificate).fingerprint.replaceAll(':', '');
    const { secret, problems } = readSecret(pem(...parts));
    expect([problems, secret]).toEqual([[], { password: undefined, certificate: { thumbprint, privateKey } }]);
  });

  const of = (days: [number, number]) => {
    const made = makeCertificate({ days });
    return [made.certificate, made.privateKey];
  };
  const encrypted = () =>
    good.key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString();
  const curve = () =>
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const cases: [string, () => string[], RegExp][] = [
    ['an empty file', () => [], /contains no certificate/],
    ['a key alone', () => [privateKey], /contains no certificate/],
    ['a certificate alone', () => [certificate], /contains no private key/],
    [
      'no certificate between its lines',
      () => [certificate.replace(/MII/, 'XXX'), privateKey],
      /does not belong to its/,
    ],
    ["another certificate's key", () => [chain, privateKey], /does not belong to its certificate/],
    ['an encrypted key', () => [certificate, encrypted()], /not encrypted/],
    ['a cut key', () => [certificate, privateKey.slice(0, 400), '\n-----END PRIVATE KEY-----\n'], /must be complete/],
    ['a key on a curve', () => [certificate, curve()], /RSA/],
    ['one that expired', () => of([-30, -1]), /expired on .*20\d\d/],
    ['one that is not valid yet', () => of([1, 30]), /not valid before .*20\d\d/],
  ];
  const isBase64 = (line: string) => /^[\w+/=]{20,}$/.test(line);
  test.each(cases)('refused: %s', (_, make, why) => {
    const parts = make();
    const { secret, problems } = readSecret(pem(...parts));
    expect([secret.certificate, problems]).toEqual([undefined, [expect.stringMatching(why)]]);
    expect(problems[0]).toMatch(/^BOT_CERTIFICATE_FILE /);
    for (const line of parts.join('').split('\n').filter(isBase64)) expect(problems[0]).not.toContain(line);
  });

  test('refused: a missing file, a folder, or the key itself in place of its path, which the message does not repeat', () => {
    mkdirSync(join(folder, 'folder'));
    for (const file of ['missing.pem', join(folder, 'folder'), certificate + privateKey]) {
      expect(readSecret(file).problems).toEqual(['BOT_CERTIFICATE_FILE names a file that cannot be read']);
    }
  });

  test('the file is not read for a managed identity', () => {
    expect(readSecret('missing.pem', 'UserAssignedMSI').problems).toEqual([]);
  });
});

describe('the credentials that the library gets', () => {
  // The library requests tokens only from Microsoft's login host (it looks up every authority there), so no stand-in is
  // possible. The test ends where its requests begin: each goes to this `request`, which never answers. In its own
  // process, because Jest cannot load the library.
  const SCRIPT = `
    const { EventEmitter } = await import('node:events');
    const { default: https } = await import('node:https');
    const { syncBuiltinESMExports } = await import('node:module');
    let requests = [];
    https.request = (url, { signal }) => {
      const request = { host: new URL(url).hostname, aborted: false };
      requests.push(request);
      const wait = setTimeout(() => undefined, 60_000);
      const sent = Object.assign(new EventEmitter(), { end() {} });
      signal?.addEventListener('abort', () => {
        request.aborted = true;
        clearTimeout(wait);
        sent.emit('error', signal.reason);
      });
      return sent;
    };
    syncBuiltinESMExports();
    const { botCredentials } = await import('./dist/bot/teams/auth/bot-credentials.js');
    const { bots, login } = JSON.parse(process.argv[1]);
    const made = [];
    for (const { asksForToken, ...bot } of bots) {
      const credentials = await botCredentials(bot).createCredentials(bot.id, 'https://api.botframework.com', login, true);
      if (asksForToken) await credentials.getToken().then(() => requests.push('a token'), () => undefined);
      const { appPassword, tenant, certificateThumbprint, certificatePrivateKey } = credentials;
      const fields = { appPassword, tenant, certificateThumbprint, certificatePrivateKey };
      made.push({ kind: credentials.constructor.name, ...fields, requests: requests.splice(0) });
    }
    console.log(JSON.stringify(made));
    process.exit();
  `;
  const BOTS = ['a password', 'a certificate', 'a managed identity', 'nothing'] as const;
  let made: Record<(typeof BOTS)[number], Record<string, unknown>>;
  beforeAll(() => {
    const { certificate } = readSecret(pem(good.certificate, good.privateKey)).secret;
    const registration = { id: BOT_ID, tenantId: TENANTS.contoso, type: 'SingleTenant' };
    const bots = [
      { ...registration, password: 'a-password', asksForToken: true },
      { ...registration, certificate, asksForToken: true },
      { ...registration, type: 'UserAssignedMSI', password: 'not-used' },
      registration,
    ];
    const given = JSON.stringify({ bots, login: `https://login.microsoftonline.com/${TENANTS.contoso}` });
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', SCRIPT, given], {
      cwd: join(import.meta.dirname, '../../..'),
      encoding: 'utf8',
    });
    if (stderr) throw new Error(stderr);
    const results = JSON.parse(stdout) as Record<string, unknown>[];
    made = Object.fromEntries(BOTS.map((kind, at) => [kind, results[at] ?? {}])) as typeof made;
  });

  test('a certificate: its thumbprint and key, in the tenant of the bot', () => {
    expect(made['a certificate']).toMatchObject({
      kind: 'CertificateAppCredentials',
      tenant: TENANTS.contoso,
      certificateThumbprint: new X509Certificate(good.certificate).fingerprint.replaceAll(':', ''),
      certificatePrivateKey: good.privateKey,
    });
  });

  test('a managed identity, even if a password is set', () => {
    const { kind, appPassword } = made['a managed identity'];
    expect([kind, appPassword]).toEqual(['ManagedIdentityAppCredentials', undefined]);
  });

  test('a password, in the tenant of the bot; without one, credentials that no service accepts', () => {
    expect(made['a password']).toMatchObject({ appPassword: 'a-password', tenant: TENANTS.contoso });
    expect(made.nothing.appPassword).toBeNull();
  });

  test.each(['a password', 'a certificate'] as const)(
    'T96: with %s, Entra does not answer: the request is aborted',
    (kind) => {
      expect(made[kind].requests).toEqual([{ host: 'login.microsoftonline.com', aborted: true }]);
    },
  );
});
