import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AuthClient, completionBody } from '../../local/auth-client.ts';
import { signInByPages } from '../../local/identity-provider/script.ts';
import { ADA, CLIENT, GRACE, PASSWORD } from '../../local/people.ts';
import { signOut } from '../support/actions.ts';
import { json, type Reply as ProviderAnswer } from '../support/byzantine-provider.ts';
import { readCard } from '../support/cards.ts';
import { eventNamesSince, eventNamesUntil, forgetAll, logMark, rowCounts } from '../support/evidence.ts';
import { githubCounts, githubRequests, isGoodAtGithub, orderGithubFault } from '../support/github-view.ts';
import { type GithubWorld, startGithubWorld } from '../support/github-world.ts';
import { untilBehindIdentityCheck, untilIdentityCheck } from '../support/guarded.ts';
import { leaksIn } from '../support/log.ts';
import { linkedCredential, parkedCredential, setTimeLeft } from '../support/opened.ts';
import { patient } from '../support/patience.ts';
import { searchResponse } from '../support/wiki-control.ts';
import { type ConnectionId, eventually, type SearchResponse, titlesOf, type World } from '../support/world.ts';

let all: GithubWorld;
let world: World;
const TOKEN = `DELETE /applications/${CLIENT.id}/token`;
const GRANT = `DELETE /applications/${CLIENT.id}/grant`;
/** Everything secret that passed through this file's bot. */
const used = new Set<string>();

beforeAll(async () => {
  all = await startGithubWorld();
  world = all.world;
});
beforeEach(() => forgetAll(world));
afterEach(async () => {
  await orderGithubFault(all.github.url, {});
  await orderGithubFault(all.octo.url, {});
  all.hostile.reset();
  all.api.respondWith(searchResponse([{ title: 'Elsewhere' }]));
});
afterAll(() => all?.stop());

const search = (connection: ConnectionId, state?: string): Promise<SearchResponse> =>
  world.search(ADA, { connection, text: 'lakers', ...(state !== undefined && { state }) });
const many = (count: number): Promise<SearchResponse[]> =>
  Promise.all(Array.from({ length: count }, (_, at) => world.search(ADA, { connection: 'github', text: `${at}` })));
