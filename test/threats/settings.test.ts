import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA, GRACE, LINUS, type Person } from '../../local/people.ts';
import { postInvoke } from '../support/actions.ts';
import { forgetAll, rowCounts } from '../support/evidence.ts';
import { signInAt } from '../support/guarded.ts';
import { vaultOf } from '../support/opened.ts';
import { openSettings, SettingsBrowser, settingsTicket, settingsUrl } from '../support/settings-page.ts';
import { startWorld, usernameAt, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
beforeEach(() => forgetAll(world));
afterAll(() => world.stop());

const NOBODY = [
  { id: 'wiki', title: 'Contoso wiki' },
  { id: 'handbook', title: 'Contoso handbook' },
];

describe('the settings page', () => {
  test('shows who somebody is at each connection; a reload shows it again, without the ticket', async () => {
    await world.signIn(ADA);
    const { origin, pathname } = await settingsUrl(world, ADA);
    expect(origin + pathname).toBe(`${world.botUrl}/auth/settings`);
    const browser = await openSettings(world, ADA);
    const { body } = await browser.post('settings', {});
    expect(body).toEqual({
      asker: { name: ADA.name },
      connections: [{ ...NOBODY[0], account: { name: ADA.username } }, NOBODY[1]],
      shared: ['wiki', 'handbook'],
    });
  });

  test('its cookie is this host’s alone, goes with our own pages alone, and no script sees it', async () => {
    const { headers } = await new SettingsBrowser(world.botUrl).post('settings', {
      ticket: await settingsTicket(world, ADA),
    });
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-latchkey-settings=[\w.-]+; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=600$/,
      ),
    ]);
  });

  test('T62: signs out of one, or of all, and nobody else', async () => {
    await world.signIn(ADA);
    await world.signIn(ADA, { connection: 'handbook' });
    await world.signIn(GRACE);
    const browser = await openSettings(world, ADA);
    const { body } = await browser.post('settings/sign-out', { connection: 'wiki' });
    expect(body.connections).toEqual([NOBODY[0], { ...NOBODY[1], account: { name: 'ada' } }]);
    expect((await world.search(ADA)).type).toBe('auth');
    expect((await browser.post('settings/sign-out', {})).body.connections).toEqual(NOBODY);
    expect(rowCounts(world).links).toBe(1);
    expect((await world.search(GRACE)).type).toBe('result');
  });

  test('signs in, and the code that Teams is told by the page links what was confirmed', async () => {
    const browser = await openSettings(world, ADA);
    const state = await signInFrom(browser, ADA, 'handbook');
    expect(rowCounts(world)).toMatchObject({ links: 0, parked: 1 });
    expect(await told(ADA, state)).toBe(200);
    expect((await world.search(ADA, { connection: 'handbook', text: 'lakers' })).type).toBe('result');
  });

  test('T13: a code that Teams is told of by somebody else is burnt for all', async () => {
    const state = await signInFrom(await openSettings(world, ADA), ADA, 'handbook');
    expect(await told(LINUS, state)).toBe(200);
    expect(await told(ADA, state)).toBe(200);
    expect(rowCounts(world)).toMatchObject({ links: 0, parked: 0 });
  });

  test('another account: the provider asks which, whoever is signed in there', async () => {
    const browser = await openSettings(world, ADA);
    for (const connection of ['wiki', 'handbook']) {
      const { body } = await browser.post('settings/connect', { connection, switchAccount: true });
      expect(new URL(String(body.authorizationUrl)).searchParams.get('prompt')).toContain('select_account');
      const plain = await browser.post('settings/connect', { connection });
      expect(new URL(String(plain.body.authorizationUrl)).searchParams.get('prompt') ?? '').not.toContain('select');
    }
  });

  test('T12: Grace, who signs in from Ada’s page, connects nothing of hers where it is proven', async () => {
    const browser = await openSettings(world, ADA);
    const { body } = await browser.post('settings/connect', { connection: 'wiki' });
    const response = await browser.post('complete', await signInAt(String(body.authorizationUrl), GRACE.username));
    expect([response.status, response.body.code]).toEqual([403, 'signin.identity_mismatch']);
    expect(rowCounts(world).links).toBe(0);
  });
});

