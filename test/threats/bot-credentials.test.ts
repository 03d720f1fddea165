import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TENANTS } from '../../local/people.ts';
import { makeCertificate } from '../support/certificate.ts';
import { type Settings, type StartAttempts, startAttempts } from '../support/start-attempt.ts';

// What the bot shows Entra for a token of its own. Only the start: nothing is sent, so no token is asked for.
const connection = {
  id: 'wiki',
  title: 'Wiki',
  commands: ['insertWiki'],
  signIn: { type: 'entra', clientId: 'x', clientSecret: 'x', scopes: ['openid', 'profile'] },
  source: { type: 'mediawiki', url: 'https://wiki.example.com' },
};
let starts: StartAttempts;
let files = 0;
const good = makeCertificate();
beforeAll(() => {
  starts = startAttempts({ connections: [connection] });
  Object.assign(starts.good, { BOT_TYPE: 'SingleTenant', BOT_TENANT_ID: TENANTS.contoso });
});
afterAll(() => starts?.close());

function pem(...parts: string[]): string {
  const path = join(starts.folder, `bot-${++files}.pem`);
  writeFileSync(path, parts.join(''));
  return path;
}

/** The settings pass where the store is opened next, and it is one that cannot be: nothing has to be waited for and ended. */
async function passed(change: Settings): Promise<string> {
  const STORE_URL = `sqlite:${starts.good.CONNECTIONS_FILE}`;
  const { output, named } = await starts.attempt({ ...change, STORE_URL });
  expect([named, output]).toEqual([[], expect.stringContaining('The SQLite store')]);
  return output;
}

/** The one message that names BOT_CERTIFICATE_FILE and nothing else; what is in the file is not in it. */
async function refused(change: Settings): Promise<string> {
  const { code, output, named } = await starts.attempt(change);
  expect([code, named]).toEqual([1, ['BOT_CERTIFICATE_FILE']]);
  expect(output).not.toMatch(/PRIVATE KEY-----\n\S/);
  return output;
}

describe('T9: how the bot signs in', () => {
  test('with a certificate and its key in one file, after another of its chain', async () => {
    const { certificate, privateKey } = good;
    const BOT_CERTIFICATE_FILE = pem(privateKey, makeCertificate().certificate, certificate);
    expect(await passed({ BOT_CERTIFICATE_FILE })).not.toContain('BOT_CERTIFICATE_FILE');
  });

  test('with a password, or with a managed identity, which leaves a password alone', async () => {
    for (const change of [
      { BOT_PASSWORD: 'x' },
      { BOT_TYPE: 'UserAssignedMSI' },
      { BOT_TYPE: 'UserAssignedMSI', BOT_PASSWORD: 'x' },
    ]) {
      expect(await passed(change)).not.toContain('BOT_PASSWORD');
    }
  });

  test('with neither it starts, and is warned: it answers, and sends nothing by itself', async () => {
    for (const change of [{}, { BOT_TYPE: 'MultiTenant' }]) {
      expect(await passed(change)).toContain('neither BOT_PASSWORD nor BOT_CERTIFICATE_FILE is set');
    }
  });

  test('but not with both', async () => {
    const BOT_CERTIFICATE_FILE = pem(good.certificate, good.privateKey);
    expect(await refused({ BOT_CERTIFICATE_FILE, BOT_PASSWORD: 'x' })).toContain('both set');
  });
});

test('T9: a certificate that Entra would not take stops the start, and says why', async () => {
  const expired = makeCertificate({ days: [-30, -1] });
  const cases: [string, RegExp][] = [
    [pem(expired.certificate, expired.privateKey), /expired on .*20\d\d/],
    [pem(makeCertificate().certificate, good.privateKey), /not that of its certificate/],
    [`${good.certificate}${good.privateKey}`, /cannot be read/],
  ];
  for (const [BOT_CERTIFICATE_FILE, why] of cases) expect(await refused({ BOT_CERTIFICATE_FILE })).toMatch(why);
});