const refreshes = (url: string) => githubRequests(url, 'access_token:refresh_token');
const exchanges = (url: string) => githubRequests(url, 'access_token:authorization_code');

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
    expect(found.attachments?.map((card) => readCard(card).lines.at(-1))).toEqual([`${title} · signed in as ada`]);
    const { accessToken } = linkedCredential(world, ADA, connection);
    expect(accessToken).toMatch(form);
    expect(all.api.requests.at(-1)?.headers.authorization).toBe(`Bearer ${accessToken}`);
    expect((await search(connection)).type).toBe('result');
  });

  test('T12: cancelled on the confirm page, nothing is connected and the token dies at GitHub', async () => {
    const { page, body } = await world.untilCallback(ADA, { connection: 'octo' });
    const { confirmation } = (await page.post('complete', body)).body;
    const { accessToken } = parkedCredential(world, ADA, 'octo');
    expect(await isGoodAtGithub(all.octo.url, accessToken)).toBe(true);
    expect((await page.post('confirm', { decision: 'cancel', confirmation })).body).toEqual({ next: 'cancelled' });
    await eventually(
      () => isGoodAtGithub(all.octo.url, accessToken),
      (good) => !good,
    );
    expect(rowCounts(world)).toMatchObject({ parked: 0, links: 0 });
  });

  test('T13: a code that Grace sends instead of Ada links nobody, and the token dies at GitHub', async () => {
    const state = await world.securityCode(ADA, { connection: 'octo' });
    const { accessToken } = parkedCredential(world, ADA, 'octo');
    const mark = await logMark(world);
    expect((await world.search(GRACE, { connection: 'octo', text: 'lakers', state })).type).toBe('auth');
    expect(await eventNamesUntil(world, mark, 'credential.revoked')).toContain('code.foreign');
    expect(await isGoodAtGithub(all.octo.url, accessToken)).toBe(false);
    expect((await search('octo', state)).type).toBe('auth');
    expect(rowCounts(world)).toMatchObject({ parked: 0, links: 0 });
  });

  test('T28: each sign-in has its own S256 challenge, and its code is worth nothing without the verifier', async () => {
    const challenges = new Set<string | null>();
    for (let round = 0; round < 2; round++) {
      const page = new AuthClient(world.botUrl);
      const { body } = await page.post('start', { ticket: await world.ticket(ADA, 'octo') });
      const query = new URL(String(body.authorizationUrl)).searchParams;
      expect([query.get('code_challenge_method'), query.get('prompt')]).toEqual(['S256', 'select_account']);
      expect(query.get('code_challenge')).toMatch(/^[\w-]{43}$/);
      challenges.add(query.get('code_challenge'));
    }
    expect(challenges.size).toBe(2);
    const { page, body } = await world.untilCallback(ADA, { connection: 'octo' });
    const stolen = { client_id: CLIENT.id, client_secret: CLIENT.secret, code: String(body.code) };
    const response = await fetch(`${all.octo.url}/login/oauth/access_token`, {
      method: 'POST',
      headers: { Accept: 'application/json' },
      body: new URLSearchParams(stolen),
    });
    expect([response.status, await response.json()]).toEqual([
      200,
      expect.objectContaining({ error: 'bad_verification_code' }),
    ]);
    // The theft has used up the code: its owner is told that it went wrong.
    expect(await page.post('complete', body)).toMatchObject({ status: 502, body: { code: 'provider.refused' } });
    expect(rowCounts(world)).toMatchObject({ parked: 0, links: 0 });
  });

  test('a wrong code is bad_verification_code: told as a refusal, nothing kept, and used up', async () => {
    const { page, body } = await world.untilCallback(ADA, { connection: 'github' });
    const mark = await logMark(world);
    const wrong = { ...body, code: 'secret-wrong-code' };
    expect(await page.post('complete', wrong)).toMatchObject({ status: 502, body: { code: 'provider.refused' } });
    expect(await eventNamesSince(world, mark)).toEqual(['signin.provider_failed']);
    expect(await page.post('complete', body)).toMatchObject({ status: 400, body: { code: 'transaction.unknown' } });
    expect(rowCounts(world)).toEqual({ transactions: 0, parked: 0, links: 0, attempts: 0 });
  });

  test('not everything allowed: an end of its own, and nothing is kept', async () => {
    const page = new AuthClient(world.botUrl);
    const { body } = await page.post('start', { ticket: await world.ticket(ADA, 'octo') });
    const url = new URL(String(body.authorizationUrl));
    url.searchParams.set('scope', 'user:email');
    const { callbackUrl } = await signInByPages({ authorizationUrl: url.href, username: 'ada', password: PASSWORD });
    const response = await page.post('complete', completionBody(callbackUrl));
    expect([response.status, response.body.code]).toEqual([403, 'signin.scope_missing']);
    expect(rowCounts(world)).toMatchObject({ transactions: 0, parked: 0, links: 0 });
  });

  test('T32: cancelled at GitHub: said in our words', async () => {
    const { page, body } = await world.untilCallback(ADA, { connection: 'github' });
    const { connection, state } = body;
    const denied = await page.post('complete', { connection, state, error: 'access_denied' });
    expect(denied).toMatchObject({ status: 400, body: { code: 'signin.cancelled' } });
    expect(rowCounts(world)).toMatchObject({ parked: 0, links: 0 });
  });
});

describe('GitHub behind a gate', () => {
  test('T12: past the gate as Ada, what she signs in to at GitHub is linked without a question', async () => {
    const { page, body } = await untilBehindIdentityCheck(world, ADA);
    const done = await page.post('complete', body);
    expect(done.body).toEqual({ next: 'done', securityCode: expect.any(String), proven: true });
    expect(linkedCredential(world, ADA, 'guarded').account).toEqual({ name: 'ada', subject: '583231' });
    expect((await search('guarded')).type).toBe('result');
  });

  test('T12: whoever is somebody else at the gate never gets to GitHub', async () => {
    const before = await exchanges(all.octo.url);
    const { page, body } = await untilIdentityCheck(world, ADA, GRACE);
    expect(await page.post('complete', body)).toMatchObject({
      status: 403,
      body: { code: 'signin.identity_mismatch' },
    });
    expect(await exchanges(all.octo.url)).toBe(before);
    expect(rowCounts(world)).toMatchObject({ parked: 0, links: 0 });
  });
});