describe('T20: the settings page of somebody else', () => {
  test('T20: opens with no ticket but one for it: not a sign-in’s, an altered or a made-up one', async () => {
    const ticket = await settingsTicket(world, ADA);
    const altered = `${ticket.slice(0, -1)}${ticket.endsWith('A') ? 'B' : 'A'}`;
    for (const wrong of [await world.ticket(ADA), altered, 'x', `${ticket}.`]) {
      const browser = new SettingsBrowser(world.botUrl);
      const { status, body } = await browser.post('settings', { ticket: wrong });
      expect([status, body.code, browser.cookies.size]).toEqual([400, 'ticket.invalid', 0]);
    }
    const { status, body } = await new SettingsBrowser(world.botUrl).post('start', { ticket });
    expect([status, body.code]).toEqual([400, 'ticket.invalid']);
  });

  test('T17: opens with no ticket that is too old', async () => {
    const vault = vaultOf(world);
    const fields = vault.open('ticket', 'settings', await settingsTicket(world, ADA)) as unknown[];
    const [issued, expires] = fields.slice(-2).map(Number) as [number, number];
    expect(expires - issued).toBe(600_000);
    const old = [...fields.slice(0, -2), issued - 601_000, expires - 601_000];
    const { status, body } = await new SettingsBrowser(world.botUrl).post('settings', {
      ticket: vault.seal('ticket', 'settings', old),
    });
    expect([status, body.code]).toEqual([400, 'ticket.expired']);
  });

  test('T39: does nothing without its cookie, with a ticket in its place, or from another site', async () => {
    await world.signIn(ADA);
    const ticket = await settingsTicket(world, ADA);
    const calls: [string, object][] = [
      ['settings', {}],
      ['settings/sign-out', {}],
      ['settings/connect', { connection: 'wiki' }],
      ['settings/default', { connection: 'wiki' }],
    ];
    for (const [call, body] of calls) {
      const stranger = new SettingsBrowser(world.botUrl);
      expect([call, (await stranger.post(call, body)).body.code]).toEqual([call, 'transaction.cookie']);
      stranger.cookies.set('__Host-latchkey-settings', ticket);
      expect([call, (await stranger.post(call, body)).body.code]).toEqual([call, 'ticket.invalid']);
      const mine = await openSettings(world, ADA);
      expect([call, (await mine.post(call, body, 'https://attacker.example')).status]).toEqual([call, 403]);
    }
    expect((await world.search(ADA)).type).toBe('result');
  });

  test('T10: knows no connection but those there are', async () => {
    const browser = await openSettings(world, ADA);
    for (const connection of ['__proto__', 'constructor', '', 'wiki.gate']) {
      expect((await browser.post('settings/connect', { connection })).body.code).toBe('ticket.invalid');
    }
    expect((await browser.post('settings/default', { connection: '__proto__' })).body.code).toBe('ticket.invalid');
    expect((await browser.post('settings/sign-out', { connection: 1 })).body.code).toBe('request.malformed');
  });
});

/** The whole sign-in from the page, up to the code that it hands to Teams. */
async function signInFrom(browser: SettingsBrowser, person: Person, connection: 'wiki' | 'handbook'): Promise<string> {
  const { body } = await browser.post('settings/connect', { connection });
  const callback = await signInAt(String(body.authorizationUrl), usernameAt(connection, person));
  const requested = (await browser.post('complete', callback)).body;
  const done = await browser.post('confirm', { decision: 'connect', confirmation: requested.confirmation });
  return String(done.body.securityCode);
}

/** What Teams says when the page has ended. @returns the status */
async function told(person: Person, state: string): Promise<number> {
  const invoke = { name: 'composeExtension/setting', value: { state } };
  return (await postInvoke(world.connector, world.botUrl, person, invoke)).status;
}
