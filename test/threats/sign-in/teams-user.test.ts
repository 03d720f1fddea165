import { describe, expect, test } from '@jest/globals';
import { AuthClient } from '../../../local/auth-client.ts';
import { ADA, GRACE, LINUS, type Person } from '../../../local/people.ts';
import { providerRequests, untilRevoked } from '../../support/provider/provider-view.ts';
import { openSettings, SettingsBrowser, settingsTicket } from '../../support/teams/settings-page.ts';
import {
  allRows,
  eventNamesSince,
  eventNamesUntil,
  logMark,
  NO_ROWS,
  rowCounts,
} from '../../support/world/evidence.ts';
import { parkedCredential } from '../../support/world/opened.ts';
import { useWorld } from '../../support/world/use-world.ts';
import type { ConnectionId } from '../../support/world/world.ts';

const world = useWorld();

const CONNECTIONS: ConnectionId[] = ['wiki', 'handbook'];
/** The page's report about the Teams window behind it. */
const teamsOf = ({ objectId: id, tenantId }: Person) => ({ id, tenantId });
const SHOUTING = { id: ADA.objectId.toUpperCase(), tenantId: ADA.tenantId.toUpperCase() };
const NIL = '00000000-0000-0000-0000-000000000000';

/** Members in the right form that do not identify Ada. */
const OTHERS: [string, object][] = [
  ['another person of the tenant', teamsOf(GRACE)],
  ['a person of another tenant', teamsOf(LINUS)],
  ['the same object id in another tenant', { id: ADA.objectId, tenantId: LINUS.tenantId }],
  ['__proto__', { id: '__proto__', tenantId: '__proto__' }],
  ['two nil GUIDs', { id: NIL, tenantId: NIL }],
  ['empty texts', { id: '', tenantId: '' }],
  ['her ids the wrong way round', { id: ADA.tenantId, tenantId: ADA.objectId }],
  ['her ids with a space', { id: `${ADA.objectId} `, tenantId: ADA.tenantId }],
];

/** Not the member that the page posts. */
const MALFORMED: [string, unknown][] = [
  ['null', null],
  ['a number', 1],
  ['a text', ADA.objectId],
  ['an array', [teamsOf(ADA)]],
  ['an array of texts', [ADA.objectId, ADA.tenantId]],
  ['without the tenant', { id: ADA.objectId }],
  ['without the person', { tenantId: ADA.tenantId }],
  ['an array for the person', { id: [ADA.objectId], tenantId: ADA.tenantId }],
  ['a number for the tenant', { id: ADA.objectId, tenantId: 1 }],
  ['far too long', { id: ADA.objectId.repeat(100), tenantId: ADA.tenantId }],
];

describe('T91: POST /auth/api/start from the Teams of another person', () => {
  test.each(CONNECTIONS)('T91: to the %s: refused, no transaction, no cookie', async (connection) => {
    const ticket = await world.ticket(ADA, connection);
    const mark = await logMark(world);
    for (const [name, teamsUser] of OTHERS) {
      const page = new AuthClient(world.botUrl);
      const { status, body } = await page.post('start', { ticket, teamsUser });
      expect([name, status, body.code, body.expected]).toEqual([name, 403, 'signin.other_teams_user', ADA.name]);
      expect([name, page.cookie, 'authorizationUrl' in body]).toEqual([name, undefined, false]);
    }
    expect(rowCounts(world)).toEqual(NO_ROWS);
    expect(await eventNamesSince(world, mark)).toEqual(OTHERS.map(() => 'signin.other_teams_user'));
  });

  test('T91: a malformed member is refused as malformed, and no transaction is opened', async () => {
    const ticket = await world.ticket(ADA, 'handbook');
    for (const [name, teamsUser] of MALFORMED) {
      const { status, body } = await new AuthClient(world.botUrl).post('start', { ticket, teamsUser });
      expect([name, status, body.code]).toEqual([name, 400, 'request.malformed']);
    }
    expect(rowCounts(world)).toEqual(NO_ROWS);
  });

  test('T91: the asker’s own Teams, and one that does not name its user, may begin', async () => {
    const ticket = await world.ticket(ADA, 'handbook');
    for (const teamsUser of [teamsOf(ADA), SHOUTING, undefined]) {
      expect((await new AuthClient(world.botUrl).post('start', { ticket, teamsUser })).status).toBe(200);
    }
  });
});