describe('another connection’s callback, state and iss', () => {
  test.each<[string, (body: Record<string, string>) => object]>([
    ['T27: at the other GitHub’s callback', (body) => ({ ...body, connection: 'octo' })],
    ['T27: at the wiki’s callback', (body) => ({ ...body, connection: 'wiki' })],
    ['T27: with another state', (body) => ({ ...body, state: 'A'.repeat(43) })],
    ['T27: without a state', ({ state: _, ...body }) => body],
  ])('%s: refused before any token request', async (_name, change) => {
    const { page, body } = await world.untilCallback(ADA, { connection: 'github' });
    const before = [await exchanges(all.github.url), await exchanges(all.octo.url)];
    expect((await page.post('complete', change(body))).status).toBeGreaterThanOrEqual(400);
    expect([await exchanges(all.github.url), await exchanges(all.octo.url)]).toEqual(before);
    expect(rowCounts(world)).toMatchObject({ parked: 0, links: 0 });
  });

  test('T30: GitHub names itself in iss; another name is refused before any token request', async () => {
    for (const iss of ['https://attacker.example', `${all.octo.url}/login/oauth`, '']) {
      const { page, body } = await world.untilCallback(ADA, { connection: 'github' });
      expect(body.iss).toBe(`${all.github.url}/login/oauth`);
      const before = await exchanges(all.github.url);
      const response = await page.post('complete', { ...body, iss });
      expect([iss, response.status, response.body.code]).toEqual([iss, 502, 'provider.invalid_response']);
      expect(await exchanges(all.github.url)).toBe(before);
    }
    expect(rowCounts(world)).toMatchObject({ parked: 0, links: 0 });
  });

  test('T27: used twice: the second time nothing is exchanged', async () => {
    const { page, body } = await world.untilCallback(ADA, { connection: 'github' });
    expect((await page.post('complete', body)).status).toBe(200);
    const before = await exchanges(all.github.url);
    expect(await page.post('complete', body)).toMatchObject({ status: 400, body: { code: 'transaction.unknown' } });
    expect(await exchanges(all.github.url)).toBe(before);
  });
});

