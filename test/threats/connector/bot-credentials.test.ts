import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeCertificate } from '../../../local/certificate.ts';
import { TENANTS } from '../../../local/people.ts';
import { type Settings, type StartAttempts, startAttempts } from '../../support/process/start-attempt.ts';

// The credentials with which the bot requests its own token. Tests only the start: nothing is sent, so no token is
// requested.
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
const MSI = 'UserAssignedMSI';
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

describe('T9: the bot’s own credentials', () => {
  const both = () => pem(good.privateKey, makeCertificate().certificate, good.certificate);
  const WITHOUT = 'neither BOT_PASSWORD nor BOT_CERTIFICATE_FILE is set';

  // The settings are valid if the next step, opening the store, fails. So no bot has to be awaited and stopped.
  test.each<[string, () => Settings, boolean]>([
    [
      'a certificate and its key in one file, after another of its chain',
      () => ({ BOT_CERTIFICATE_FILE: both() }),
      false,
    ],
    ['a password', () => ({ BOT_PASSWORD: 'x' }), false],
    ['a managed identity, which leaves a password alone', () => ({ BOT_TYPE: MSI, BOT_PASSWORD: 'x' }), false],
    ['neither, with a warning: it answers, and sends no message by itself', () => ({}), true],
  ])('with %s it starts', async (_, change, warned) => {
    const { output, named } = await starts.attempt({
      ...change(),
      STORE_URL: `sqlite:${starts.good.CONNECTIONS_FILE}`,
    });
    expect([named, output]).toEqual([[], expect.stringContaining('The SQLite store')]);
    expect(output.includes(WITHOUT)).toBe(warned);
  });

  // test/contract/teams/bot-credentials.test.ts has more invalid certificates.
  test.each<[string, () => Settings, RegExp]>([
    ['with both', () => ({ BOT_CERTIFICATE_FILE: both(), BOT_PASSWORD: 'x' }), /both set/],
    ['with a certificate that ended', () => ({ BOT_CERTIFICATE_FILE: ended() }), /expired on .*20\d\d/],
  ])('%s it does not start, and gives the reason without the content of the file', async (_, change, why) => {
    const { code, output, named } = await starts.attempt(change());
    expect([code, named, output]).toEqual([1, ['BOT_CERTIFICATE_FILE'], expect.stringMatching(why)]);
    expect(output).not.toMatch(/PRIVATE KEY-----\n\S/);
  });

  function ended(): string {
    const { certificate, privateKey } = makeCertificate({ days: [-30, -1] });
    return pem(certificate, privateKey);
  }
});