describe('T91: POST /auth/api/complete from the Teams of another person', () => {
  test.each(CONNECTIONS)(
    'T91: at the %s: the code is not exchanged, the transaction is gone, nothing is stored',
    async (connection) => {
      const { page, body } = await world.untilCallback(ADA, { connection });
      const [mark, requested] = [await logMark(world), await providerRequests(world, 'token')];
      const { status, body: response } = await page.post('complete', { ...body, teamsUser: teamsOf(GRACE) });
      expect([status, response.code, response.expected]).toEqual([403, 'signin.other_teams_user', ADA.name]);
      expect(response).not.toHaveProperty('securityCode');
      expect(rowCounts(world)).toEqual(NO_ROWS);
      expect(await eventNamesSince(world, mark)).toEqual(['signin.other_teams_user']);
      const again = await page.post('complete', { ...body, teamsUser: teamsOf(ADA) });
      expect([again.status, again.body.code]).toEqual([400, 'transaction.unknown']);
      expect(await providerRequests(world, 'token')).toBe(requested);
    },
  );

  test('T91: any ids that are not the asker’s are another person', async () => {
    const requested = await providerRequests(world, 'token');
    for (const [name, teamsUser] of OTHERS) {
      const { page, body } = await world.untilCallback(ADA, { connection: 'handbook' });
      const { status, body: response } = await page.post('complete', { ...body, teamsUser });
      expect([name, status, response.code]).toEqual([name, 403, 'signin.other_teams_user']);
    }
    expect(await providerRequests(world, 'token')).toBe(requested);
    expect(rowCounts(world)).toEqual(NO_ROWS);
  });

  test('T91: a malformed member is refused before the transaction is looked up', async () => {
    const { page, body } = await world.untilCallback(ADA, { connection: 'handbook' });
    const requested = await providerRequests(world, 'token');
    for (const [name, teamsUser] of MALFORMED) {
      const { status, body: response } = await page.post('complete', { ...body, teamsUser });
      expect([name, status, response.code]).toEqual([name, 400, 'request.malformed']);
    }
    expect(await providerRequests(world, 'token')).toBe(requested);
    expect((await page.post('complete', body)).status).toBe(200);
  });

  test.each([
    ['as they are', teamsOf(ADA)],
    ['in capital letters', SHOUTING],
  ])(
    'T91: the asker’s own ids, %s: the sign-in continues, and the answer says that it is their Teams',
    async (_, teamsUser) => {
      const { page, body } = await world.untilCallback(ADA, { connection: 'handbook' });
      const mark = await logMark(world);
      const { body: requested } = await page.post('complete', { ...body, teamsUser });
      expect(requested).toMatchObject({ next: 'confirm', teamsUser: 'verified', asker: { tenantId: ADA.tenantId } });
      const { body: done } = await page.post('confirm', {
        decision: 'connect',
        confirmation: requested.confirmation,
        teamsUser,
      });
      expect(done.next).toBe('done');
      expect(await eventNamesSince(world, mark)).toEqual(['signin.confirmed']);
    },
  );

  test('T91: a user verified at the start counts, if Teams does not name its user at the end', async () => {
    const [first, second] = [new AuthClient(world.botUrl), new AuthClient(world.botUrl)];
    const ticket = await world.ticket(ADA, 'handbook');
    const start = first.post.bind(first);
    first.post = (call, body, instance) =>
      start(call, call === 'start' ? { ...body, teamsUser: teamsOf(ADA) } : body, instance);
    const verified = await world.untilCallback(ADA, { connection: 'handbook', page: first, ticket });
    expect((await first.post('complete', verified.body)).body.teamsUser).toBe('verified');
    const unknown = await world.untilCallback(ADA, { connection: 'handbook', page: second, ticket });
    expect((await second.post('complete', unknown.body)).body.teamsUser).toBe('unknown');
  });

  test('T91: a Teams that does not name its user: the page asks the person and says so, and so does the log', async () => {
    const mark = await logMark(world);
    const { page, body } = await world.untilCallback(ADA, { connection: 'handbook' });
    expect((await page.post('complete', body)).body).toMatchObject({ next: 'confirm', teamsUser: 'unknown' });
    expect(await eventNamesSince(world, mark)).toEqual(['signin.started', 'signin.teams_user_unknown']);
  });
});

