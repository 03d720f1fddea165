import { describe, expect, test } from '@jest/globals';
import { AuthClient } from '../../../local/auth-client.ts';
import { ADA, GRACE, LINUS, TENANTS } from '../../../local/people.ts';
import { providerRequests } from '../../support/provider/provider-view.ts';
import { withChangedConnections } from '../../support/world/another-bot.ts';
import { eventNamesSince, eventNamesUntil, logMark, NO_ROWS, rowCounts } from '../../support/world/evidence.ts';
import {
  GUARDED_CONNECTIONS,
  signInAt,
  untilBehindIdentityCheck,
  untilIdentityCheck,
} from '../../support/world/guarded.ts';
import { linkedCredential } from '../../support/world/opened.ts';
import { useWorld } from '../../support/world/use-world.ts';
import { eventually } from '../../support/world/world.ts';

const world = useWorld({ botEnv: { CONNECTIONS_FILE: GUARDED_CONNECTIONS } });

const search = { connection: 'guarded', text: 'lakers' } as const;

describe('a connection behind an identity gate', () => {
  test('the gate asks the asker’s own tenant for openid alone, with a redirect URI of its own', async () => {
    const { page } = await untilIdentityCheck(world, ADA);
    const { body } = await page.post('start', { ticket: await world.ticket(ADA, 'guarded') });
    const url = new URL(String(body.authorizationUrl));
    expect(url.href).toContain(`${world.identityProviderUrl}/${TENANTS.contoso}/v2.0/`);
    expect(url.searchParams.get('scope')).toBe('openid profile');
    expect(url.searchParams.get('redirect_uri')).toBe(`${world.botUrl}/auth/callback/guarded.gate`);
    expect(url.searchParams.get('code_challenge_method')).toBe('S256');
    expect(body.proven).toBe(true);
  });

  test('Ada passes the gate, signs in behind it, and is linked without a confirm page; the same cookie serves both', async () => {
    const { page, body } = await untilIdentityCheck(world, ADA);
    const cookie = page.cookie;
    const passed = await page.post('complete', body);
    expect(passed).toEqual({ status: 200, body: { next: 'continue', authorizationUrl: expect.any(String) } });
    expect(page.cookie).toBe(cookie);
    const url = new URL(String(passed.body.authorizationUrl));
    expect(url.searchParams.get('redirect_uri')).toBe(`${world.botUrl}/auth/callback/guarded`);
    for (const name of ['state', 'nonce', 'code_challenge']) expect(url.searchParams.get(name)).toHaveLength(43);
    expect(url.searchParams.get('state')).not.toBe(body.state);

    const done = await page.post('complete', await signInAt(url.href, 'ada'));
    expect(done.body).toEqual({ next: 'done', securityCode: expect.any(String), proven: true });
    // Linked already, so a lost message to Teams does no harm.
    expect((await world.search(ADA, search)).type).toBe('result');
    const state = String(done.body.securityCode);
    expect((await world.search(ADA, { ...search, state })).type).toBe('result');
    expect(rowCounts(world)).toEqual({ ...NO_ROWS, links: 1 });
    expect(linkedCredential(world, ADA, 'guarded').scope).toContain('wiki.read');
  });

  test('the gate’s own tokens are not stored, and are revoked', async () => {
    const revocations = await providerRequests(world, 'revocation');
    const { page, body } = await untilIdentityCheck(world, ADA);
    expect((await page.post('complete', body)).body.next).toBe('continue');
    await eventually(
      () => providerRequests(world, 'revocation'),
      (now) => now > revocations,
    );
    expect(rowCounts(world)).toEqual({ ...NO_ROWS, transactions: 1 });
  });

  test('T12: a victim who signs in at the gate with the asker’s ticket gets no further, and nothing is stored', async () => {
    const mark = await logMark(world);
    const { page, body } = await untilIdentityCheck(world, ADA, GRACE);
    const response = await page.post('complete', body);
    expect(response).toMatchObject({ status: 403, body: { code: 'signin.identity_mismatch', expected: ADA.name } });
    expect(response.body).not.toHaveProperty('authorizationUrl');
    expect(rowCounts(world)).toEqual(NO_ROWS);
    // The gate has no refresh token, and this provider revokes no access token of this kind.
    const events = await eventNamesUntil(world, mark, 'credential.revocation_unsupported');
    expect(events).toEqual(['signin.started', 'signin.identity_mismatch', 'credential.revocation_unsupported']);
  });

  test('another person was at the gate: the gate shows the account chooser, and the connection behind it does not', async () => {
    const promptOf = (response: { body: Record<string, unknown> }) =>
      new URL(String(response.body.authorizationUrl)).searchParams.get('prompt');
    const { page, body } = await untilIdentityCheck(world, ADA, GRACE);
    const wrong = await page.post('complete', body);
    expect(wrong.body).toMatchObject({ code: 'signin.identity_mismatch', used: { name: GRACE.username } });
    const again = await page.post('start', { ticket: wrong.body.again });
    expect(promptOf(again)).toBe('select_account');
    const passed = await page.post('complete', await signInAt(String(again.body.authorizationUrl), ADA.username));
    expect(passed.body.next).toBe('continue');
    expect(promptOf(passed)).toBe('consent');
  });

  test('T27, T30: an authorization response of one stage is refused at the other’s callback, before any token request', async () => {
    const atIdentityCheck = await untilIdentityCheck(world, ADA);
    const behind = await untilBehindIdentityCheck(world, GRACE);
    const exchanges = await providerRequests(world, 'token:authorization_code');
    const swapped = [
      await atIdentityCheck.page.post('complete', { ...atIdentityCheck.body, connection: 'guarded' }),
      await behind.page.post('complete', { ...behind.body, connection: 'guarded.gate' }),
      await atIdentityCheck.page.post('complete', { ...atIdentityCheck.body, connection: 'handbook' }),
    ];
    for (const { status, body } of swapped) expect([status, body.code]).toEqual([400, 'transaction.unknown']);
    // The provider refuses codes that it did not issue.
    const { code: identityCheckCode, iss: identityCheckIss } = (await untilIdentityCheck(world, LINUS)).body;
    const mixed = await behind.page.post('complete', {
      ...behind.body,
      code: identityCheckCode,
      iss: identityCheckIss,
    });
    expect([mixed.status, mixed.body.code]).toEqual([502, 'provider.invalid_response']);
    expect(await providerRequests(world, 'token:authorization_code')).toBe(exchanges);
    expect(rowCounts(world).links).toBe(0);
  });

  test('T27: the gate’s answer works once', async () => {
    const { page, body } = await untilIdentityCheck(world, ADA);
    expect((await page.post('complete', body)).status).toBe(200);
    expect(await page.post('complete', body)).toMatchObject({ status: 400, body: { code: 'transaction.unknown' } });
  });

  test('T32: a person who cancels at the gate, or behind it, has connected no account', async () => {
    const mark = await logMark(world);
    const { page, body } = await untilIdentityCheck(world, ADA);
    const { state } = body;
    const cancelled = await page.post('complete', { connection: 'guarded.gate', error: 'access_denied', state });
    expect([cancelled.status, cancelled.body.code]).toEqual([400, 'signin.cancelled']);
    const behind = await untilBehindIdentityCheck(world, ADA);
    const late = { connection: 'guarded', error: 'access_denied', state: behind.body.state };
    expect((await behind.page.post('complete', late)).body.code).toBe('signin.cancelled');
    expect(rowCounts(world)).toEqual(NO_ROWS);
    expect((await eventNamesSince(world, mark)).filter((name) => name === 'signin.cancelled')).toHaveLength(2);
  });

  test('T12: a sign-in that began before the connection had its gate does not count as one that passed it', async () => {
    const page = new AuthClient(world.botUrl);
    const ticket = await world.ticket(ADA, 'guarded');
    // The same connection without the gate, in a bot on the same store.
    const withoutGate = (signIns: Record<string, unknown>[]) => delete signIns[0]?.gate;
    const started = await withChangedConnections(world, withoutGate, ({ url }) => page.post('start', { ticket }, url));
    const body = await signInAt(String(started.body.authorizationUrl), 'ada');
    expect(body.connection).toBe('guarded');
    expect(await page.post('complete', body)).toMatchObject({ status: 400, body: { code: 'transaction.unknown' } });
    expect(rowCounts(world)).toEqual(NO_ROWS);
  });
});
