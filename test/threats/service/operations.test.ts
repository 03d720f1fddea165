import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ADA } from '../../../local/people.ts';
import { rawRequest } from '../../support/network/raw-http.ts';
import { dawdle, openSockets } from '../../support/network/sockets.ts';
import { patient } from '../../support/patience.ts';
import { wikiControl } from '../../support/wiki/wiki-control.ts';
import { withAnotherBot } from '../../support/world/another-bot.ts';
import { failuresOf, outcomeOf } from '../../support/world/outcomes.ts';
import { eventually, startWorld, type World } from '../../support/world/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.signIn(ADA);
});
afterAll(() => world?.stop());

const PROBES = [
  ['GET', '/sentinel', 404],
  ['GET', '/sentinel?x=sentinel', 404],
  ['POST', '/sentinel', 404],
  ['PUT', '/sentinel', 404],
  ['DELETE', '/', 404],
  ['PATCH', '/auth/assets/sentinel', 405],
  ['OPTIONS', '/sentinel', 404],
  ['TRACE', '/', 404],
  ['GET', '/', 404],
  ['GET', '/api', 404],
  ['GET', '/api/messages/sentinel', 404],
  ['GET', '/auth/assets/sentinel.js', 404],
  ['GET', '/auth/assets/..%2f..%2fpackage.json', 404],
  ['GET', '/auth/assets/../../package.json', 404],
  ['GET', '/auth/assets/__proto__', 404],
  ['GET', '/auth/assets/constructor', 404],
  ['GET', '/auth/callback/sentinel/more', 404],
  ['GET', '/%', 404],
  ['GET', '/auth/assets/%ff', 404],
  ['GET', '/auth/assets/%E0%A4%A', 404],
  ['GET', '/%00sentinel', 404],
  ['GET', '/<script>sentinel</script>', 404],
  ['GET', '//sentinel.example/', 404],
  ['GET', 'http://sentinel.example/sentinel', 404],
  ['GET', '/api/messages', 405],
  ['PUT', '/api/messages', 405],
  ['DELETE', '/api/messages?sentinel', 405],
  ['PATCH', '/auth/api/start', 405],
  ['GET', '/auth/api/complete', 405],
  ['POST', '/auth/start', 405],
  ['POST', '/auth/callback/sentinel', 405],
  ['POST', '/healthz', 405],
  ['OPTIONS', '/api/messages', 405],
  ['OPTIONS', '/auth/api/start', 405],
  ['TRACE', '/api/messages', 405],
] as const;

test.each(PROBES)('T86: %s %s is %i, and its text repeats nothing of the request', async (method, target, status) => {
  const headers = { 'X-Sentinel': 'sentinel', Cookie: 'sentinel=1', Origin: 'https://sentinel.example' };
  const response = await rawRequest(world.botUrl, { method, target, headers });
  expect(response.status).toBe(status);
  expect(response.body).toEqual({
    type: 'about:blank',
    title: status === 404 ? 'Not found' : 'Method not allowed',
    status,
    code: status === 404 ? 'not_found' : 'method_not_allowed',
  });
  expect(response.headers['content-type']).toBe('application/problem+json');
  expect(JSON.stringify(response.headers)).not.toMatch(/sentinel|restify|access-control|x-powered-by/i);
  expect(response.headers.server ?? '').toBe('');
  expect(await failuresOf(world)).toEqual([]);
});

test('no refusal at the gate repeats any part of the request', async () => {
  const activity = { type: 'sentinel', name: 'sentinel', serviceUrl: 'https://sentinel.example' };
  const { status, body, headers } = await world.connector.post(world.botUrl, activity);
  expect({ status, body }).toEqual({
    status: 403,
    body: { type: 'about:blank', title: 'Not allowed', status: 403, code: 'connector.refused' },
  });
  expect(JSON.stringify([...headers])).not.toMatch(/sentinel|restify/i);
});

test('GET /healthz reports alive and GET /readyz ready; HEAD the same without a body', async () => {
  for (const [target, says] of [
    ['/healthz', 'alive'],
    ['/readyz', 'ready'],
  ] as const) {
    const get = await rawRequest(world.botUrl, { target });
    expect([get.status, get.body, get.headers['cache-control']]).toEqual([200, { status: says }, 'no-store']);
    const head = await rawRequest(world.botUrl, { method: 'HEAD', target });
    expect([head.status, head.text]).toEqual([200, '']);
  }
  const nowhere = await rawRequest(world.botUrl, { method: 'HEAD', target: '/nowhere' });
  expect([nowhere.status, nowhere.text]).toEqual([404, '']);
});

test('T83: SIGTERM lets the running query finish, and refuses others; the bot ends with 0', async () => {
  await withAnotherBot(world, {}, async (bot) => {
    const half = await halfARequest(bot.url);
    const wiki = wikiControl(world.wikiUrl);
    await wiki.takeCalls();
    await wiki.fault({ delay: 1500 });
    const underWay = world.post(ADA, { text: 'lakers' }, undefined, { botUrl: bot.url });
    await eventually(wiki.takeCalls, ({ length }) => length > 0);
    const ended = bot.stop();
    await eventually(bot.output, (output) => output.includes('"draining"'));
    await expect(fetch(`${bot.url}/healthz`, { headers: { connection: 'close' } })).rejects.toThrow();
    expect(await half.complete()).toMatch(/^HTTP\/1\.1 503 [\s\S]*Connection: close[\s\S]*not_ready/i);
    const response = await underWay;
    expect([outcomeOf(response), response.headers.get('connection')]).toEqual(['200 result', 'close']);
    const answered = performance.now();
    expect(await ended).toBe(0);
    expect(performance.now() - answered).toBeLessThan(8000);
  });
  expect((await world.search(ADA)).type).toBe('result');
});

test(
  'T83: a client that never completes its request delays the end by ten seconds at most',
  () =>
    withAnotherBot(world, {}, async (bot) => {
      await halfARequest(bot.url);
      const kept = dawdle(bot.url, '');
      await eventually(
        () => openSockets(Number(bot.child.pid)) ?? 2,
        (open) => open >= 2,
      );
      expect(await bot.stop()).toBe(0);
      await kept.closed;
    }),
  patient(30_000),
);

/** A request for /readyz that has begun. `complete` sends the rest, and returns the response. */
async function halfARequest(url: string): Promise<{ complete(): Promise<string> }> {
  const socket = connect({ host: new URL(url).hostname, port: Number(new URL(url).port) });
  await new Promise<void>((resolve) => socket.write('GET /readyz HTTP/1.1\r\nHost: x\r\n', () => resolve()));
  const response = text(socket);
  return {
    complete() {
      socket.write('\r\n');
      return response;
    },
  };
}
