import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AuthClient, completionBody } from '../../../../local/auth-client.ts';
import { signInByPages } from '../../../../local/identity-provider/user-agent/sign-in.ts';
import { ADA, CLIENT, PASSWORD } from '../../../../local/people.ts';
import { patient } from '../../../support/patience.ts';
import { leaksIn } from '../../../support/process/log.ts';
import { json, type Reply as ProviderAnswer } from '../../../support/provider/byzantine-provider.ts';
import { githubCounts, githubRequests, isGoodAtGithub } from '../../../support/provider/github-view.ts';
import { orderFault } from '../../../support/provider/provider-view.ts';
import { connectionLines, signOut } from '../../../support/teams/actions.ts';
import { readCard } from '../../../support/teams/cards.ts';
import { searchResponse } from '../../../support/wiki/wiki-control.ts';
import { eventNamesUntil, forgetAll, logMark, rowCounts } from '../../../support/world/evidence.ts';
import { type GithubWorld, startGithubWorld } from '../../../support/world/github-world.ts';
import { untilBehindIdentityCheck } from '../../../support/world/guarded.ts';
import { linkedCredential, setTimeLeft } from '../../../support/world/opened.ts';
import {
  type ConnectionId,
  eventually,
  type SearchResponse,
  titlesOf,
  type World,
} from '../../../support/world/world.ts';

let all: GithubWorld;
let world: World;
/** All secrets that passed through this file's bot. */
const used = new Set<string>();

beforeAll(async () => {
  all = await startGithubWorld();
  world = all.world;
});
beforeEach(() => forgetAll(world));
afterEach(async () => {
  await orderFault(all.octo.url, {});
  all.hostile.reset();
  all.api.respondWith(searchResponse([{ title: 'Elsewhere' }]));
});
afterAll(() => all?.stop());

const search = (connection: ConnectionId, state?: string): Promise<SearchResponse> =>
  world.search(ADA, { connection, text: 'lakers', ...(state !== undefined && { state }) });
const refreshes = (url: string) => githubRequests(url, 'access_token:refresh_token');

/** Ada signs in and searches. @returns her tokens */
async function signIn(connection: 'github' | 'octo') {
  await world.signIn(ADA, { connection });
  const credential = linkedCredential(world, ADA, connection);
  for (const token of [credential.accessToken, credential.refreshToken]) if (token) used.add(token);
  return credential;
}

describe('signing in to GitHub', () => {
  test.each([
    ['github', 'Contoso code', /^ghu_/],
    ['octo', 'Octo issues', /^gho_/],
  ] as const)('the whole way at %s: the person confirms the account, then finds', async (connection, title, form) => {
    const { page, body } = await world.untilCallback(ADA, { connection });
    used.add(String(body.code));
    const requested = await page.post('complete', body);
    expect(requested).toEqual({
      status: 200,
      body: {
        next: 'confirm',
        confirmation: expect.any(String),
        asker: { name: ADA.name, tenantId: ADA.tenantId },
        account: { name: 'ada' },
        connection: { id: connection, title },
        // The test's browser has no Teams window.
        teamsUser: 'unknown',
        again: expect.any(String),
      },
    });
    expect(rowCounts(world)).toMatchObject({ parked: 1, links: 0 });
    const { confirmation } = requested.body;
    const done = await page.post('confirm', { decision: 'connect', confirmation });
    expect(done.body).toEqual({ next: 'done', securityCode: expect.any(String), proven: false });
    const found = await search(connection, String(done.body.securityCode));
    expect(titlesOf(found)).toEqual(['Elsewhere']);
    expect(found.attachments?.map((card) => readCard(card).lines.at(-1))).toEqual([title]);
    expect(await connectionLines(world.connector, world.botUrl, ADA)).toContain('Signed in as ada');
    const { accessToken } = linkedCredential(world, ADA, connection);
    expect(accessToken).toMatch(form);
    expect(all.api.requests.at(-1)?.headers.authorization).toBe(`Bearer ${accessToken}`);
    expect((await search(connection)).type).toBe('result');
  });

  test('not all scopes allowed: its own error, and nothing stored', async () => {
    const page = new AuthClient(world.botUrl);
    const { body } = await page.post('start', { ticket: await world.ticket(ADA, 'octo') });
    const url = new URL(String(body.authorizationUrl));
    url.searchParams.set('scope', 'user:email');
    const { callbackUrl } = await signInByPages({ authorizationUrl: url.href, username: 'ada', password: PASSWORD });
    const response = await page.post('complete', completionBody(callbackUrl));
    expect([response.status, response.body.code]).toEqual([403, 'signin.scope_missing']);
    expect(rowCounts(world)).toMatchObject({ transactions: 0, parked: 0, links: 0 });
  });
});

describe('GitHub behind a gate', () => {
  test('T12: after the gate as Ada, her account at GitHub is linked without a question', async () => {
    const { page, body } = await untilBehindIdentityCheck(world, ADA);
    const done = await page.post('complete', body);
    expect(done.body).toEqual({ next: 'done', securityCode: expect.any(String), proven: true });
    expect(linkedCredential(world, ADA, 'guarded').account).toEqual({ name: 'ada', subject: '583231' });
    expect((await search('guarded')).type).toBe('result');
  });
});

