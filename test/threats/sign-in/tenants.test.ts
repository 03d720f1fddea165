import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AuthClient } from '../../../local/auth-client.ts';
import { ADA, LINUS, type Person } from '../../../local/people.ts';
import { postInvoke, signOut } from '../../support/teams/actions.ts';
import { repliesTo, tell, textOf, ticketsIn, tokenExchange } from '../../support/teams/chat.ts';
import { SettingsBrowser, settingsTicket } from '../../support/teams/settings-page.ts';
import { type AnotherBot, startAnotherBot, withAnotherBot, worldAt } from '../../support/world/another-bot.ts';
import { forgetAll } from '../../support/world/evidence.ts';
import { ssoToken } from '../../support/world/sso-world.ts';
import { type SearchResponse, startWorld, type World } from '../../support/world/world.ts';

/** Connections for one tenant, and a person of another tenant (T11). */
const CONNECTIONS = fileURLToPath(new URL('../../support/world/connections/tenant.json', import.meta.url));
const HIDDEN = /handbook|intranet|guarded/i;

/** Its bot has the connections without `tenants`, so that sign-ins begin there. */
let earlier: World;
/** The same store and keys, with `tenants`. */
let bot: AnotherBot;
let world: World;

/** Writes a connections file beside the store. @returns its path */
function changed(name: string, change: (connections: { id: string; tenants?: string[] }[]) => unknown): string {
  const file = JSON.parse(readFileSync(CONNECTIONS, 'utf8'));
  file.connections = change(file.connections);
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify(file));
  return path;
}

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-tenants-'));
  const CONNECTIONS_FILE = changed('open', (connections) => connections.map(({ tenants: _, ...rest }) => rest));
  earlier = await startWorld({ botEnv: { CONNECTIONS_FILE }, identityProviderEnv: { IDP_SSO: '1' } });
  bot = await startAnotherBot(earlier, { CONNECTIONS_FILE: CONNECTIONS });
  world = worldAt(earlier, bot);
});
beforeEach(() => forgetAll(earlier));
afterAll(async () => {
  await bot.stop();
  await earlier.stop();
  rmSync(folder, { recursive: true, force: true });
});

const query = (person: Person, commandId: string, more: object = {}) =>
  world.connector.post(bot.url, world.connector.queryActivity(person, { commandId, text: 'lakers', ...more }));
/** The settings page of a person. Both bots have the same origin. */
const settingsOf = async (person: Person, at = world) => {
  const browser = new SettingsBrowser(at.botUrl);
  const post = (call: string, body: object) => browser.post(call, body, earlier.botUrl);
  await post('settings', { ticket: await settingsTicket(at, person) });
  return post;
};
const invoke = (person: Person, name: string, value: unknown) =>
  postInvoke(world.connector, world.botUrl, person, { name, value });
const submit = (person: Person, data: object) =>
  invoke(person, 'composeExtension/submitAction', { commandId: 'connections', commandContext: 'compose', data });
const unfurl = (person: Person, url: string, name = 'composeExtension/queryLink') => invoke(person, name, { url });
const INTRANET = 'https://intranet.contoso.example/wiki/Lakers';

describe('a person of the tenant', () => {
  test('sees and uses all connections of the tenant', async () => {
    const response = (await query(ADA, 'searchEverywhere')).body as { composeExtension: SearchResponse };
    expect(response.composeExtension.suggestedActions?.actions.map(({ title }) => title)).toEqual([
      'Sign in to Contoso wiki',
      'Sign in to Contoso handbook',
    ]);
    await earlier.signIn(ADA, { connection: 'handbook' });
    const settings = await (await settingsOf(ADA))('settings', {});
    expect(settings.body).toMatchObject({
      connections: [{ id: 'wiki' }, { id: 'handbook', account: { name: 'ada' } }, { id: 'guarded' }],
      shared: ['wiki', 'handbook'],
    });
    expect(textOf((await tell(world, ADA, 'help'))[0])).toContain('Contoso handbook');
    expect((await unfurl(ADA, INTRANET)).body).toMatchObject({ composeExtension: { type: 'silentAuth' } });
    expect(await signOut(world.connector, world.botUrl, ADA)).toMatch(/Contoso handbook/);
  });
});

