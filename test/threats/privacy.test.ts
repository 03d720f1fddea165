import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ADA, GRACE, LINUS, type Person } from '../../local/people.ts';
import { readCard } from '../support/cards.ts';
import { leaksIn, logLines } from '../support/log.ts';
import { patient } from '../support/patience.ts';
import { type RogueServer, sendJson, startRogueServer } from '../support/rogue-server.ts';
import { type WikiControl, wikiControl } from '../support/wiki-control.ts';
import { type SearchResponse, startWorld, ticketOf, titlesOf, type World } from '../support/world.ts';

let world: World;
let wiki: WikiControl;
const RESTRICTED = 'Los Angeles Lakers trade plan (restricted)';
/** Everything secret or personal that this file's requests held. */
const used: string[] = ['lakers', 'trade plan', 'srsearch'];

beforeAll(async () => {
  world = await startWorld();
  wiki = wikiControl(world.wikiUrl);
  for (const person of [ADA, GRACE, LINUS]) {
    const state = await world.securityCode(person);
    used.push(state);
    expect((await world.search(person, { text: 'lakers', state })).type).toBe('result');
  }
});
afterAll(() => world?.stop());

/** Whom the cards say they are for. */
function accountsOf({ attachments = [] }: SearchResponse): string[] {
  return [...new Set(attachments.map((attachment) => readCard(attachment).lines.at(-1) ?? ''))];
}

const accountOf = ({ username }: Person) => `Contoso wiki · signed in as ${username}`;

describe('T56: one person’s results are shown to nobody else', () => {
  test('an editor finds the restricted page, others do not', async () => {
    expect(titlesOf(await world.search(ADA, { text: 'lakers trade plan' }))).toContain(RESTRICTED);
    expect(titlesOf(await world.search(ADA, { text: 'lakers' }))).toContain(RESTRICTED);
    for (const person of [GRACE, LINUS]) {
      expect(titlesOf(await world.search(person, { text: 'lakers' }))).not.toContain(RESTRICTED);
      expect(JSON.stringify(await world.search(person, { text: 'lakers trade plan' }))).not.toContain('restricted');
    }
  });

  test('nor while all ask the same at the same time, some more slowly than others', async () => {
    const requests = Array.from({ length: 30 }, (_, at) => [ADA, GRACE, LINUS][at % 3] as Person);
    await wiki.fault({ delay: 60, times: 8 });
    const responses = await Promise.all(requests.map((person) => world.search(person, { text: 'lakers' })));
    for (const [at, person] of requests.entries()) {
      const response = responses[at] as SearchResponse;
      expect(accountsOf(response)).toEqual([accountOf(person)]);
      expect(titlesOf(response).includes(RESTRICTED)).toBe(person.editor);
    }
  });

  test('nor while all their tokens are renewed at the same time', async () => {
    const people = [ADA, GRACE, LINUS];
    await wiki.takeCalls();
    await wiki.fault({ status: 401, times: 3 });
    const responses = await Promise.all(people.map((person) => world.search(person, { text: 'lakers' })));
    await wiki.heal();
    expect(responses.map(accountsOf)).toEqual(people.map((person) => [accountOf(person)]));
    expect(await wiki.takeCalls()).toHaveLength(6);
  });

  test('each person’s token is their own, and the same for all their searches', async () => {
    await wiki.takeCalls();
    for (const person of [ADA, GRACE, LINUS, ADA, GRACE, LINUS]) await world.search(person, { text: 'lakers' });
    const fingerprints = (await wiki.takeCalls()).map(({ fingerprint }) => fingerprint);
    expect(new Set(fingerprints).size).toBe(3);
    expect(fingerprints.slice(3)).toEqual(fingerprints.slice(0, 3));
  });

  test('a sign-in to one connection opens no other', async () => {
    await wiki.takeCalls();
    expect((await world.search(ADA, { connection: 'handbook', text: 'lakers' })).type).toBe('auth');
    expect(await wiki.takeCalls()).toEqual([]);
  });
});

