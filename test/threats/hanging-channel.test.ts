import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ADA, TENANTS } from '../../local/people.ts';
import { type AnotherBot, startAnotherBot } from '../support/another-bot.ts';
import { logLines } from '../support/log.ts';
import { patient } from '../support/patience.ts';
import { type RogueServer, startRogueServer } from '../support/rogue-server.ts';
import { sized } from '../support/soak.ts';
import { openSockets } from '../support/sockets.ts';
import { eventually, startWorld, type World } from '../support/world.ts';

const MESSAGES = sized(30, 300);
/** The bot gives a channel eight seconds; `fetch` by itself gives it five minutes. */
const BOUND_MS = 30_000;
const TEST_TIMEOUT_MS = patient(120_000);

let world: World;
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
});
afterAll(async () => {
  await world?.stop();
  await silent?.close();
});

/** Ada says "help", and the answer goes to `channel`. */
async function help(botUrl: string, channel: string): Promise<number> {
  const serviceUrl = `${channel}/teams/`;
  const activity = { ...world.connector.messageActivity(ADA, { text: 'help' }), serviceUrl };
  const token = await world.connector.token({ serviceurl: serviceUrl });
  return (await world.connector.post(botUrl, activity, { token, timeout: patient(60_000) })).status;
}

async function sendMany(botUrl: string, channel: string): Promise<number[]> {
  return Promise.all(Array.from({ length: MESSAGES }, () => help(botUrl, channel)));
}

test(
  'T96: a channel that takes replies and never answers: each call is hung up on, and the bot still serves',
  async () => {
    const sockets = () => openSockets(Number(world.bot.child.pid)) ?? 0;
    const before = sockets();
    const sent = sendMany(world.botUrl, silent.origin);
    await eventually(
      () => silent.requests.length,
      (requested) => requested === MESSAGES,
      BOUND_MS,
    );
    expect((await world.search(ADA, { text: 'lakers' })).type).toBe('auth');
    expect(await sent).toEqual(Array(MESSAGES).fill(200));
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
    expect(await help(world.botUrl, new URL(world.connector.serviceUrl).origin)).toBe(200);
  },
  TEST_TIMEOUT_MS,
);

describe('with a managed identity', () => {
  let bot: AnotherBot;
  beforeAll(async () => {
    bot = await startAnotherBot(world, {
      BOT_TYPE: 'UserAssignedMSI',
      BOT_TENANT_ID: TENANTS.contoso,
      // How App Service says where its identity service is.
      IDENTITY_ENDPOINT: `${silent.origin}/msi/token`,
      IDENTITY_HEADER: 'x',
    });
  });
  afterAll(() => bot?.stop());

  test(
    'T96: an identity service that never answers is hung up on, too',
    async () => {
      const { length } = silent.requests;
      expect(await help(bot.url, new URL(world.connector.serviceUrl).origin)).toBe(200);
      expect(silent.requests.slice(length).join()).toContain('GET /msi/token');
      await eventually(
        () => waiting.size,
        (open) => open === 0,
        BOUND_MS,
      );
      expect(
        (await world.connector.post(bot.url, world.connector.queryActivity(ADA, { commandId: 'insertWiki' }))).status,
      ).toBe(200);
    },
    TEST_TIMEOUT_MS,
  );
});
