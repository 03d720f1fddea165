import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ADA, CLIENT } from '../../../../local/people.ts';
import { freePorts } from '../../../../local/processes.ts';
import { type RunningService, startService } from '../../../support/oauth2/server.ts';
import { plain } from '../../../support/oauth2/services/plain.ts';
import { leaksIn } from '../../../support/process/log.ts';
import { connectionLines } from '../../../support/teams/actions.ts';
import { readCard } from '../../../support/teams/cards.ts';
import { searchResponse } from '../../../support/wiki/wiki-control.ts';
import { logMark, rowCounts } from '../../../support/world/evidence.ts';
import { linkedCredential } from '../../../support/world/opened.ts';
import { startWorld, titlesOf, type World } from '../../../support/world/world.ts';

/* A service by its addresses alone. test/contract/presets has the services with a preset. */

const CONNECTIONS_FILE = fileURLToPath(new URL('../../../support/world/connections/oauth2.json', import.meta.url));

let service: RunningService;
let world: World;
beforeAll(async () => {
  const [bot = 0, identityProvider = 0, wiki = 0] = await freePorts(3);
  service = await startService(plain, {
    redirectUris: [`http://localhost:${bot}/auth/callback/plain`],
    api: async () => ({ json: JSON.parse(searchResponse([{ title: 'Elsewhere' }])) }),
  });
  world = await startWorld({
    ports: { bot, identityProvider, wiki },
    botEnv: { CONNECTIONS_FILE, SERVICE_URL: service.url, LOG_LEVEL: 'trace' },
  });
});
afterAll(() => Promise.all([world?.stop(), service?.close()]));

const search = (state?: string) =>
  world.search(ADA, { connection: 'plain', text: 'lakers', ...(state !== undefined && { state }) });

test('T72: the whole way to results with the person’s own token, and the log contains no secret of it', async () => {
  expect((await search()).type).toBe('auth');
  const { page, body } = await world.untilCallback(ADA, { connection: 'plain' });
  const requested = await page.post('complete', body);
  expect(requested).toMatchObject({ status: 200, body: { next: 'confirm', account: { name: 'ada' } } });
  expect(rowCounts(world)).toMatchObject({ parked: 1, links: 0 });
  const { confirmation } = requested.body;
  const done = await page.post('confirm', { decision: 'connect', confirmation });
  expect(done.body).toEqual({ next: 'done', securityCode: expect.any(String), proven: false });
  const found = await search(String(done.body.securityCode));
  expect(titlesOf(found)).toEqual(['Elsewhere']);
  expect(found.attachments?.map((card) => readCard(card).lines.at(-1))).toEqual(['Plain']);
  expect(await connectionLines(world.connector, world.botUrl, ADA)).toContain('Signed in as ada');
  const { accessToken, refreshToken } = linkedCredential(world, ADA, 'plain');
  expect(service.lastAuthorization()).toBe(`Bearer ${accessToken}`);

  await logMark(world);
  const output = world.bot.output();
  expect(leaksIn(output, [CLIENT.secret, String(body.code), accessToken, String(refreshToken)])).toEqual([]);
  expect(output).not.toMatch(/(access|refresh|code)-[\w-]{32}/);
});

test('the log warns of connections without PKCE when the bot starts', () => {
  expect(world.bot.output()).toMatch(/loose: signIn\.pkce is \\"none\\"/);
  expect(world.bot.output()).not.toMatch(/plain: signIn\.pkce/);
});
