import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AuthClient, completionBody } from '../../../../local/auth-client.ts';
import { signInByPages } from '../../../../local/identity-provider/user-agent/sign-in.ts';
import { ADA, CLIENT, PASSWORD } from '../../../../local/people.ts';
import { SITES } from '../../../support/oauth2/services/atlassian.ts';
import { leaksIn } from '../../../support/process/log.ts';
import { connectionLines, signOut } from '../../../support/teams/actions.ts';
import { readCard } from '../../../support/teams/cards.ts';
import { searchResponse } from '../../../support/wiki/wiki-control.ts';
import { eventNamesSince, eventNamesUntil, forgetAll, logMark, rowCounts } from '../../../support/world/evidence.ts';
import { type OAuth2World, SERVICES, type ServiceId, startOAuth2World } from '../../../support/world/oauth2-world.ts';
import { linkedCredential, setTimeLeft } from '../../../support/world/opened.ts';
import { type SearchResponse, titlesOf, type World } from '../../../support/world/world.ts';

let all: OAuth2World;
let world: World;
/** All secrets that passed through this file's bot. */
const used = new Set<string>();

beforeAll(async () => {
  all = await startOAuth2World();
  world = all.world;
});
beforeEach(() => {
  forgetAll(world);
  all.api.respondWith(searchResponse([{ title: 'Elsewhere' }]));
});
afterEach(() => {
  for (const service of Object.values(all?.services ?? {})) service.order({});
});
afterAll(() => all?.stop());

const search = (connection: ServiceId, state?: string): Promise<SearchResponse> =>
  world.search(ADA, { connection, text: 'lakers', ...(state !== undefined && { state }) });
const refreshes = (id: ServiceId) => all.services[id].requests('token:refresh_token').ok;

/** Ada signs in and searches. @returns her tokens */
async function signIn(connection: ServiceId) {
  await world.signIn(ADA, { connection });
  const credential = linkedCredential(world, ADA, connection);
  for (const token of [credential.accessToken, credential.refreshToken]) if (token) used.add(token);
  return credential;
}

const NAMES: Record<ServiceId, string> = {
  plain: 'ada',
  mediawiki: 'Ada',
  confluence: 'Ada Example',
  servicenow: 'Ada Example',
  zendesk: 'Ada Example',
  slack: 'ada',
  notion: 'Ada Example',
};

describe.each(SERVICES)('%s', (id) => {
  test('the whole way: a prompt, the service’s pages, a question, the results with the person’s own token', async () => {
    expect((await search(id)).type).toBe('auth');
    const { page, body } = await world.untilCallback(ADA, { connection: id });
    used.add(String(body.code));
    const requested = await page.post('complete', body);
    expect(requested).toMatchObject({ status: 200, body: { next: 'confirm', account: { name: NAMES[id] } } });
    expect(rowCounts(world)).toMatchObject({ parked: 1, links: 0 });
    const { confirmation } = requested.body;
    const done = await page.post('confirm', { decision: 'connect', confirmation });
    expect(done.body).toEqual({ next: 'done', securityCode: expect.any(String), proven: false });
    const found = await search(id, String(done.body.securityCode));
    expect(titlesOf(found)).toEqual(['Elsewhere']);
    const title = id.replace(/^./, (first) => first.toUpperCase());
    expect(found.attachments?.map((card) => readCard(card).lines.at(-1))).toEqual([title]);
    expect(await connectionLines(world.connector, world.botUrl, ADA)).toContain(`Signed in as ${NAMES[id]}`);
    const { accessToken } = linkedCredential(world, ADA, id);
    expect(all.services[id].lastAuthorization()).toBe(`Bearer ${accessToken}`);
  });

  test('T57: a token that has expired is refreshed once, and the search goes on', async () => {
    const old = await signIn(id);
    setTimeLeft(world, ADA, -1, id);
    const before = refreshes(id);
    const queries = Array.from({ length: 5 }, (_, at) => world.search(ADA, { connection: id, text: `${at}` }));
    expect((await Promise.all(queries)).map(({ type }) => type)).toEqual(Array(5).fill('result'));
    expect(refreshes(id)).toBe(before + 1);
    const now = linkedCredential(world, ADA, id);
    expect(now.accessToken).not.toBe(old.accessToken);
    expect(now).toMatchObject({ account: old.account, ...(old.site !== undefined && { site: old.site }) });
    expect(all.services[id].isGood(now.accessToken)).toBe(true);
  });

  test('T58: a refresh token that has ended: a prompt, and the link is gone', async () => {
    const { refreshToken = '' } = await signIn(id);
    all.services[id].revoke(refreshToken);
    setTimeLeft(world, ADA, -1, id);
    const mark = await logMark(world);
    expect((await search(id)).type).toBe('auth');
    expect(rowCounts(world).links).toBe(0);
    expect(await eventNamesSince(world, mark)).toEqual(['credential.unlinked']);
  });

  test('T62: a sign-out counts at once, and the tokens are revoked if possible', async () => {
    const { accessToken } = await signIn(id);
    const mark = await logMark(world);
    await signOut(world.connector, world.botUrl, ADA);
    expect((await search(id)).type).toBe('auth');
    const event = id === 'plain' ? 'credential.revoked' : 'credential.revocation_unsupported';
    await eventNamesUntil(world, mark, event);
    expect(all.services[id].isGood(accessToken)).toBe(id !== 'plain');
  });
});

