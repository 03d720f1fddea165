import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AuthClient } from '../../../local/auth-client.ts';
import { ADA, BOT_ID, GRACE, type Person } from '../../../local/people.ts';
import { type RawResponse, rawRequest } from '../../support/network/raw-http.ts';
import { replies, textOf } from '../../support/teams/chat.ts';
import { startAnotherBot, withAnotherBot } from '../../support/world/another-bot.ts';
import { SSO_CONNECTIONS } from '../../support/world/sso-world.ts';
import { type SearchResponse, startWorld, type World } from '../../support/world/world.ts';

/** A bot without a registration, under a loopback BASE_URL: the Agents Playground may use it, and no other client. */
const UNREGISTERED = { BOT_ID: undefined, BOT_TYPE: undefined, BOT_OPENID_METADATA: undefined };
let world: World;
beforeAll(async () => {
  world = await startWorld({ botEnv: UNREGISTERED });
});
afterAll(() => world?.stop());

const SERVICE_URL = 'http://localhost:56150/_connector';

interface Sending {
  headers?: Record<string, string>;
  /** The source address of the request, on this machine. */
  from?: string;
  /** The bot's origin, if not the world's. */
  to?: string;
}

/** An activity like the Playground's: no token, and the Playground's own service URL. */
function activityOf(person: Person, value: unknown, name = 'composeExtension/query'): Record<string, unknown> {
  const activity = world.connector.queryActivity(person, { commandId: 'insertWiki', text: 'lakers' });
  return { ...activity, name, serviceUrl: SERVICE_URL, channelId: 'msteams', recipient: { id: 'latchkey' }, value };
}

const query = (text: string, commandId = 'insertWiki', parameter = 'searchKeyword') => ({
  commandId,
  parameters: [{ name: parameter, value: text }],
  queryOptions: { skip: 0, count: 25 },
});
const LAKERS = query('lakers');