describe('T48: addresses in an activity', () => {
  test.each(['invoke', 'conversationUpdate', 'installationUpdate', 'event', 'unknown'])(
    'nothing is fetched from the serviceUrl of a %s, nor from any other address in it',
    async (type) => {
      const trap = await startListener();
      try {
        const { status } = await world.post(
          ADA,
          { text: 'lakers' },
          (activity) => Object.assign(activity, { type, serviceUrl: trap.url }, addressesOf(trap.url)),
          { token: await world.connector.token({ serviceurl: trap.url }) },
        );
        // Whatever it had to fetch, it would have fetched before it could search.
        expect((await world.search(ADA, { text: 'lakers' })).type).toBe('result');
        expect([type, status, trap.count()]).toEqual([type, 200, 0]);
      } finally {
        await trap.close();
      }
    },
  );

  test('T48: a message is answered at the serviceUrl that the token vouches for, once; nothing else in it is fetched', async () => {
    const received: RogueServer['response'] = (_, response) => sendJson(response, { id: '1' });
    const [service, trap] = [await startRogueServer(received), await startRogueServer(received)];
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
      await Promise.all([service.close(), trap.close()]);
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

  test('a name in an activity reaches the page as JSON alone, byte for byte', async () => {
    const { body, headers } = await world.post(GRACE, { connection: 'handbook' }, (activity) => {
      activity.from = { ...(activity.from as object), name: NAME };
    });
    const ticket = ticketOf((body as { composeExtension: SearchResponse }).composeExtension);
    used.push(ticket, 'Bobby', '名前');
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    const page = await (await fetch(`${world.botUrl}/auth/start?ticket=${ticket}`)).text();
    expect(page).not.toContain('Bobby');
    expect(page).not.toContain(ticket);
    const callback = await world.untilCallback(GRACE, { connection: 'handbook', ticket });
    const { body: confirm } = await callback.page.post('complete', callback.body);
    expect(confirm).toMatchObject({
      next: 'confirm',
      asker: { name: NAME },
      connection: { title: 'Contoso handbook' },
    });
  });

  test.each([[{}], [7], [null], ['  ']])(
    'what is no name (%j) is nobody’s name, and the page can still ask',
    async (name) => {
      const { body } = await world.post(GRACE, { connection: 'handbook' }, (activity) => {
        activity.from = { ...(activity.from as object), name };
      });
      const ticket = ticketOf((body as { composeExtension: SearchResponse }).composeExtension);
      const callback = await world.untilCallback(GRACE, { connection: 'handbook', ticket });
      const { body: confirm } = await callback.page.post('complete', callback.body);
      expect(confirm).toMatchObject({ next: 'confirm', asker: { name: 'a Teams user' } });
    },
  );

  test('names that are none at all do no harm', async () => {
    for (const name of [undefined, null, 7, [], {}, '', ' ', 'x'.repeat(100_000), '\ud800']) {
      const { status, body } = await world.post(ADA, { connection: 'handbook' }, (activity) => {
        activity.from = { ...(activity.from as object), name };
      });
      const ticket = ticketOf((body as { composeExtension: SearchResponse }).composeExtension);
      expect(status).toBe(200);
      expect(ticket.length).toBeLessThan(2_000);
    }
  });
});

describe('T72: the log', () => {
  test('of failures holds neither names nor tokens nor what was searched', async () => {
    const faults = [
      { status: 500 },
      { reset: true, times: 2 },
      { truncate: true },
      { body: '<b>' },
      { status: 401, times: 9 },
    ];
    for (const fault of faults) {
      await wiki.fault(fault);
      await world.search(ADA, { text: 'lakers' });
      await wiki.heal();
    }
    await world.post(ADA, { text: 'lakers' }, undefined, { token: 'eyJhbGciOiJSUzI1NiJ9.e30.x' });
    await world.post(ADA, { text: 'lakers' }, undefined, { body: `{"lakers": ${'['.repeat(500)}` });
    await world.search(ADA, { text: 'lakers', state: used.find((value) => value.length > 40) ?? '' });
    expect(logLines(world.bot.output()).filter(({ msg }) => msg === 'request failed').length).toBeGreaterThanOrEqual(4);
  });

  test('of all that happened here names nobody: no id, no name, no token, no code, no ticket, no query', () => {
    const secrets = String(world.botEnv.ENCRYPTION_KEYS).split(':');
    expect(leaksIn(world.bot.output(), [...used, ...secrets.slice(1), 'onerror'])).toEqual([]);
  });

  test('holds events of a person under one hash, which is not the id', () => {
    const events = logLines(world.bot.output()).filter(({ event }) => event === 'signin.completed');
    expect(events.length).toBeGreaterThanOrEqual(3);
    expect(new Set(events.map(({ asker }) => asker)).size).toBe(3);
    for (const { asker, tenant } of events) expect([asker, tenant].join()).toMatch(/^[\w-]{16},[\w-]{16}$/);
  });
});

async function startListener(): Promise<{ url: string; count(): number; close(): Promise<void> }> {
  let connections = 0;
  const server = createServer((_, response) => response.end('{}'));
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    count: () => connections,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
