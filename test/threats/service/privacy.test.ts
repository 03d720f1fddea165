import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA, GRACE, LINUS, type Person } from '../../../local/people.ts';
import { type RogueServer, sendJson, startRogueServer } from '../../support/network/rogue-server.ts';
import { patient } from '../../support/patience.ts';
import { leaksIn, logLines } from '../../support/process/log.ts';
import { sayHelp } from '../../support/teams/actions.ts';
import { type WikiControl, wikiControl } from '../../support/wiki/wiki-control.ts';
import { managedIdentityAt, withAnotherBot } from '../../support/world/another-bot.ts';
import { logMark } from '../../support/world/evidence.ts';
import {
  eventually,
  type SearchResponse,
  startWorld,
  ticketOf,
  titlesOf,
  type World,
} from '../../support/world/world.ts';

let world: World;
let wiki: WikiControl;
const RESTRICTED = 'Los Angeles Lakers trade plan (restricted)';
/** All secret or personal data in the requests of this file. */
const used: string[] = ['lakers', 'trade plan', 'srsearch'];

beforeAll(async () => {
  world = await startWorld({ botEnv: { LOG_LEVEL: 'trace' } });
  wiki = wikiControl(world.wikiUrl);
  for (const person of [ADA, GRACE, LINUS]) {
    const state = await world.securityCode(person);
    used.push(state);
    expect((await world.search(person, { text: 'lakers', state })).type).toBe('result');
  }
});
afterAll(() => world?.stop());

const seesRestricted = (response: SearchResponse) => titlesOf(response).includes(RESTRICTED);

describe('T56: each person sees only their own results', () => {
  test('an editor finds the restricted page, others do not', async () => {
    expect(titlesOf(await world.search(ADA, { text: 'lakers trade plan' }))).toContain(RESTRICTED);
    expect(titlesOf(await world.search(ADA, { text: 'lakers' }))).toContain(RESTRICTED);
    for (const person of [GRACE, LINUS]) {
      expect(titlesOf(await world.search(person, { text: 'lakers' }))).not.toContain(RESTRICTED);
      expect(JSON.stringify(await world.search(person, { text: 'lakers trade plan' }))).not.toContain('restricted');
    }
  });

  test('also while all search at the same time, some more slowly than others', async () => {
    const requests = Array.from({ length: 30 }, (_, at) => [ADA, GRACE, LINUS][at % 3] as Person);
    await wiki.fault({ delay: 60, times: 8 });
    const responses = await Promise.all(requests.map((person) => world.search(person, { text: 'lakers' })));
    for (const [at, person] of requests.entries()) {
      const response = responses[at] as SearchResponse;
      expect([response.type, seesRestricted(response)]).toEqual(['result', person.editor]);
    }
  });

  test('also while all tokens are renewed at the same time', async () => {
    const people = [ADA, GRACE, LINUS];
    await wiki.takeCalls();
    await wiki.fault({ status: 401, times: 3 });
    const responses = await Promise.all(people.map((person) => world.search(person, { text: 'lakers' })));
    await wiki.heal();
    expect(responses.map(seesRestricted)).toEqual(people.map(({ editor }) => editor));
    expect(await wiki.takeCalls()).toHaveLength(6);
  });

  test('each person has their own token, the same for all their searches', async () => {
    await wiki.takeCalls();
    for (const person of [ADA, GRACE, LINUS, ADA, GRACE, LINUS]) await world.search(person, { text: 'lakers' });
    const fingerprints = (await wiki.takeCalls()).map(({ fingerprint }) => fingerprint);
    expect(new Set(fingerprints).size).toBe(3);
    expect(fingerprints.slice(3)).toEqual(fingerprints.slice(0, 3));
  });

  test('a sign-in to one connection does not count at another', async () => {
    await wiki.takeCalls();
    expect((await world.search(ADA, { connection: 'handbook', text: 'lakers' })).type).toBe('auth');
    expect(await wiki.takeCalls()).toEqual([]);
  });
});

