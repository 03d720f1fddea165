import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ADA } from '../../../local/people.ts';
import { type RogueServer, startRogueServer } from '../../support/network/rogue-server.ts';
import { openSockets } from '../../support/network/sockets.ts';
import { patient } from '../../support/patience.ts';
import { logLines } from '../../support/process/log.ts';
import { sized } from '../../support/soak.ts';
import { sayHelp } from '../../support/teams/actions.ts';
import { type AnotherBot, managedIdentityAt, startAnotherBot } from '../../support/world/another-bot.ts';
import { eventually, startWorld, type World } from '../../support/world/world.ts';

const MESSAGES = sized(30, 300);
/** The bot gives a channel eight seconds; `fetch` by itself gives it five minutes. */
const BOUND_MS = patient(30_000);

let world: World;
/** A bot with a managed identity. */
let managed: AnotherBot;
/** Answers no request. */
let silent: RogueServer;
/** Requests whose sender still waits. */
const waiting = new Set<ServerResponse>();
beforeAll(async () => {
  silent = await startRogueServer((_, response) => {
    waiting.add(response);
    response.once('close', () => waiting.delete(response));
  });
  world = await startWorld();
  managed = await startAnotherBot(world, managedIdentityAt(silent.origin));
});
afterAll(async () => {
  await managed?.stop();
  await world?.stop();
  await silent?.close();
});

const help = (botUrl: string, channel: string) => sayHelp(world.connector, botUrl, ADA, channel);
const sockets = () => openSockets(Number(world.bot.child.pid)) ?? 0;
const requested = (path: string) => silent.requests.filter((request) => request.startsWith(path)).length;

test(
  'T96: a channel and an identity service never answer: the bot ends each call, and still serves requests',
  async () => {
    const channel = new URL(world.connector.serviceUrl).origin;
    const before = sockets();
    const replies = Promise.all(Array.from({ length: MESSAGES }, () => help(world.botUrl, silent.origin)));
    const managedReply = help(managed.url, channel);
    await eventually(
      () => [requested('POST /teams/'), requested('GET /msi/token') > 0],
      ([posts, isAsked]) => posts === MESSAGES && isAsked === true,
      BOUND_MS,
    );
    expect((await world.search(ADA, { text: 'lakers' })).type).toBe('auth');
    expect(await replies).toEqual(Array(MESSAGES).fill(200));
    expect(await managedReply).toBe(200);
    await eventually(
      () => waiting.size,
      (open) => open === 0,
      BOUND_MS,
    );
    await eventually(sockets, (open) => open <= before + 2, BOUND_MS);
    await eventually(
      () => logLines(world.bot.output()).filter((line) => line.msg === 'request failed').length,
      (reports) => reports === MESSAGES,
    );
    expect(await help(world.botUrl, channel)).toBe(200);
    const query = world.connector.queryActivity(ADA, { commandId: 'insertWiki' });
    expect((await world.connector.post(managed.url, query)).status).toBe(200);
  },
  patient(120_000),
);