describe('the site', () => {
  test('is the user’s site, in every address that gets the token', async () => {
    const { site } = await signIn('confluence');
    expect(site).toBe(SITES[0].id);
    expect((await search('confluence')).type).toBe('result');
    expect(all.api.requests.at(-1)?.url).toContain(`/ex/confluence/${SITES[0].id}/rest/search?`);
  });

  test('without access to it: permissions are missing, and nothing is stored', async () => {
    const { page, body } = await world.untilCallback(ADA, { connection: 'confluence', as: linus() });
    const response = await page.post('complete', body);
    expect([response.status, response.body.code]).toEqual([403, 'signin.scope_missing']);
    expect(rowCounts(world)).toMatchObject({ transactions: 0, parked: 0, links: 0 });
  });

  const linus = () => ({ ...ADA, username: 'linus@fabrikam.example' });
});

test('T32: Cancel on the service’s page ends the sign-in with our own text', async () => {
  const page = new AuthClient(world.botUrl);
  const { body } = await page.post('start', { ticket: await world.ticket(ADA, 'plain') });
  const pages = { username: 'ada', password: PASSWORD, decision: 'cancel' as const };
  const { callbackUrl } = await signInByPages({ authorizationUrl: String(body.authorizationUrl), ...pages });
  const response = await page.post('complete', completionBody(callbackUrl));
  expect([response.status, response.body.code]).toEqual([400, 'signin.cancelled']);
  expect(rowCounts(world)).toMatchObject({ transactions: 0, parked: 0, links: 0 });
});

test('T55: the API refuses the token: one refresh, and the results', async () => {
  const { accessToken } = await signIn('notion');
  all.services.notion.expire(accessToken);
  const before = refreshes('notion');
  expect((await search('notion')).type).toBe('result');
  expect(refreshes('notion')).toBe(before + 1);
});

test('T55: a MediaWiki that reports it with status 200: one refresh, and the results', async () => {
  const { accessToken } = await signIn('mediawiki');
  all.services.mediawiki.expire(accessToken);
  const before = refreshes('mediawiki');
  expect((await search('mediawiki')).type).toBe('result');
  expect(refreshes('mediawiki')).toBe(before + 1);
});

test('T58: an outage of the token endpoint signs no one out', async () => {
  await signIn('zendesk');
  setTimeLeft(world, ADA, -1, 'zendesk');
  all.services.zendesk.order({ endpoint: 'tokens', mode: 'error' });
  expect((await search('zendesk')).type).toBe('message');
  expect(rowCounts(world).links).toBe(1);
  expect((await search('zendesk')).type).toBe('result');
});

test('the log warns of connections without PKCE when the bot starts', () => {
  expect(world.bot.output()).toMatch(/slack: signIn\.pkce is \\"none\\"/);
  expect(world.bot.output()).not.toMatch(/(plain|notion): signIn\.pkce/);
});

test('T61, T72: no token, code or id in the log, and none in plain text in the store', async () => {
  const { accessToken, refreshToken = '', account } = await signIn('plain');
  await signIn('slack');
  await logMark(world);
  const output = world.bot.output();
  expect(used.size).toBeGreaterThan(3);
  expect(leaksIn(output, [...used])).toEqual([]);
  expect(output).not.toMatch(/(access|refresh|code)-[\w-]{32}/);
  const path = String(world.botEnv.STORE_URL).replace(/^sqlite:/, '');
  const folder = dirname(path);
  const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
  for (const secret of [accessToken, refreshToken, String(account.subject), CLIENT.secret])
    expect(bytes.join('')).not.toContain(secret);
});
