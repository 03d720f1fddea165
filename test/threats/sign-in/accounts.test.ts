import { describe, expect, test } from '@jest/globals';
import { AuthClient } from '../../../local/auth-client.ts';
import { ADA, GRACE, LINUS, type Person } from '../../../local/people.ts';
import { postInvoke, signOut } from '../../support/teams/actions.ts';
import { openSettings, SettingsBrowser, settingsTicket, settingsUrl } from '../../support/teams/settings-page.ts';
import { rowCounts } from '../../support/world/evidence.ts';
import { signInAt } from '../../support/world/guarded.ts';
import { vaultOf } from '../../support/world/opened.ts';
import { useWorld } from '../../support/world/use-world.ts';
import { type SearchResponse, ticketOf, usernameAt } from '../../support/world/world.ts';

/** A person's connections: the cards of the commands, and the settings page. */

const world = useWorld();

interface Task {
  type: 'continue' | 'message';
  value: { title: string; card: { content: { body: unknown[]; actions?: unknown[] } } } | string;
}

async function invoke(person: Person, name: string, value: unknown) {
  const { status, body } = await postInvoke(world.connector, world.botUrl, person, { name, value });
  return { status, ...(body as { task?: Task; composeExtension?: SearchResponse } | undefined) };
}

const open = (person: Person, commandId: string, name = 'composeExtension/fetchTask') =>
  invoke(person, name, { commandId, commandContext: 'compose' });
const press = (person: Person, data: unknown, rest: object = {}) =>
  invoke(person, 'composeExtension/submitAction', {
    commandId: 'connections',
    commandContext: 'compose',
    data,
    ...rest,
  });

/** The texts of a card, in order. */
function message({ task }: { task?: Task }): string[] {
  return [...JSON.stringify(task).matchAll(/"(?:text|title)":"([^"]+)"/g)].map(([, text]) => text ?? '');
}

describe('Your connections', () => {
  test('shows each with its account and its buttons', async () => {
    await world.signIn(ADA);
    const shown = await open(ADA, 'connections');
    expect(message(shown)).toEqual([
      'Your connections',
      'Contoso wiki',
      `Signed in as ${ADA.username}`,
      'Use another account for Contoso wiki',
      'Sign out of Contoso wiki',
      'Contoso handbook',
      'Not signed in',
      'Sign in to Contoso handbook',
    ]);
  });

  test('shows the same for task/fetch, which Teams sometimes sends instead', async () => {
    await world.signIn(ADA);
    expect(await open(ADA, 'connections', 'task/fetch')).toEqual(await open(ADA, 'connections'));
  });

  test('signs in from the card: the prompt, and with the returned code the card again', async () => {
    const { composeExtension } = await press(ADA, { signIn: 'handbook' });
    const state = await world.securityCode(ADA, {
      connection: 'handbook',
      ticket: ticketOf(composeExtension as SearchResponse),
    });
    expect(message(await press(ADA, { signIn: 'handbook' }, { state }))).toContain('Signed in as ada');
    expect((await world.search(ADA, { connection: 'handbook', text: 'lakers' })).type).toBe('result');
  });

  test('another account: the provider asks which, and with the returned code the card shows it', async () => {
    await world.signIn(ADA, { connection: 'handbook' });
    const { composeExtension } = await press(ADA, { switchAccount: 'handbook' });
    const ticket = ticketOf(composeExtension as SearchResponse);
    const { body } = await new AuthClient(world.botUrl).post('start', { ticket });
    expect(new URL(String(body.authorizationUrl)).searchParams.get('prompt')).toContain('select_account');
    const state = await world.securityCode(ADA, { connection: 'handbook', as: GRACE, ticket });
    expect(message(await press(ADA, { switchAccount: 'handbook' }, { state }))).toContain('Signed in as grace');
    expect(rowCounts(world).links).toBe(1);
  });

  test('the button of an incomplete card shows the other connections', async () => {
    await world.signIn(ADA);
    const rest = message(await press(ADA, { showFrom: 1 }));
    expect(rest).toContain('Contoso handbook');
    expect(rest).not.toContain('Contoso wiki');
  });

  test('T13: a code from another person’s card is deleted for everyone', async () => {
    const state = await world.securityCode(ADA, { connection: 'handbook' });
    expect((await press(LINUS, { signIn: 'handbook' }, { state })).composeExtension?.type).toBe('auth');
    expect((await press(ADA, { signIn: 'handbook' }, { state })).composeExtension?.type).toBe('auth');
    expect(rowCounts(world)).toMatchObject({ links: 0, parked: 0 });
  });

  test('T56: Grace sees her own accounts, not Ada’s', async () => {
    await world.signIn(ADA);
    expect(message(await open(GRACE, 'connections')).filter((text) => text === 'Not signed in')).toHaveLength(2);
  });
});