function post(activity: unknown, { headers = {}, to = world.botUrl, ...sending }: Sending = {}): Promise<RawResponse> {
  const { port } = new URL(to);
  return rawRequest(`http://127.0.0.1:${port}`, {
    method: 'POST',
    target: '/api/messages',
    headers: { Host: `localhost:${port}`, 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(activity),
    ...sending,
  });
}

async function responseTo(activity: unknown): Promise<SearchResponse & { task?: { type: string; value: string } }> {
  const { status, body } = await post(activity);
  expect(status).toBe(200);
  return (body.composeExtension ?? body) as SearchResponse;
}

/** The short address at the end of a text. */
function addressIn(text = ''): string {
  const [address = ''] = /http:\/\/\S+$/.exec(text) ?? [];
  return address;
}

async function refused(sending: Sending, activity: unknown = activityOf(ADA, LAKERS)): Promise<void> {
  const { status, body } = await post(activity, sending);
  expect({ sending, status, code: body.code }).toEqual({ sending, status: 403, code: 'connector.refused' });
}

describe('answers to the Playground', () => {
  test('T9: at the start a warning says that no token is needed, and why', () => {
    const warning = world.bot
      .output()
      .split('\n')
      .find((line) => line.includes('no BOT_ID'));
    expect(JSON.parse(warning ?? '{}')).toMatchObject({
      level: 40,
      msg: expect.stringMatching(/NO token.+set BOT_ID/),
    });
  });

  test('a sign-in prompt is a text with a short address that leads to the sign-in page; no row is written', async () => {
    const response = await responseTo(activityOf(GRACE, LAKERS));
    expect(response.type).toBe('message');
    expect(response.text).toMatch(/^Sign in to Contoso wiki: .+ http:\/\/localhost:\d+\/auth\/open\/[a-f0-9]{8}$/);
    const opened = await rawRequest(world.botUrl, { target: new URL(addressIn(response.text)).pathname });
    expect(opened.status).toBe(302);
    expect(opened.headers.location).toMatch(new RegExp(`^${world.botUrl}/auth/start\\?ticket=`));
    expect(opened.headers['cache-control']).toBe('no-store');
    for (const table of ['transactions', 'parked', 'links'] as const) expect(world.rows(table)).toEqual([]);
  });

  test('single sign-on, for which the Playground has no token, becomes the same text', async () => {
    await withAnotherBot(world, { CONNECTIONS_FILE: SSO_CONNECTIONS }, async (other) => {
      const { body } = await post(activityOf(GRACE, LAKERS), { to: other.url });
      const response = body.composeExtension as SearchResponse;
      expect([response.type, response.text]).toEqual(['message', expect.stringContaining('/auth/open/')]);
    });
  });

  test('T34: an unknown short address gets no redirect', async () => {
    for (const id of ['aaaaaaaa', '__proto__', '%2F%2Fattacker.example']) {
      const { status, headers } = await rawRequest(world.botUrl, { target: `/auth/open/${id}` });
      expect([id, status, headers.location]).toEqual([id, 404, undefined]);
    }
  });

  test('after many key presses only the last few short addresses work', async () => {
    const first = addressIn((await responseTo(activityOf(GRACE, LAKERS))).text);
    for (let key = 0; key < 200; key += 1) await responseTo(activityOf(GRACE, LAKERS));
    const { status } = await rawRequest(world.botUrl, { target: new URL(first).pathname });
    expect(status).toBe(404);
  });

  test('a proven sign-in links by itself: the same search then has results', async () => {
    const { text } = await responseTo(activityOf(ADA, LAKERS));
    const { headers } = await rawRequest(world.botUrl, { target: new URL(addressIn(text)).pathname });
    const ticket = new URL(String(headers.location)).searchParams.get('ticket') ?? '';
    await world.securityCode(ADA, { ticket });
    const response = await responseTo(activityOf(ADA, LAKERS));
    expect([response.type, response.attachments?.[0]?.preview.content.title]).toEqual(['result', 'Los Angeles Lakers']);
    const other = await responseTo(activityOf(GRACE, LAKERS));
    expect(other.type).toBe('message');
  });

  test.each([
    ['no command', { parameters: [{ value: 'x' }] }],
    ['another command', query('x', 'else')],
    ['no parameter name', { commandId: 'insertWiki', parameters: [{ value: 'x' }] }],
    ['no text at all', undefined],
    ['null in the place of a parameter', { commandId: 'insertWiki', parameters: [null] }],
  ])('%s typed: the bot says what to type, and where', async (_, value) => {
    const { type, text } = await responseTo(activityOf(ADA, value));
    expect(type).toBe('message');
    expect(text).toMatch(/“Specify Command ID or Parameter”, enter insertWiki .+ searchKeyword /);
  });

  test('the text is in the language of the asker', async () => {
    const { text } = await responseTo({ ...activityOf(GRACE, LAKERS), locale: 'de-DE' });
    expect(text).toMatch(/^Bei Contoso wiki anmelden: Kopieren Sie .+ http:\/\/localhost:\d+\/auth\/open\/\w+$/);
  });

  test('a card’s sign-in button gets a text too; a link that needs a sign-in stays a link', async () => {
    const button = { commandId: 'connections', data: { signIn: 'wiki' } };
    const { task } = await responseTo(activityOf(GRACE, button, 'composeExtension/submitAction'));
    expect(task?.type).toBe('message');
    expect(addressIn(task?.value)).toMatch(/\/auth\/open\/\w{8}$/);
    const url = `${world.wikiUrl}/wiki/Iceland`;
    const link = await responseTo(activityOf(GRACE, { url }, 'composeExtension/queryLink'));
    expect([link.type, link.attachments]).toEqual(['result', []]);
  });

  test('T10: the bot accepts the Playground’s first activities, and answers a message, without an error', async () => {
    const before = world.bot.output();
    const { serviceUrl } = world.connector;
    for (const type of ['installationUpdate', 'conversationUpdate', 'message', 'typing']) {
      const { status } = await post({
        ...activityOf(ADA, undefined),
        type,
        name: undefined,
        text: 'hello',
        serviceUrl,
      });
      expect([type, status]).toEqual([type, 200]);
    }
    expect(replies(world).map(({ reply }) => textOf(reply))).toEqual([expect.stringMatching(/^I search Contoso wiki/)]);
    expect(world.bot.output().slice(before.length)).not.toMatch(/"level":(40|50|60)/);
  });
});

describe('with the store and the keys of a bot for Teams', () => {
  let teams: World;
  let playground: Awaited<ReturnType<typeof startAnotherBot>>;
  beforeAll(async () => {
    teams = await startWorld();
    await teams.signIn(ADA);
    playground = await startAnotherBot(teams, UNREGISTERED);
  });
  afterAll(async () => {
    await playground?.stop();
    await teams?.stop();
  });

  test('T9, T56: a person at the Playground who claims to be another one reads nothing with that person’s account', async () => {
    const { body } = await post(activityOf(ADA, LAKERS), { to: playground.url });
    expect((body.composeExtension as SearchResponse).type).toBe('message');
    expect((body.composeExtension as SearchResponse).text).toMatch(/^Sign in to Contoso wiki/);
  });

  test('T9, T20: a ticket of the Playground’s bot works only there', async () => {
    const { body } = await post(activityOf(ADA, LAKERS), { to: playground.url });
    const { pathname } = new URL(addressIn((body.composeExtension as SearchResponse).text));
    const { headers } = await rawRequest(playground.url, { target: pathname });
    const ticket = new URL(String(headers.location)).searchParams.get('ticket');
    const started = (instance: string) => new AuthClient(teams.botUrl).post('start', { ticket }, instance);
    expect((await started(playground.url)).status).toBe(200);
    expect((await started(teams.botUrl)).status).toBe(400);
  });
});

describe('requests that the bot refuses', () => {
  const elsewhere = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4');

  // A machine without a network has no other address. test/contract/teams/playground-gate.test.ts has public addresses.
  test.each(elsewhere.map(({ address }) => address))(
    'T9: connections from %s, whatever their headers',
    async (from) => {
      await refused({ from });
      await refused({ from, headers: { 'X-Forwarded-For': '127.0.0.1' } });
    },
  );

  test.each([
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'X-Forwarded-Proto',
    'X-Original-Host',
    'X-Real-IP',
    'Forwarded',
    'Via',
  ])('T9: connections through a tunnel or proxy on this machine (%s)', async (name) => {
    await refused({ headers: { [name]: '127.0.0.1' } });
  });

  test.each([
    'attacker.example',
    'attacker.example:3978',
    'localhost.attacker.example',
    '127.0.0.1.attacker.example:3978',
    '0.0.0.0:3978',
    '192.0.2.2:3978',
    '[::2]:3978',
  ])('T9: a web page whose own host name resolves to this machine (Host: %s)', async (Host) => {
    await refused({ headers: { Host } });
  });

  test('control: the bot accepts every name of this machine', async () => {
    for (const Host of ['localhost:3978', '127.0.0.1:3978', '[::1]:3978', 'localhost']) {
      expect([Host, (await post(activityOf(GRACE, LAKERS), { headers: { Host } })).status]).toEqual([Host, 200]);
    }
  });

  test.each([
    ['another site', { Origin: 'https://attacker.example', 'Sec-Fetch-Site': 'cross-site' }],
    ['another service of this machine', { Origin: 'http://localhost:3000' }],
    ['our own origin', { Origin: 'http://localhost:3978' }],
    ['a sandboxed frame', { Origin: 'null' }],
    ['a page that hides its origin', { 'Sec-Fetch-Site': 'same-site' }],
  ])('T39, T9: a web page of %s', async (_, headers) => {
    await refused({ headers });
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])(
    'T39, T9: requests that a web page may send without a preflight (%s)',
    async (type) => {
      const { status, body } = await post(activityOf(ADA, LAKERS), { headers: { 'Content-Type': type } });
      expect([status, body.code]).toEqual([415, 'request.media_type']);
    },
  );

  test('T39, T9: the preflight of a web page gets no permission', async () => {
    const { status, headers } = await rawRequest(world.botUrl, {
      method: 'OPTIONS',
      target: '/api/messages',
      headers: {
        Origin: 'https://attacker.example',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type',
      },
    });
    expect(status).toBe(405);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  test('T9: requests with a token, valid or not', async () => {
    for (const Authorization of ['Bearer e30.e30.e30', 'Basic eA==', '']) await refused({ headers: { Authorization } });
    expect((await world.post(ADA, { text: 'lakers' })).status).toBe(403);
  });

  test.each([
    ['Teams’ own service', { serviceUrl: 'https://smba.trafficmanager.net/emea/' }],
    ['a service elsewhere', { serviceUrl: 'http://localhost.attacker.example/' }],
    ['no service', { serviceUrl: undefined }],
    ['a service in an array', { serviceUrl: [SERVICE_URL] }],
    ['another channel', { channelId: 'webchat' }],
    ['no channel', { channelId: undefined }],
  ])('T9: an activity of %s', async (_, change) => {
    await refused({}, { ...activityOf(ADA, LAKERS), ...change });
  });

  test('T9: with a BOT_ID the same bot requires a token, and has no short addresses', async () => {
    await withAnotherBot(world, { BOT_ID, BOT_OPENID_METADATA: world.connector.metadataUrl }, async (bot) => {
      const { status, body } = await post(activityOf(ADA, LAKERS), { to: bot.url });
      expect([status, body.code]).toEqual([401, 'connector.unauthenticated']);
      expect((await rawRequest(bot.url, { target: '/auth/open/aaaaaaaa' })).status).toBe(404);
      expect(bot.output()).not.toContain('no BOT_ID');
    });
  });

  test('T8: the Playground’s own invented people, who have no GUIDs, get a text about it', async () => {
    const from = { id: 'user-id-0', aadObjectId: '00000000-0000-0000-0000-0000000000020', name: 'Alex Wilber' };
    const tenant = { id: '00000000-0000-0000-0000-0000000000001' };
    const response = await responseTo({ ...activityOf(ADA, LAKERS), from, channelData: { tenant }, conversation: {} });
    expect(response.text).toContain('Teams did not tell Latchkey who you are');
    expect(addressIn(response.text)).toBe('');
  });
});