describe('T48: addresses in an activity', () => {
  const received: RogueServer['response'] = (_, response) => sendJson(response, { id: '1' });
  let trap: RogueServer;
  beforeAll(async () => {
    trap = await startRogueServer(received);
  });
  afterAll(() => trap?.close());

  test.each(['invoke', 'conversationUpdate', 'installationUpdate', 'event', 'unknown'])(
    'the bot fetches neither the serviceUrl of a %s nor any other address in it',
    async (type) => {
      const { status } = await world.post(
        ADA,
        { text: 'lakers' },
        (activity) => Object.assign(activity, { type, serviceUrl: trap.origin }, addressesOf(trap.origin)),
        { token: await world.connector.token({ serviceurl: trap.origin }) },
      );
      // The bot would have fetched these addresses before its search.
      expect((await world.search(ADA, { text: 'lakers' })).type).toBe('result');
      expect([type, status, trap.requests]).toEqual([type, 200, []]);
    },
  );

  test('T48: the bot answers a message once, at the serviceUrl that the token covers, and fetches no other address in it', async () => {
    const service = await startRogueServer(received);
    try {
      const activity = world.connector.messageActivity(ADA, { text: 'help' });
      const token = await world.connector.token({ serviceurl: service.origin });
      const sent = { ...activity, serviceUrl: service.origin, ...addressesOf(trap.origin) };
      expect((await world.connector.post(world.botUrl, sent, { token, timeout: patient(15_000) })).status).toBe(200);
      const conversation = encodeURIComponent(activity.conversation.id);
      expect(service.requests).toEqual([
        `POST /v3/conversations/${conversation}/activities/${encodeURIComponent(activity.id)}`,
      ]);
      expect(trap.requests).toEqual([]);
    } finally {
      await service.close();
    }
  });

  function addressesOf(url: string): Record<string, unknown> {
    return {
      callerId: url,
      relatesTo: { serviceUrl: url },
      attachments: [{ contentType: 'image/png', contentUrl: url }],
      membersAdded: [{ id: 'someone', name: url }],
      entities: [{ type: 'clientInfo', '@context': url }],
    };
  }
});

describe('T38: markup in names', () => {
  const NAME = '<img src=x onerror=alert(1)> "Bobby" \u2028 ${x} 名前';

  /** A search of a person with this name in Teams. */
  async function searchNamed(person: Person, name: unknown, locale = 'en-US') {
    const { status, body, headers } = await world.post(person, { connection: 'handbook', locale }, (activity) => {
      activity.from = { ...(activity.from as object), name };
    });
    const ticket = ticketOf((body as { composeExtension: SearchResponse }).composeExtension);
    return { status, headers, ticket };
  }

  /** The data for the confirm page. */
  async function confirmBy(ticket: string): Promise<unknown> {
    const { page, body } = await world.untilCallback(GRACE, { connection: 'handbook', ticket });
    return (await page.post('complete', body)).body;
  }

  test('the page gets a name from an activity as JSON only, byte for byte', async () => {
    const { headers, ticket } = await searchNamed(GRACE, NAME);
    used.push(ticket, 'Bobby', '名前');
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    const page = await (await fetch(`${world.botUrl}/auth/start?ticket=${ticket}`)).text();
    expect(page).not.toContain('Bobby');
    expect(page).not.toContain(ticket);
    const connection = { title: 'Contoso handbook' };
    expect(await confirmBy(ticket)).toMatchObject({ next: 'confirm', asker: { name: NAME }, connection });
  });

  test.each([
    [{}, 'en-US', 'a Teams user'],
    ['  ', 'uk-UA', 'користувач Teams'],
  ])('an invalid name (%j) is dropped, and the page asks in the language of Teams', async (name, locale, shown) => {
    const { ticket } = await searchNamed(GRACE, name, locale);
    expect(await confirmBy(ticket)).toMatchObject({ next: 'confirm', asker: { name: shown } });
  });

  test('invalid names do no harm', async () => {
    for (const name of [undefined, null, 7, [], {}, '', ' ', 'x'.repeat(100_000), '\ud800']) {
      const { status, ticket } = await searchNamed(ADA, name);
      expect(status).toBe(200);
      expect(ticket.length).toBeLessThan(2_000);
    }
  });
});

/** In every answer of the servers here. */
const MARK = 'mark-of-foreign-words';
const WORDS = { error: { code: 'BadArgument', message: MARK }, error_description: MARK, message: MARK };

/** The lines that report a failure. */
const failures = (output: string) => logLines(output).filter(({ msg }) => msg === 'request failed');