describe('empty members from a Teams client', () => {
  const empty = [['null', null] as const, ['""', ''] as const, ['{}', {}] as const];

  test.each(empty)('a preview action that is %s is ignored: the button works', async (_, botMessagePreviewAction) => {
    await world.signIn(ADA);
    const { task } = await press(ADA, { signOut: 'wiki' }, { botMessagePreviewAction });
    expect(task?.value).toContain('You are signed out of Contoso wiki');
  });

  test.each(empty)('a state that is %s is ignored: the bot asks for another account', async (_, state) => {
    await world.signIn(ADA);
    expect((await press(ADA, { switchAccount: 'wiki' }, { state })).composeExtension?.type).toBe('auth');
  });

  test.each([...empty, ['absent', undefined] as const])(
    'task/submit with the command %s signs out',
    async (_, commandId) => {
      await world.signIn(ADA);
      const value = { commandId, data: { signOut: 'wiki' }, context: { theme: 'default' } };
      expect((await invoke(ADA, 'task/submit', value)).task?.value).toContain('You are signed out of Contoso wiki');
    },
  );

  test('T10: task/submit without a command and without data is 400', async () => {
    expect((await invoke(ADA, 'task/submit', { context: { theme: 'default' } })).status).toBe(400);
  });
});

describe('Sign out', () => {
  test('T62: signing out of one connection keeps the other', async () => {
    await world.signIn(ADA);
    await world.signIn(ADA, { connection: 'handbook' });
    expect(await press(ADA, { signOut: 'wiki' })).toEqual({
      status: 200,
      task: { type: 'message', value: 'You are signed out of Contoso wiki. Search again to sign in.' },
    });
    expect((await world.search(ADA)).type).toBe('auth');
    expect((await world.search(ADA, { connection: 'handbook', text: 'lakers' })).type).toBe('result');
  });

  test('T62: with several connections, the card offers to sign out of all; other people stay signed in', async () => {
    await world.signIn(ADA);
    await world.signIn(GRACE);
    expect(message(await open(ADA, 'signOut'))).not.toContain('Sign out of all');
    await world.signIn(ADA, { connection: 'handbook' });
    expect(message(await open(ADA, 'signOut'))).toContain('Sign out of all');
    expect(await signOut(world.connector, world.botUrl, ADA)).toContain('Contoso wiki and Contoso handbook');
    expect(rowCounts(world).links).toBe(1);
    expect((await world.search(GRACE)).type).toBe('result');
  });

  test('opening the card changes nothing; a person who is not signed in reads so', async () => {
    await world.signIn(ADA);
    await open(ADA, 'signOut');
    expect((await world.search(ADA)).type).toBe('result');
    expect((await open(GRACE, 'signOut')).task).toEqual({
      type: 'message',
      value: 'You are not signed in to any connection.',
    });
  });
});

describe('T10: odd task modules', () => {
  test.each([
    ['no value', undefined],
    ['another command', { commandId: 'insertWiki', data: { signOutOfAll: true } }],
    ['no data', { commandId: 'signOut' }],
    ['data of another kind', { commandId: 'signOut', data: [] }],
    ['data without a known member', { commandId: 'signOut', data: { signOut: 1 } }],
    ['an odd place to go on from', { commandId: 'connections', data: { showFrom: -1 } }],
    ['an unknown connection', { commandId: 'signOut', data: { signOut: '__proto__' } }],
    ['sign-in to an unknown connection', { commandId: 'connections', data: { signIn: 'constructor' } }],
    ['a preview action', { commandId: 'signOut', data: { signOutOfAll: true }, botMessagePreviewAction: 'send' }],
  ])('T10: %s is 400, and no one is signed out', async (_, value) => {
    await world.signIn(ADA);
    expect((await invoke(ADA, 'composeExtension/submitAction', value)).status).toBe(400);
    expect((await world.search(ADA)).type).toBe('result');
  });

  test('T10: a fetch of another command is 400', async () => {
    expect((await open(ADA, 'insertWiki')).status).toBe(400);
    expect((await invoke(ADA, 'composeExtension/fetchTask', null)).status).toBe(400);
  });
});

