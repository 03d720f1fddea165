import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { completionBody } from '../../local/auth-client.ts';
import { signInByPages } from '../../local/identity-provider/script.ts';
import { ADA, GRACE, LINUS, PASSWORD, type Person } from '../../local/people.ts';
import { postInvoke } from '../support/actions.ts';
import { forgetAll, rowCounts } from '../support/evidence.ts';
import { type SearchResponse, startWorld, usernameAt, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
beforeEach(() => forgetAll(world));
afterAll(() => world.stop());

/** The ticket of the settings page that Teams is led to for somebody. */
async function settingsTicket(person: Person): Promise<string> {
  const { status, body } = await postInvoke(world.connector, world.botUrl, person, {
    name: 'composeExtension/querySettingUrl',
    value: { commandId: 'insertWiki' },
  });
  const { type, suggestedActions } = (body as { composeExtension: SearchResponse }).composeExtension;
  expect([status, type]).toEqual([200, 'config']);
  const url = new URL(suggestedActions?.actions[0]?.value ?? '');
  expect(url.origin + url.pathname).toBe(`${world.botUrl}/auth/settings`);
  return url.searchParams.get('ticket') ?? '';
}

/** A browser with a cookie jar, at the settings page. */
class Browser {
  readonly cookies = new Map<string, string>();

  async post(call: string, body: object, origin = world.botUrl) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(`${world.botUrl}/auth/api/${call}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: origin, ...(cookie && { Cookie: cookie }) },
      body: JSON.stringify(body),
    });
    for (const set of response.headers.getSetCookie()) {
      const [pair = ''] = set.split(';');
      this.cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return {
      status: response.status,
      body: (await response.json()) as Record<string, unknown>,
      headers: response.headers,
    };
  }
}

async function opened(person: Person): Promise<Browser> {
  const browser = new Browser();
  expect((await browser.post('settings', { ticket: await settingsTicket(person) })).status).toBe(200);
  return browser;
}

const NOBODY = [
  { id: 'wiki', title: 'Contoso wiki' },
  { id: 'handbook', title: 'Contoso handbook' },
];

describe('the settings page', () => {
  test('shows who somebody is at each connection; a reload shows it again, without the ticket', async () => {
    await world.signIn(ADA);
    const browser = await opened(ADA);
    const { body } = await browser.post('settings', {});
    expect(body).toEqual({
      asker: { name: ADA.name },
      connections: [{ ...NOBODY[0], account: { name: ADA.username } }, NOBODY[1]],
      shared: ['wiki', 'handbook'],
    });
  });

  test('its cookie is this host’s alone, goes with our own pages alone, and no script sees it', async () => {
    const { headers } = await new Browser().post('settings', { ticket: await settingsTicket(ADA) });
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
    const browser = await opened(ADA);
    const { body } = await browser.post('settings/sign-out', { connection: 'wiki' });
    expect(body.connections).toEqual([NOBODY[0], { ...NOBODY[1], account: { name: 'ada' } }]);
    expect((await world.search(ADA)).type).toBe('auth');
    expect((await browser.post('settings/sign-out', {})).body.connections).toEqual(NOBODY);
    expect(rowCounts(world).links).toBe(1);
    expect((await world.search(GRACE)).type).toBe('result');
  });

  test('signs in, and the code that Teams is told by the page links what was confirmed', async () => {
    const browser = await opened(ADA);
    const state = await signInFrom(browser, ADA, 'handbook');
    expect(rowCounts(world)).toMatchObject({ links: 0, parked: 1 });
    expect(await told(ADA, state)).toBe(200);
    expect((await world.search(ADA, { connection: 'handbook', text: 'lakers' })).type).toBe('result');
  });

  test('T13: a code that Teams is told of by somebody else is burnt for all', async () => {
    const state = await signInFrom(await opened(ADA), ADA, 'handbook');
    expect(await told(LINUS, state)).toBe(200);
    expect(await told(ADA, state)).toBe(200);
    expect(rowCounts(world)).toMatchObject({ links: 0, parked: 0 });
  });

  test('another account: the provider asks which, whoever is signed in there', async () => {
    const browser = await opened(ADA);
    for (const connection of ['wiki', 'handbook']) {
      const { body } = await browser.post('settings/connect', { connection, switchAccount: true });
      expect(new URL(String(body.authorizationUrl)).searchParams.get('prompt')).toContain('select_account');
      const plain = await browser.post('settings/connect', { connection });
      expect(new URL(String(plain.body.authorizationUrl)).searchParams.get('prompt') ?? '').not.toContain('select');
    }
  });

  test('T12: Grace, who signs in from Ada’s page, connects nothing of hers where it is proven', async () => {
    const browser = await opened(ADA);
    const { body } = await browser.post('settings/connect', { connection: 'wiki' });
    const response = await browser.post('complete', await atProvider(String(body.authorizationUrl), GRACE.username));
    expect([response.status, response.body.code]).toEqual([403, 'signin.identity_mismatch']);
    expect(rowCounts(world).links).toBe(0);
  });
});

describe('T20: the settings page of somebody else', () => {
  test('T20: opens with no ticket but one for it: not a sign-in’s, an altered or a made-up one', async () => {
    const ticket = await settingsTicket(ADA);
    const altered = `${ticket.slice(0, -1)}${ticket.endsWith('A') ? 'B' : 'A'}`;
    for (const wrong of [await world.ticket(ADA), altered, 'x', `${ticket}.`]) {
      const browser = new Browser();
      const { status, body } = await browser.post('settings', { ticket: wrong });
      expect([status, body.code, browser.cookies.size]).toEqual([400, 'ticket.invalid', 0]);
    }
    const { status, body } = await new Browser().post('start', { ticket });
    expect([status, body.code]).toEqual([400, 'ticket.invalid']);
  });

  test('T17: opens with no ticket that is too old', async () => {
    // Sealed for one second.
    const short = await startWorld({ botEnv: { TICKET_TTL: '1' } });
    try {
      const { body } = await postInvoke(short.connector, short.botUrl, ADA, {
        name: 'composeExtension/querySettingUrl',
        value: {},
      });
      const { suggestedActions } = (body as { composeExtension: SearchResponse }).composeExtension;
      const ticket = new URL(suggestedActions?.actions[0]?.value ?? '').searchParams.get('ticket');
      const open = async () => {
        const headers = { 'Content-Type': 'application/json', Origin: short.botUrl };
        const response = await fetch(`${short.botUrl}/auth/api/settings`, {
          method: 'POST',
          headers,
          body: JSON.stringify({ ticket }),
        });
        return ((await response.json()) as { code?: string }).code;
      };
      await expect(poll(open, 'ticket.expired')).resolves.toBe('ticket.expired');
    } finally {
      await short.stop();
    }
  });

  test('T39: does nothing without its cookie, with a ticket in its place, or from another site', async () => {
    await world.signIn(ADA);
    const ticket = await settingsTicket(ADA);
    const calls: [string, object][] = [
      ['settings', {}],
      ['settings/sign-out', {}],
      ['settings/connect', { connection: 'wiki' }],
      ['settings/default', { connection: 'wiki' }],
    ];
    for (const [call, body] of calls) {
      const stranger = new Browser();
      expect([call, (await stranger.post(call, body)).body.code]).toEqual([call, 'transaction.cookie']);
      stranger.cookies.set('__Host-latchkey-settings', ticket);
      expect([call, (await stranger.post(call, body)).body.code]).toEqual([call, 'ticket.invalid']);
      const mine = await opened(ADA);
      expect([call, (await mine.post(call, body, 'https://attacker.example')).status]).toEqual([call, 403]);
    }
    expect((await world.search(ADA)).type).toBe('result');
  });

  test('T10: knows no connection but those there are', async () => {
    const browser = await opened(ADA);
    for (const connection of ['__proto__', 'constructor', '', 'wiki.gate']) {
      expect((await browser.post('settings/connect', { connection })).body.code).toBe('ticket.invalid');
    }
    expect((await browser.post('settings/default', { connection: '__proto__' })).body.code).toBe('ticket.invalid');
    expect((await browser.post('settings/sign-out', { connection: 1 })).body.code).toBe('request.malformed');
  });
});

async function atProvider(authorizationUrl: string, username: string): Promise<Record<string, string>> {
  const { callbackUrl } = await signInByPages({ authorizationUrl, username, password: PASSWORD });
  return completionBody(callbackUrl);
}

/** The whole sign-in from the page, up to the code that it hands to Teams. */
async function signInFrom(browser: Browser, person: Person, connection: 'wiki' | 'handbook'): Promise<string> {
  const { body } = await browser.post('settings/connect', { connection });
  const callback = await atProvider(String(body.authorizationUrl), usernameAt(connection, person));
  const requested = (await browser.post('complete', callback)).body;
  const done = await browser.post('confirm', { decision: 'connect', confirmation: requested.confirmation });
  return String(done.body.securityCode);
}

/** What Teams says when the page has ended. @returns the status */
async function told(person: Person, state: string): Promise<number> {
  const invoke = { name: 'composeExtension/setting', value: { state } };
  return (await postInvoke(world.connector, world.botUrl, person, invoke)).status;
}

async function poll<T>(ask: () => Promise<T>, wanted: T): Promise<T> {
  for (;;) {
    const response = await ask();
    if (response === wanted) return response;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