describe('a GitHub that answers badly', () => {
  /** The callback of the hostile one, with a code that it may take or not. */
  async function completeAtHostile() {
    const page = new AuthClient(world.botUrl);
    const { body } = await page.post('start', { ticket: await world.ticket(ADA, 'handbook') });
    const state = new URL(String(body.authorizationUrl)).searchParams.get('state') ?? '';
    return page.post('complete', { connection: 'handbook', code: 'secret-code', state });
  }
  const WORDS = { error_description: '<script>alert("attacker")</script>', error_uri: 'https://attacker.example' };

  test('answers well: the sign-in goes on', async () => {
    expect(await completeAtHostile()).toMatchObject({
      status: 200,
      body: { next: 'confirm', account: { name: 'ada' } },
    });
  });

  test.each<[string, string, ProviderAnswer, number, string]>([
    ['T32: an error with script', 'access_token', (r) => json(r, 200, { error: 'x', ...WORDS }), 502, 'unavailable'],
    [
      'T32: an error that is script',
      'access_token',
      (r) => json(r, 200, { error: '<script>attacker</script>' }),
      502,
      'unavailable',
    ],
    [
      'T32: a refusal with script',
      'access_token',
      (r) => json(r, 200, { error: 'bad_verification_code', ...WORDS }),
      502,
      'refused',
    ],
    [
      'T33: HTML',
      'access_token',
      (r) => r.writeHead(200, { 'content-type': 'text/html' }).end('<html>attacker'),
      502,
      'invalid_response',
    ],
    [
      'T33: a form, which nobody asked for',
      'access_token',
      (r) => r.writeHead(200, { 'content-type': 'application/x-www-form-urlencoded' }).end('access_token=attacker'),
      502,
      'invalid_response',
    ],
    [
      'T33: a redirect',
      'access_token',
      (r) => r.writeHead(307, { location: '/thief/token' }).end(),
      502,
      'invalid_response',
    ],
    ['T33: a token for something else', 'access_token', (r) => json(r, 200, MAC), 502, 'invalid_response'],
    [
      'T33: an answer of a megabyte',
      'access_token',
      (r) => json(r, 200, { access_token: 'attacker'.repeat(131_072), token_type: 'bearer' }),
      502,
      'invalid_response',
    ],
    ['T33: silence', 'access_token', () => undefined, 504, 'timeout'],
    ['T33: an account without a name', 'user', (r) => json(r, 200, { id: 1 }), 502, 'invalid_response'],
    ['T33: an account of a megabyte', 'user', (r) => json(r, 200, { login: 'x'.repeat(1e6) }), 502, 'invalid_response'],
  ])('%s: our own words, nothing kept', async (_name, endpoint, response, status, code) => {
    all.hostile.responses = { [endpoint]: response };
    const before = { log: await logMark(world), asked: all.hostile.received.length };
    const ended = await completeAtHostile();
    expect([ended.status, ended.body.code]).toEqual([status, `provider.${code}`]);
    expect(JSON.stringify(ended)).not.toMatch(/attacker|script|secret-/);
    await logMark(world);
    expect(world.bot.output().slice(before.log)).not.toMatch(/attacker|script|secret-/);
    expect(all.hostile.received.slice(before.asked).some(({ path }) => path.startsWith('/thief'))).toBe(false);
    expect(rowCounts(world)).toMatchObject({ parked: 0, links: 0 });
  });

  test('T38: a login that is markup and direction marks reaches the page as harmless text', async () => {
    all.hostile.responses = { user: (r) => json(r, 200, { login: '<b>\u202Eada</b>\n', id: 1 }) };
    expect((await completeAtHostile()).body.account).toEqual({ name: '<b>ada</b>' });
  });
});

const MAC = { access_token: 'attacker', token_type: 'mac' };

describe('tokens that expire', () => {
  test('T57: 20 queries at the moment of expiry: one refresh, all answered, the pair is new', async () => {
    const old = await signIn('github');
    setTimeLeft(world, ADA, -1, 'github');
    const before = await refreshes(all.github.url);
    expect((await many(20)).map(({ type }) => type)).toEqual(Array(20).fill('result'));
    expect(await refreshes(all.github.url)).toBe(before + 1);
    const now = linkedCredential(world, ADA, 'github');
    expect(now.accessToken).not.toBe(old.accessToken);
    expect(now.refreshToken).not.toBe(old.refreshToken);
    expect(all.api.requests.at(-1)?.headers.authorization).toBe(`Bearer ${now.accessToken}`);
    expect(await isGoodAtGithub(all.github.url, now.accessToken)).toBe(true);
    expect(await isGoodAtGithub(all.github.url, old.accessToken)).toBe(false);
  });

  test('T58: bad_refresh_token unlinks, and the answer is a prompt', async () => {
    const { accessToken } = await signIn('github');
    const basic = Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64');
    const headers = { Authorization: `Basic ${basic}`, 'User-Agent': 'a test' };
    const body = JSON.stringify({ access_token: accessToken });
    await fetch(`${all.github.url}/applications/${CLIENT.id}/grant`, { method: 'DELETE', headers, body });
    setTimeLeft(world, ADA, -1, 'github');
    const mark = await logMark(world);
    expect((await search('github')).type).toBe('auth');
    expect(rowCounts(world).links).toBe(0);
    expect(await eventNamesSince(world, mark)).toEqual(['credential.unlinked']);
  });

  test.each([
    ['answers 503', { mode: 'error', status: 503 }],
    ['answers 429', { mode: 'error', status: 429 }],
    ['does not answer', { mode: 'hang' }],
  ] as const)('T58: a GitHub that %s: a message, and the link stays', async (_name, fault) => {
    await signIn('github');
    setTimeLeft(world, ADA, -1, 'github');
    const links = world.rows('links');
    await orderGithubFault(all.github.url, { endpoint: 'access_token', ...fault });
    expect((await search('github')).type).toBe('message');
    expect(world.rows('links')).toEqual(links);
    expect((await search('github')).type).toBe('result');
  });
});