describe('a GitHub with invalid answers', () => {
  /** The callback of the hostile GitHub, with a code that it may accept or refuse. */
  async function completeAtHostile() {
    const page = new AuthClient(world.botUrl);
    const { body } = await page.post('start', { ticket: await world.ticket(ADA, 'handbook') });
    const state = new URL(String(body.authorizationUrl)).searchParams.get('state') ?? '';
    return page.post('complete', { connection: 'handbook', code: 'secret-code', state });
  }
  const SCRIPT = '<script>alert("attacker")</script>';
  const WORDS = { error_description: SCRIPT, error_uri: 'https://attacker.example' };
  const REFUSED = 'bad_verification_code';

  test('control: with valid answers the sign-in continues', async () => {
    expect(await completeAtHostile()).toMatchObject({
      status: 200,
      body: { next: 'confirm', account: { name: 'ada' } },
    });
  });

  // One for each of our codes. test/contract/identity-provider has many more answers.
  test.each<[string, ProviderAnswer, string]>([
    ['T32: an error that is script', (r) => json(r, 200, { error: SCRIPT, ...WORDS }), 'unavailable'],
    ['T32: a refusal with script', (r) => json(r, 200, { error: REFUSED, ...WORDS }), 'refused'],
    ['T33: a redirect', (r) => r.writeHead(307, { location: '/thief' }).end(), 'invalid_response'],
  ])('%s: our own text, and nothing stored', async (_name, response, code) => {
    all.hostile.responses = { access_token: response };
    const before = { log: await logMark(world), asked: all.hostile.received.length };
    const ended = await completeAtHostile();
    expect([ended.status, ended.body.code]).toEqual([502, `provider.${code}`]);
    expect(JSON.stringify(ended)).not.toMatch(/attacker|script|secret-/);
    await logMark(world);
    expect(world.bot.output().slice(before.log)).not.toMatch(/attacker|script|secret-/);
    expect(all.hostile.received.slice(before.asked).some(({ path }) => path.startsWith('/thief'))).toBe(false);
    expect(rowCounts(world)).toMatchObject({ parked: 0, links: 0 });
  });
});

describe('tokens that expire', () => {
  test('T57: 20 queries at the moment of expiry: one refresh, all answered, the pair is new', async () => {
    const old = await signIn('github');
    setTimeLeft(world, ADA, -1, 'github');
    const before = await refreshes(all.github.url);
    const queries = Array.from({ length: 20 }, (_, at) => world.search(ADA, { connection: 'github', text: `${at}` }));
    expect((await Promise.all(queries)).map(({ type }) => type)).toEqual(Array(20).fill('result'));
    expect(await refreshes(all.github.url)).toBe(before + 1);
    const now = linkedCredential(world, ADA, 'github');
    expect(now.accessToken).not.toBe(old.accessToken);
    expect(now.refreshToken).not.toBe(old.refreshToken);
    expect(all.api.requests.at(-1)?.headers.authorization).toBe(`Bearer ${now.accessToken}`);
    expect(await isGoodAtGithub(all.github.url, now.accessToken)).toBe(true);
    expect(await isGoodAtGithub(all.github.url, old.accessToken)).toBe(false);
  });
});

describe('tokens that don’t expire', () => {
  test('are used unchanged, without an end, and never refreshed', async () => {
    const credential = await signIn('octo');
    expect(Object.keys(credential).sort()).toEqual(['accessToken', 'account', 'issuer', 'scope']);
    for (let round = 0; round < 5; round++) expect((await search('octo')).type).toBe('result');
    expect(linkedCredential(world, ADA, 'octo')).toEqual(credential);
    expect(await refreshes(all.octo.url)).toBe(0);
  });

  test('T55: refused by the source, they are not refreshed either: a prompt', async () => {
    await signIn('octo');
    all.api.respondWith('{}', 401);
    expect((await search('octo')).type).toBe('auth');
    expect(rowCounts(world).links).toBe(0);
    expect(await refreshes(all.octo.url)).toBe(0);
  });
});

test(
  'T62: a sign-out during an outage: at once here, and at GitHub when it is back',
  async () => {
    const { accessToken } = await signIn('octo');
    const mark = await logMark(world);
    await orderFault(all.octo.url, { endpoint: 'token', mode: 'error' });
    await signOut(world.connector, world.botUrl, ADA);
    expect((await search('octo')).type).toBe('auth');
    await eventNamesUntil(world, mark, 'credential.revocation_failed');
    expect(await isGoodAtGithub(all.octo.url, accessToken)).toBe(true);
    // The first wait is five seconds, and the bot checks now and then for due revocations.
    world.sql('UPDATE revocations SET due_at = 0');
    await eventually(
      () => isGoodAtGithub(all.octo.url, accessToken),
      (good) => !good,
    );
  },
  patient(30_000),
);

test('T61, T72: no token, code, login or name in the log, and none in plain text in the store', async () => {
  const { accessToken, refreshToken = '' } = await signIn('github');
  await signIn('octo');
  await logMark(world);
  const output = world.bot.output();
  expect(used.size).toBeGreaterThan(3);
  expect(leaksIn(output, [...used])).toEqual([]);
  expect(output).not.toMatch(/gh[our]_\w/);
  const folder = dirname(world.storePath);
  const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
  expect(bytes.join('')).not.toMatch(/gh[our]_\w{36}/);
  for (const secret of [accessToken, refreshToken, '583231', CLIENT.secret])
    expect(bytes.join('')).not.toContain(secret);
  expect(Object.keys(await githubCounts(all.github.url))).toContain('GET /user');
});