test('notifications and optional requests of Teams get an empty answer, and have no effect', async () => {
  for (const name of ['setting', 'onCardButtonClicked']) {
    const { status, body } = await postInvoke(world.connector, world.botUrl, ADA, {
      name: `composeExtension/${name}`,
      value: { state: 'CancelledByUser' },
    });
    expect([name, status, body ?? '']).toEqual([name, 200, '']);
  }
  const { composeExtension } = await invoke(ADA, 'composeExtension/selectItem', { any: 'thing' });
  expect(composeExtension).toEqual({ type: 'result', attachmentLayout: 'list', attachments: [] });
});

const NOBODY = [
  { id: 'wiki', title: 'Contoso wiki' },
  { id: 'handbook', title: 'Contoso handbook' },
];

describe('the settings page', () => {
  test('shows the account at each connection; a reload without the ticket shows it again', async () => {
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

  test('its cookie is limited to this host and to our own pages, and no script can read it', async () => {
    const { headers } = await new SettingsBrowser(world.botUrl).post('settings', {
      ticket: await settingsTicket(world, ADA),
    });
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-latchkey-settings=[\w.-]+; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=600$/,
      ),
    ]);
  });

  test('T62: signs out of one connection or of all; other people stay signed in', async () => {
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

  test('signs in, and the code that the page gives Teams links the confirmed account', async () => {
    const browser = await openSettings(world, ADA);
    const state = await signInFrom(browser, ADA, 'handbook');
    expect(rowCounts(world)).toMatchObject({ links: 0, parked: 1 });
    expect(await told(ADA, state)).toBe(200);
    expect((await world.search(ADA, { connection: 'handbook', text: 'lakers' })).type).toBe('result');
  });

  test('T13: a code that another person’s Teams sends is deleted for everyone', async () => {
    const state = await signInFrom(await openSettings(world, ADA), ADA, 'handbook');
    expect(await told(LINUS, state)).toBe(200);
    expect(await told(ADA, state)).toBe(200);
    expect(rowCounts(world)).toMatchObject({ links: 0, parked: 0 });
  });

  test('another account: the provider asks which, even if the person is signed in there', async () => {
    const browser = await openSettings(world, ADA);
    for (const connection of ['wiki', 'handbook']) {
      const { body } = await browser.post('settings/connect', { connection, switchAccount: true });
      expect(new URL(String(body.authorizationUrl)).searchParams.get('prompt')).toContain('select_account');
      const plain = await browser.post('settings/connect', { connection });
      expect(new URL(String(plain.body.authorizationUrl)).searchParams.get('prompt') ?? '').not.toContain('select');
    }
  });

  test('T12: Grace signs in from Ada’s page: if the sign-in is proven, no account is linked', async () => {
    const browser = await openSettings(world, ADA);
    const { body } = await browser.post('settings/connect', { connection: 'wiki' });
    const response = await browser.post('complete', await signInAt(String(body.authorizationUrl), GRACE.username));
    expect([response.status, response.body.code]).toEqual([403, 'signin.identity_mismatch']);
    expect(rowCounts(world).links).toBe(0);
  });
});

describe('T20: the settings page of another person', () => {
  test('T20: opens only with a ticket for it: not with one for a sign-in, an altered or an invented one', async () => {
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

  test('T17: does not open with an expired ticket', async () => {
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

  test('T39: does nothing without its cookie, with a ticket in place of the cookie, or from another site', async () => {
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

  test('T10: refuses an unknown connection', async () => {
    const browser = await openSettings(world, ADA);
    for (const connection of ['__proto__', 'constructor', '', 'wiki.gate']) {
      expect((await browser.post('settings/connect', { connection })).body.code).toBe('ticket.invalid');
    }
    expect((await browser.post('settings/default', { connection: '__proto__' })).body.code).toBe('ticket.invalid');
    expect((await browser.post('settings/sign-out', { connection: 1 })).body.code).toBe('request.malformed');
  });
});

/** The whole sign-in from the page, up to the code for Teams. */
async function signInFrom(browser: SettingsBrowser, person: Person, connection: 'wiki' | 'handbook'): Promise<string> {
  const { body } = await browser.post('settings/connect', { connection });
  const callback = await signInAt(String(body.authorizationUrl), usernameAt(connection, person));
  const requested = (await browser.post('complete', callback)).body;
  const done = await browser.post('confirm', { decision: 'connect', confirmation: requested.confirmation });
  return String(done.body.securityCode);
}

/** The invoke of Teams when the page has ended. @returns the status */
async function told(person: Person, state: string): Promise<number> {
  const invoke = { name: 'composeExtension/setting', value: { state } };
  return (await postInvoke(world.connector, world.botUrl, person, invoke)).status;
}
