import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ADA } from '../../local/people.ts';
import { percentile } from '../support/latency.ts';
import { failuresOf } from '../support/outcomes.ts';
import { patient } from '../support/patience.ts';
import { sized } from '../support/soak.ts';
import { type Dawdler, dawdle, openSockets } from '../support/sockets.ts';
import { eventually, startWorld, type World } from '../support/world.ts';

/** Of each kind. */
const CLIENTS = sized(12, 100);
const MAX_WAIT_MS = 12_000;

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.signIn(ADA);
});
afterAll(() => world?.stop());

const sockets = () => openSockets(Number(world.bot.child.pid)) ?? 0;

/** How long a query of a signed-in person takes, asked one after the other until told to stop. */
async function latencies(enough: (requested: number) => boolean): Promise<number[]> {
  const durations: number[] = [];
  while (!enough(durations.length)) {
    const { status, ms, body } = await world.post(ADA, { text: 'lakers' });
    expect([status, body]).toMatchObject([200, { composeExtension: { type: 'result' } }]);
    durations.push(ms);
  }
  return durations;
}

test(
  `T44: ${CLIENTS} each of idle sockets, slow headers, slow bodies: hung up on within 12 s; others keep their latency, and a connection of Teams stays`,
  async () => {
    const token = await world.connector.token();
    const json = `Host: localhost\r\nContent-Type: application/json\r\nOrigin: ${world.botUrl}\r\n`;
    const post = (path: string, more = '') => `POST ${path} HTTP/1.1\r\n${json}${more}Content-Length: 1000\r\n\r\n{`;
    const get = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n';
    const query = JSON.stringify(world.connector.queryActivity(ADA, { commandId: 'insertWiki', text: 'lakers' }));
    const activity = (authorization: string) =>
      `POST /api/messages HTTP/1.1\r\n${json}${authorization}Content-Length: ${Buffer.byteLength(query)}\r\n\r\n${query}`;
    const kinds: Record<string, () => Dawdler> = {
      'nothing at all': () => dawdle(world.botUrl, ''),
      'an answered request, then nothing': () => dawdle(world.botUrl, `${get}\r\n`),
      'a request line, a letter at a time': () => dawdle(world.botUrl, 'G', 'E'),
      'headers, a letter at a time': () => dawdle(world.botUrl, get, 'X-A: b\r\n'),
      'headers that stop': () => dawdle(world.botUrl, get),
      'a body, a letter at a time': () =>
        dawdle(world.botUrl, post('/api/messages', `Authorization: Bearer ${token}\r\n`), ' '),
      'a body that stops': () => dawdle(world.botUrl, post('/api/messages', `Authorization: Bearer ${token}\r\n`)),
      'a body without a token': () => dawdle(world.botUrl, post('/api/messages'), ' '),
      'a body of a sign-in': () => dawdle(world.botUrl, post('/auth/api/start'), ' '),
      'an activity without a token, then nothing': () => dawdle(world.botUrl, activity('')),
      'an answered request, then a slow one': () => dawdle(world.botUrl, `${get}\r\n${get}`, 'X'),
    };
    // What stands in front keeps such a connection for minutes, and sends the next query on it.
    const kept = dawdle(world.botUrl, activity(`Authorization: Bearer ${token}\r\n`));
    let keptOpen = true;
    void kept.closed.then(() => {
      keptOpen = false;
    });
    const alone = await latencies((requested) => requested === 100);
    const before = sockets();
    const slow = Object.entries(kinds).flatMap(([name, start]) =>
      Array.from({ length: CLIENTS }, () => ({ name, ...start() })),
    );
    // Whoever is not hung up on would stay for ever.
    const tooLong = setTimeout(() => {
      for (const { hangUp } of slow) hangUp();
    }, 2 * MAX_WAIT_MS);
    await eventually(sockets, (open) => open >= before + slow.length / 2);
    let left = slow.length;
    const ended = Promise.all(
      slow.map(async ({ name, closed }) => {
        const { after } = await closed;
        left--;
        return { name, after };
      }),
    );
    const [meanwhile, ends] = await Promise.all([latencies(() => left === 0), ended]);
    clearTimeout(tooLong);
    expect(ends.filter(({ after }) => after > MAX_WAIT_MS)).toEqual([]);
    await eventually(sockets, (open) => open <= before + 2);
    expect(keptOpen).toBe(true);
    kept.hangUp();
    expect((await kept.closed).response).toContain('HTTP/1.1 200');
    expect(percentile(meanwhile, 95)).toBeLessThan(Math.max(5 * percentile(alone, 95), 250));
    expect(Math.max(...meanwhile)).toBeLessThan(patient(2_000));
    expect(await failuresOf(world)).toEqual([]);
  },
  patient(90_000),
);
