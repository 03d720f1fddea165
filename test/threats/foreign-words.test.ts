import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA, TENANTS } from '../../local/people.ts';
import { startAnotherBot } from '../support/another-bot.ts';
import { logLines } from '../support/log.ts';
import { patient } from '../support/patience.ts';
import { type RogueServer, startRogueServer } from '../support/rogue-server.ts';
import { type ScriptedApi, startScriptedApi } from '../support/scripted-api.ts';
import { eventually, startWorld, type World } from '../support/world.ts';

/** In every answer of the servers here. */
const MARK = 'mark-of-foreign-words';
const WORDS = { error: { code: 'BadArgument', message: MARK }, error_description: MARK, message: MARK };

let world: World;
let api: ScriptedApi;
let rogue: RogueServer;
beforeAll(async () => {
  rogue = await startRogueServer(() => undefined);
  api = await startScriptedApi();
  world = await startWorld({
    botEnv: { CONNECTIONS_FILE: api.connectionsFile, OTHER_URL: api.url, LOG_LEVEL: 'trace' },
  });
});
beforeEach(() => {
  rogue.requests.length = 0;
});
afterAll(async () => {
  await world?.stop();
  await Promise.all([rogue?.close(), api?.close()]);
});

async function help(botUrl: string, channel: string): Promise<void> {
  const serviceUrl = `${channel}/teams/`;
  const activity = { ...world.connector.messageActivity(ADA, { text: 'help' }), serviceUrl };
  const token = await world.connector.token({ serviceurl: serviceUrl });
  expect((await world.connector.post(botUrl, activity, { token, timeout: patient(20_000) })).status).toBe(200);
}

/** The lines that report a failure. */
const failures = (output: string) => logLines(output).filter(({ msg }) => msg === 'request failed');

describe('T72: the log holds no words of another service', () => {
  test.each([
    ['an error in JSON', 400, JSON.stringify(WORDS)],
    ['an error in text', 403, MARK],
    ['a success that is not JSON', 200, `{"id":"${MARK}`],
  ])('a channel refuses a reply with %s', async (_, status, body) => {
    rogue.response = (_request, response) =>
      void response.writeHead(status, MARK, { 'content-type': 'application/json' }).end(body);
    const before = failures(world.bot.output()).length;
    await help(world.botUrl, rogue.origin);
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
    const bot = await startAnotherBot(world, {
      BOT_TYPE: 'UserAssignedMSI',
      BOT_TENANT_ID: TENANTS.contoso,
      IDENTITY_ENDPOINT: `${rogue.origin}/msi/token`,
      IDENTITY_HEADER: 'x',
    });
    try {
      await help(bot.url, new URL(world.connector.serviceUrl).origin);
      const [report] = await eventually(
        () => failures(bot.output()),
        (lines) => lines.length > 0,
      );
      expect([report?.error, rogue.requests.length > 0]).toEqual([
        expect.objectContaining({ name: 'AggregateAuthenticationError' }),
        true,
      ]);
      expect(bot.output()).not.toContain(MARK);
    } finally {
      await bot.stop();
    }
  });

  test('an API that is searched answers with an error', async () => {
    api.respondWith(searchNothing);
    await world.signIn(ADA, { connection: 'handbook' }).catch(() => undefined);
    for (const [status, body] of [
      [500, JSON.stringify(WORDS)],
      [200, JSON.stringify({ error: { code: MARK.replaceAll('-', ' '), info: MARK } })],
      [200, `{"${MARK}`],
    ] as const) {
      api.respondWith(body, status);
      const before = failures(world.bot.output()).length;
      expect((await world.search(ADA, { connection: 'handbook', text: `lakers ${body.length}` })).type).toBe('message');
      await eventually(
        () => failures(world.bot.output()).length,
        (count) => count > before,
      );
    }
    expect(world.bot.output()).not.toMatch(new RegExp(MARK.replaceAll('-', '.')));
  });
});

const searchNothing = JSON.stringify({ query: { searchinfo: { totalhits: 0 }, search: [], pages: [] } });

test('T72: nobody forges a line of the log, by a name, an id, a header, a path or a code', async () => {
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
  // Each line is whole, and one of ours.
  const lines = logLines(world.bot.output());
  expect(lines.filter(({ msg, event }) => msg === 'forged' || event === 'credential.revoked')).toEqual([]);
  expect(lines.some(({ code }) => code === 'unknown')).toBe(true);
});