describe('T11: a person of another tenant', () => {
  test('gets the answer for an unknown command to the connection’s command', async () => {
    const unknown = await query(LINUS, 'insertNothing');
    for (const commandId of ['insertHandbook', 'insertGuarded'])
      expect(await query(LINUS, commandId)).toMatchObject({ status: unknown.status, body: unknown.body });
    expect(unknown.status).toBe(400);
  });

  test('finds only public connections with a shared command', async () => {
    const response = (await query(LINUS, 'searchEverywhere')).body as { composeExtension: SearchResponse };
    expect(response.composeExtension.suggestedActions?.actions.map(({ title }) => title)).toEqual([
      'Sign in to Contoso wiki',
    ]);
    expect(JSON.stringify(response)).not.toMatch(HIDDEN);
  });

  test('has a settings page without it, which treats its id as unknown', async () => {
    const post = await settingsOf(LINUS);
    const settings = await post('settings', {});
    expect(settings.body).toMatchObject({ connections: [{ id: 'wiki' }], shared: [] });
    expect(JSON.stringify(settings.body)).not.toMatch(HIDDEN);
    for (const call of ['settings/connect', 'settings/default']) {
      const unknown = await post(call, { connection: 'nothing' });
      const hidden = await post(call, { connection: 'handbook' });
      expect([hidden.status, hidden.body.code]).toEqual([unknown.status, unknown.body.code]);
      expect(hidden.status).toBeGreaterThanOrEqual(400);
    }
  });

  test('cannot sign in to it from the card of the accounts, or out of it', async () => {
    const card = await invoke(LINUS, 'composeExtension/fetchTask', { commandId: 'connections' });
    expect(card.status).toBe(200);
    expect(JSON.stringify(card.body)).toContain('Contoso wiki');
    expect(JSON.stringify(card.body)).not.toMatch(HIDDEN);
    for (const data of [{ signIn: 'handbook' }, { switchAccount: 'guarded' }, { signOut: 'handbook' }])
      expect((await submit(LINUS, data)).status).toBe(400);
  });

  test('sees nothing of it in the chat: help, welcome, sign-in, accounts, a search', async () => {
    const [, welcome] = world.connector.installationActivities(LINUS);
    const said = [
      await tell(world, LINUS, 'help'),
      await tell(world, LINUS, 'sign in handbook'),
      await tell(world, LINUS, 'sign out intranet'),
      await tell(world, LINUS, 'who am i'),
      await tell(world, LINUS, 'search lakers'),
      await tell(world, LINUS, { value: { signIn: 'handbook', switchAccount: 'guarded' } }),
      await repliesTo(world, { ...welcome, id: 'welcome-of-linus' }),
    ].flat();
    expect(said.length).toBeGreaterThanOrEqual(6);
    expect(said.filter((reply) => HIDDEN.test(JSON.stringify(reply)))).toEqual([]);
    expect([...ticketsIn(said[1]).keys()]).toEqual(['Sign in to Contoso wiki']);
  });

  test('gets no card for its links, with or without an identity', async () => {
    const nothing = (await unfurl(LINUS, 'https://unknown.example/')).body;
    expect((await unfurl(LINUS, INTRANET)).body).toEqual(nothing);
    const anonymous = 'composeExtension/anonymousQueryLink';
    expect((await unfurl(LINUS, INTRANET, anonymous)).body).toEqual(nothing);
    expect((await unfurl(ADA, INTRANET, anonymous)).body).toEqual(nothing);
  });

  test('cannot sign in to it with a token of Teams', async () => {
    const token = await ssoToken(world.identityProviderUrl, LINUS);
    const exchange = (connectionName: string) => tokenExchange(world, LINUS, { id: 'card', connectionName, token }, {});
    const [unknown, hidden] = [await exchange('nothing'), await exchange('guarded')];
    expect([hidden.status, hidden.body]).toEqual([
      unknown.status,
      { ...(unknown.body as object), connectionName: 'guarded' },
    ]);
    expect(earlier.rows('links')).toEqual([]);
  });

  test('cannot finish a sign-in that began before: the ticket, the callback and the code do not work', async () => {
    const ticket = await earlier.ticket(LINUS, 'handbook');
    const start = await new AuthClient(earlier.botUrl).post('start', { ticket }, bot.url);
    expect([start.status, start.body.code]).toEqual([400, 'ticket.invalid']);

    const { page, body } = await earlier.untilCallback(LINUS, { connection: 'handbook' });
    const completed = await page.post('complete', body, bot.url);
    expect([completed.status, completed.body.code]).toEqual([400, 'ticket.invalid']);
    expect(earlier.rows('links')).toEqual([]);

    const state = await earlier.securityCode(LINUS, { connection: 'handbook' });
    await query(LINUS, 'searchEverywhere', { state });
    await tell(world, LINUS, state);
    expect(earlier.rows('links')).toEqual([]);
  });

  test('cannot use an earlier sign-in, and no list shows it', async () => {
    await earlier.signIn(LINUS, { connection: 'handbook' });
    expect((await query(LINUS, 'insertHandbook')).status).toBe(400);
    const accounts = JSON.stringify(await tell(world, LINUS, 'who am i'));
    expect(accounts).toContain('Contoso wiki');
    expect(accounts).not.toMatch(HIDDEN);
    expect(await signOut(world.connector, world.botUrl, LINUS)).toBe('You are not signed in to any connection.');
  });

  test('an earlier default connection is ignored', async () => {
    const before = await settingsOf(LINUS, earlier);
    expect((await before('settings/default', { connection: 'handbook' })).status).toBe(200);
    const { body } = await (await settingsOf(LINUS))('settings', {});
    expect(body).not.toHaveProperty('defaultConnection');
  });

  test('a person of a tenant without any connection reads so in the chat', async () => {
    const CONNECTIONS_FILE = changed('closed', (connections) => connections.filter(({ tenants }) => tenants));
    await withAnotherBot(earlier, { CONNECTIONS_FILE }, async (closed) => {
      const at = worldAt(earlier, closed);
      for (const message of ['help', 'search lakers', 'sign in', 'hello'])
        expect(textOf((await tell(at, LINUS, message))[0])).toMatch(/not turned on for your organization/);
      expect(textOf((await tell(at, ADA, 'help'))[0])).toContain('Contoso handbook');
    });
  });
});
