import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type BotSecret, readBotSecret } from '../../bot/config/bot-secret.ts';
import { BOT_ID, TENANTS } from '../../local/people.ts';
import { makeCertificate } from '../support/certificate.ts';

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

/** What is read, or the problems. */
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
    ['an empty file', () => [], /holds no certificate/],
    ['a key alone', () => [privateKey], /holds no certificate/],
    ['a certificate alone', () => [certificate], /holds no private key/],
    ['no certificate between its lines', () => [certificate.replace(/MII/, 'XXX'), privateKey], /not that of its/],
    ["another certificate's key", () => [chain, privateKey], /not that of its certificate/],
    ['an encrypted key', () => [certificate, encrypted()], /not encrypted/],
    ['a cut key', () => [certificate, privateKey.slice(0, 400), '\n-----END PRIVATE KEY-----\n'], /must be whole/],
    ['a key on a curve', () => [certificate, curve()], /RSA/],
    ['one that expired', () => of([-30, -1]), /expired on .*20\d\d/],
    ['one that is not valid yet', () => of([1, 30]), /not valid before .*20\d\d/],
  ];
  test.each(cases)('refused: %s', (_, parts, why) => {
    const { secret, problems } = readSecret(pem(...parts()));
    expect([secret.certificate, problems]).toEqual([undefined, [expect.stringMatching(why)]]);
    expect(problems[0]).toMatch(/^BOT_CERTIFICATE_FILE /);
  });

  test('a file that is not there, a folder, or the key itself in the place of its path, which is not repeated', () => {
    mkdirSync(join(folder, 'folder'));
    for (const file of ['missing.pem', join(folder, 'folder'), certificate + privateKey]) {
      expect(readSecret(file).problems).toEqual(['BOT_CERTIFICATE_FILE names a file that cannot be read']);
    }
  });

  test('is not read for a managed identity', () => {
    expect(readSecret('missing.pem', 'UserAssignedMSI').problems).toEqual([]);
  });
});

describe('what the library makes of it', () => {
  // It asks Microsoft's login host alone for tokens (it looks every authority up there), so there is no stand-in that it would
  // talk to: this ends where it would begin to. In a process of its own, as Jest can't load the library.
  const SCRIPT = `
    const { botCredentials } = await import('./dist/bot/teams/auth/bot-credentials.js');
    const { registration, login } = JSON.parse(process.argv[1]);
    const made = await botCredentials(registration).createCredentials(registration.id, 'https://api.botframework.com', login, true);
    const { appPassword, tenant, certificateThumbprint, certificatePrivateKey } = made;
    const fields = { appPassword, tenant, certificateThumbprint, certificatePrivateKey };
    console.log(JSON.stringify({ kind: made.constructor.name, ...fields }));
  `;
  const make = (bot: Record<string, unknown>) => runScript(SCRIPT, bot) as Record<string, unknown>;
  const runScript = (script: string, bot: Record<string, unknown>): unknown => {
    const registration = { id: BOT_ID, tenantId: TENANTS.contoso, type: 'SingleTenant', ...bot };
    const given = JSON.stringify({ registration, login: `https://login.microsoftonline.com/${TENANTS.contoso}` });
    const args = ['--input-type=module', '-e', script, given];
    const { stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: join(import.meta.dirname, '../..'),
      encoding: 'utf8',
    });
    if (stderr) throw new Error(stderr);
    return JSON.parse(stdout);
  };

  test('a certificate: its thumbprint and key, in the tenant of the bot', () => {
    const { secret } = readSecret(pem(good.certificate, good.privateKey));
    expect(make({ certificate: secret.certificate })).toEqual({
      kind: 'CertificateAppCredentials',
      tenant: TENANTS.contoso,
      certificateThumbprint: secret.certificate?.thumbprint,
      certificatePrivateKey: good.privateKey,
    });
  });

  test('a managed identity, whatever password lies about', () => {
    const made = make({ type: 'UserAssignedMSI', password: 'not-used' });
    expect([made.kind, made.appPassword]).toEqual(['ManagedIdentityAppCredentials', undefined]);
  });

  // Every request of the library's goes to this `request`, which never answers.
  const HANGING = `
    const { EventEmitter } = await import('node:events');
    const { default: https } = await import('node:https');
    const { syncBuiltinESMExports } = await import('node:module');
    const fetched = [];
    https.request = (url, { signal }) => {
      const one = { host: new URL(url).hostname, aborted: false };
      fetched.push(one);
      const wait = setTimeout(() => undefined, 60_000);
      const sent = Object.assign(new EventEmitter(), { end() {} });
      signal?.addEventListener('abort', () => {
        one.aborted = true;
        clearTimeout(wait);
        sent.emit('error', signal.reason);
      });
      return sent;
    };
    syncBuiltinESMExports();
    const { botCredentials } = await import('./dist/bot/teams/auth/bot-credentials.js');
    const { registration, login } = JSON.parse(process.argv[1]);
    const made = await botCredentials(registration).createCredentials(registration.id, 'https://api.botframework.com', login, true);
    await made.getToken().then(() => fetched.push('a token'), () => undefined);
    console.log(JSON.stringify(fetched));
    process.exit();
  `;

  test.each(['a password', 'a certificate'])('T96: with %s, Entra does not answer: the request is aborted', (kind) => {
    const { secret } = readSecret(pem(good.certificate, good.privateKey));
    const bot = kind === 'a password' ? { password: 'a-password' } : { certificate: secret.certificate };
    expect(runScript(HANGING, bot)).toEqual([{ host: 'login.microsoftonline.com', aborted: true }]);
  });

  test('a password, in the tenant of the bot; without one nothing that anybody would take', () => {
    expect(make({ password: 'a-password' })).toMatchObject({ appPassword: 'a-password', tenant: TENANTS.contoso });
    expect(make({}).appPassword).toBeNull();
  });
});