describe('T72: the log holds no words of another service', () => {
  let rogue: RogueServer;
  beforeAll(async () => {
    rogue = await startRogueServer(() => undefined);
  });
  beforeEach(() => {
    rogue.requests.length = 0;
  });
  afterAll(() => rogue?.close());

  test.each([
    ['an error in JSON', 400, JSON.stringify(WORDS)],
    ['an error in text', 403, MARK],
    ['a success that is not JSON', 200, `{"id":"${MARK}`],
  ])('a channel refuses a reply with %s', async (_, status, body) => {
    rogue.response = (_request, response) =>
      void response.writeHead(status, MARK, { 'content-type': 'application/json' }).end(body);
    const before = failures(world.bot.output()).length;
    expect(await sayHelp(world.connector, world.botUrl, ADA, rogue.origin)).toBe(200);
    const reports = await eventually(
      () => failures(world.bot.output()).slice(before),
      (lines) => lines.length > 0,
    );
    expect(rogue.requests).toHaveLength(1);
    expect(reports[0]?.error).toMatchObject({ name: 'RestError', stack: expect.any(Array) });
    expect(world.bot.output()).not.toContain(MARK);
  });

  test('the identity service of the machine refuses the bot’s own token', async () => {
    rogue.response = (_request, response) =>
      void response.writeHead(400, MARK, { 'content-type': 'application/json' }).end(JSON.stringify(WORDS));
    await withAnotherBot(world, managedIdentityAt(rogue.origin), async (bot) => {
      const channel = new URL(world.connector.serviceUrl).origin;
      expect(await sayHelp(world.connector, bot.url, ADA, channel)).toBe(200);
      const [report] = await eventually(
        () => failures(bot.output()),
        (lines) => lines.length > 0,
      );
      expect([report?.error, rogue.requests.length > 0]).toEqual([
        expect.objectContaining({ name: 'AggregateAuthenticationError' }),
        true,
      ]);
      expect(bot.output()).not.toContain(MARK);
    });
  });
});

test('T72: no name, id, header, path or code can forge a line of the log', async () => {
  const mark = await logMark(world);
  const forged = '\r\n{"level":30,"event":"credential.revoked","msg":"forged"}\n\u2028\u0085\u001b[2K\u0000';
  await world.post(ADA, { text: forged }, (activity) => {
    Object.assign(activity, { name: `composeExtension/query${forged}`, id: forged, locale: forged });
    Object.assign(activity.from as object, { name: forged, id: forged });
  });
  const failure = world.connector.invokeActivity(ADA, { name: 'signin/failure', value: { code: forged } });
  await world.connector.post(world.botUrl, failure);
  const path = encodeURIComponent(forged);
  for (const url of [`/auth/callback/${path}`, `/${path}`, `/auth/start?ticket=${path}`]) {
    await fetch(world.botUrl + url, { headers: { 'user-agent': path, 'x-forwarded-for': path } });
  }
  await fetch(`${world.botUrl}/auth/api/start`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: world.botUrl },
    body: JSON.stringify({ ticket: forged }),
  });
  // Each line is complete, and written by the bot.
  const lines = logLines(world.bot.output().slice(mark));
  expect(lines.filter(({ msg, event }) => msg === 'forged' || event === 'credential.revoked')).toEqual([]);
  expect(lines.some(({ code }) => code === 'unknown')).toBe(true);
});

describe('T72: the log', () => {
  test('contains no person of this file: no id, no name, no token, no code, no ticket, no query', async () => {
    // threats/answers.test.ts has more failures of the wiki.
    await world.post(ADA, { text: 'lakers' }, undefined, { token: 'eyJhbGciOiJSUzI1NiJ9.e30.x' });
    await world.post(ADA, { text: 'lakers' }, undefined, { body: `{"lakers": ${'['.repeat(500)}` });
    await world.search(ADA, { text: 'lakers', state: used.find((value) => value.length > 40) ?? '' });
    await wiki.fault({ status: 500 });
    await world.search(ADA, { text: 'lakers' });
    await eventually(
      () => logLines(world.bot.output()).filter(({ msg }) => msg === 'request failed').length,
      (failures) => failures > 0,
    );
    const secrets = String(world.botEnv.ENCRYPTION_KEYS).split(':');
    expect(leaksIn(world.bot.output(), [...used, ...secrets.slice(1), 'onerror'])).toEqual([]);
  });

  test('contains the events of a person under one hash, which is not the id', () => {
    const events = logLines(world.bot.output()).filter(({ event }) => event === 'signin.completed');
    expect(events.length).toBeGreaterThanOrEqual(3);
    expect(new Set(events.map(({ asker }) => asker)).size).toBe(3);
    for (const { asker, tenant } of events) expect([asker, tenant].join()).toMatch(/^[\w-]{16},[\w-]{16}$/);
  });
});