describe('tokens that don’t expire', () => {
  test('are used as they are, for ever, and never refreshed', async () => {
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

describe('signing out', () => {
  test.each(['github', 'octo'] as const)('T62: at %s: at once here, and at GitHub by its own endpoint', async (id) => {
    const { accessToken, refreshToken } = await signIn(id);
    const mark = await logMark(world);
    await signOut(world.connector, world.botUrl, ADA);
    expect((await search(id)).type).toBe('auth');
    await eventNamesUntil(world, mark, 'credential.revoked');
    expect(await isGoodAtGithub(all[id].url, accessToken)).toBe(false);
    const form = { client_id: CLIENT.id, client_secret: CLIENT.secret, grant_type: 'refresh_token' };
    const again = await fetch(`${all[id].url}/login/oauth/access_token`, {
      method: 'POST',
      headers: { Accept: 'application/json' },
      body: new URLSearchParams({ ...form, refresh_token: refreshToken ?? 'none' }),
    });
    expect(await again.json()).toMatchObject({ error: 'bad_refresh_token' });
  });

  test(
    'T62: during an outage: at once here, and at GitHub as soon as it is back',
    async () => {
      const { accessToken } = await signIn('octo');
      const mark = await logMark(world);
      await orderGithubFault(all.octo.url, { endpoint: 'token', mode: 'error' });
      await signOut(world.connector, world.botUrl, ADA);
      expect((await search('octo')).type).toBe('auth');
      await eventNamesUntil(world, mark, 'credential.revocation_failed');
      expect(await isGoodAtGithub(all.octo.url, accessToken)).toBe(true);
      // The first wait is five seconds, and what is due is looked for now and then.
      world.sql('UPDATE revocations SET due_at = 0');
      await eventually(
        () => isGoodAtGithub(all.octo.url, accessToken),
        (good) => !good,
      );
    },
    patient(30_000),
  );

  test('T22: two pop-ups: the last wins, the first one’s token ends, and no other', async () => {
    const ticket = await world.ticket(ADA, 'octo');
    const first = await signIn('octo');
    const state = await world.securityCode(ADA, { connection: 'octo', ticket });
    used.add(state);
    expect(await isGoodAtGithub(all.octo.url, first.accessToken)).toBe(true);
    const mark = await logMark(world);
    expect((await search('octo', state)).type).toBe('result');
    await eventNamesUntil(world, mark, 'credential.revoked');
    const { accessToken } = linkedCredential(world, ADA, 'octo');
    expect(accessToken).not.toBe(first.accessToken);
    expect(await isGoodAtGithub(all.octo.url, accessToken)).toBe(true);
    expect(await isGoodAtGithub(all.octo.url, first.accessToken)).toBe(false);
    expect(await githubRequests(all.octo.url, TOKEN)).toBeGreaterThan(0);
    expect(await githubRequests(all.octo.url, GRANT)).toBe(0);
  });
});

test('T61, T72: no token, code, login or name in the log, and none in clear in the store', async () => {
  const { accessToken, refreshToken = '' } = await signIn('github');
  await signIn('octo');
  await logMark(world);
  const output = world.bot.output();
  expect(used.size).toBeGreaterThan(3);
  expect(leaksIn(output, [...used])).toEqual([]);
  expect(output).not.toMatch(/gh[our]_\w/);
  const path = String(world.botEnv.STORE_URL).replace(/^sqlite:/, '');
  const folder = dirname(path);
  const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
  expect(bytes.join('')).not.toMatch(/gh[our]_\w{36}/);
  for (const secret of [accessToken, refreshToken, '583231', CLIENT.secret])
    expect(bytes.join('')).not.toContain(secret);
  expect(Object.keys(await githubCounts(all.github.url))).toContain('GET /user');
});