describe('T91: POST /auth/api/confirm from the Teams of another person', () => {
  test('T91: a Teams that names another person late gets no code, and the tokens are revoked', async () => {
    const { page, body } = await world.untilCallback(ADA, { connection: 'handbook', as: GRACE });
    const { confirmation } = (await page.post('complete', body)).body;
    const { refreshToken } = parkedCredential(world, ADA);
    const mark = await logMark(world);
    const decision = { decision: 'connect', confirmation };
    const response = await page.post('confirm', { ...decision, teamsUser: teamsOf(GRACE) });
    expect([response.status, response.body.code]).toEqual([403, 'signin.other_teams_user']);
    expect(rowCounts(world)).toEqual(NO_ROWS);
    await untilRevoked(world, 'handbook', refreshToken);
    expect(await eventNamesUntil(world, mark, 'credential.revoked')).toEqual([
      'signin.other_teams_user',
      'credential.revoked',
    ]);
    const again = await page.post('confirm', { ...decision, teamsUser: teamsOf(ADA) });
    expect([again.status, again.body.code]).toEqual([400, 'confirmation.unknown']);
  });

  test('T91: a malformed member makes no decision', async () => {
    const { page, body } = await world.untilCallback(ADA, { connection: 'handbook' });
    const { confirmation } = (await page.post('complete', body)).body;
    for (const [name, teamsUser] of MALFORMED) {
      const { status } = await page.post('confirm', { decision: 'connect', confirmation, teamsUser });
      expect([name, status]).toEqual([name, 400]);
    }
    expect(rowCounts(world)).toMatchObject({ parked: 1, links: 0 });
    expect((await page.post('confirm', { decision: 'connect', confirmation })).body.next).toBe('done');
  });
});

describe('T91: the settings page in the Teams of another person', () => {
  test('T91: a settings link opened there shows nothing and sets no cookie', async () => {
    const ticket = await settingsTicket(world, ADA);
    const mark = await logMark(world);
    const browser = new SettingsBrowser(world.botUrl);
    const { status, body } = await browser.post('settings', { ticket, teamsUser: teamsOf(GRACE) });
    expect([status, body.code, browser.cookies.size]).toEqual([403, 'signin.other_teams_user', 0]);
    expect(body).not.toHaveProperty('connections');
    expect(await eventNamesSince(world, mark)).toEqual(['signin.other_teams_user']);
    expect((await browser.post('settings', { ticket, teamsUser: teamsOf(ADA) })).status).toBe(200);
  });

  test('T91: a settings page that is already open begins no sign-in, signs no one out, and shows nothing there', async () => {
    await world.signIn(ADA, { connection: 'handbook' });
    const browser = await openSettings(world, ADA);
    const before = rowCounts(world);
    const calls = {
      settings: {},
      'settings/sign-out': {},
      'settings/default': {},
      'settings/connect': { connection: 'handbook' },
    };
    for (const [call, body] of Object.entries(calls)) {
      const other = await browser.post(call, { ...body, teamsUser: teamsOf(GRACE) });
      expect([call, other.status, other.body.code]).toEqual([call, 403, 'signin.other_teams_user']);
    }
    expect(rowCounts(world)).toEqual(before);
    const own = await browser.post('settings/connect', { connection: 'handbook', teamsUser: teamsOf(ADA) });
    expect([own.status, typeof own.body.authorizationUrl]).toEqual([200, 'string']);
  });

  test('T21: a scanner that opens a settings link ten times changes nothing for the person', async () => {
    await world.signIn(ADA, { connection: 'handbook' });
    const ticket = await settingsTicket(world, ADA);
    const before = allRows(world);
    for (let time = 0; time < 10; time++) {
      expect((await new SettingsBrowser(world.botUrl).post('settings', { ticket })).status).toBe(200);
    }
    expect(allRows(world)).toEqual(before);
  });
});
