import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readResponse } from '../../auth-page/authorization-response.ts';
import { AuthClient } from '../../local/auth-client.ts';
import { ADA, GRACE } from '../../local/people.ts';
import { allRows, eventNamesSince, eventNamesUntil, forgetAll, logMark, rowCounts } from '../support/evidence.ts';
import { parkedCredential, transactionSecrets } from '../support/opened.ts';
import { asClient, isHonoured, issuerOf, providerRequests } from '../support/provider-view.ts';
import { eventually, startWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
beforeEach(() => forgetAll(world));
afterAll(() => world.stop());

type Body = Record<string, unknown>;
const HOUR = 3_600_000;
const shift = (table: string, by: number) =>
  world.sql(`UPDATE ${table} SET created_at = created_at + ?, expires_at = expires_at + ?`, by, by);

/** Refused with that status and code, with no token request, and nothing linked or parked. */
async function expectRefused(page: AuthClient, body: Body, status: number, code: string): Promise<void> {
  const requested = await providerRequests(world, 'token');
  const response = await page.post('complete', body);
  expect([response.status, response.body.code]).toEqual([status, code]);
  expect(await providerRequests(world, 'token')).toBe(requested);
  expect(rowCounts(world)).toMatchObject({ parked: 0, links: 0 });
}

describe('T27: the callback’s state', () => {
  test('T27: missing, empty, of another type, doubled or with an error beside the code: refused before any token request', async () => {
    const { page, body } = await world.untilCallback(ADA);
    const { state, ...without } = body;
    const vectors: [string, Body][] = [
      ['missing', without],
      ['null', { ...body, state: null }],
      ['an array', { ...body, state: [state] }],
      ['doubled', { ...body, state: [state, state] }],
      ['an object', { ...body, state: { state } }],
      ['a number', { ...body, state: 1 }],
      ['no code', { ...without, state, code: undefined }],
      ['an empty code', { ...body, code: '' }],
      ['code and error', { ...body, error: 'access_denied' }],
      ['connection missing', { ...body, connection: undefined }],
    ];
    for (const [name, vector] of vectors) {
      const { status, body: response } = await page.post('complete', vector);
      expect([name, status, response.code]).toEqual([name, 400, 'request.malformed']);
    }
    for (const wrong of ['', 'x', `${state},${state}`, `${state}${state}`, `${state} `, 'A'.repeat(43), `${state}\0`]) {
      await expectRefused(page, { ...body, state: wrong }, 400, 'transaction.unknown');
    }
    expect((await page.post('complete', body)).status).toBe(200);
  });

  test('T27: twice in the callback’s address, the page posts nothing at all', () => {
    for (const name of ['state', 'code', 'iss', 'error']) {
      const query = new URLSearchParams({ state: 's', code: 'c', iss: 'i', [name]: 'first' });
      query.append(name, 'second');
      expect([name, readResponse('wiki', query)]).toEqual([name, 'malformed']);
    }
  });

  test('T27: used again, it is unknown, and the code is not exchanged a second time', async () => {
    const { page, body } = await world.untilCallback(ADA);
    expect((await page.post('complete', body)).status).toBe(200);
    const links = world.rows('links');
    const requested = await providerRequests(world, 'token');
    const again = await page.post('complete', body);
    expect([again.status, again.body.code]).toEqual([400, 'transaction.unknown']);
    expect(await providerRequests(world, 'token')).toBe(requested);
    expect(world.rows('links')).toEqual(links);
  });

  test('T27: used ten times at once, it is exchanged once', async () => {
    const { page, body } = await world.untilCallback(ADA);
    const requested = await providerRequests(world, 'token');
    const responses = await Promise.all(Array.from({ length: 10 }, () => page.post('complete', body)));
    expect(responses.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(400)]);
    expect(await providerRequests(world, 'token')).toBe(requested + 1);
  });

  test.each([
    ['the wiki’s at the handbook’s', 'wiki', 'handbook'],
    ['the handbook’s at the wiki’s', 'handbook', 'wiki'],
  ] as const)(
    'T30: a response at another connection’s callback, %s, is refused; its own still takes it',
    async (_name, own, other) => {
      const { page, body } = await world.untilCallback(ADA, { connection: own });
      // A sign-in to the other one is under way in the same browser, as a mix-up attack wants it.
      await page.post('start', { ticket: await world.ticket(ADA, other) });
      await expectRefused(page, { ...body, connection: other }, 400, 'transaction.unknown');
      for (const connection of ['', 'nowhere', '__proto__', `${own}/`, own.toUpperCase()]) {
        await expectRefused(page, { ...body, connection }, 400, 'transaction.unknown');
      }
      expect((await page.post('complete', body)).status).toBe(200);
    },
  );
});

describe('T30: the response’s issuer', () => {
  const wrong: [string, (world: World) => string | undefined][] = [
    ['missing, where the issuer promises it', () => undefined],
    ['empty', () => ''],
    ['an attacker’s', () => 'https://attacker.example'],
    ['the other connection’s', () => issuerOf(world, 'handbook')],
    ['the other tenant’s', () => `${world.identityProviderUrl}/22222222-bbbb-4bbb-8bbb-222222222222/v2.0`],
    ['right, with a slash after it', () => `${issuerOf(world)}/`],
    ['right, in capitals', () => issuerOf(world).toUpperCase()],
  ];
  test.each(wrong)(
    'T30: iss that is %s: refused before any token request, and the transaction is used up',
    async (_name, iss) => {
      const { page, body } = await world.untilCallback(ADA);
      const mark = await logMark(world);
      const requested = await providerRequests(world, 'token');
      const { status, body: response } = await page.post('complete', { ...body, iss: iss(world) });
      expect([status, response.code]).toEqual([502, 'provider.invalid_response']);
      expect(await providerRequests(world, 'token')).toBe(requested);
      expect(rowCounts(world)).toEqual({ transactions: 0, parked: 0, links: 0, attempts: 0 });
      expect(await eventNamesSince(world, mark)).toEqual(['signin.provider_failed']);
      await expectRefused(page, body, 400, 'transaction.unknown');
    },
  );
});

describe('T28: PKCE', () => {
  const begin = async (connection: 'wiki' | 'handbook') => {
    const page = new AuthClient(world.botUrl);
    const { body } = await page.post('start', { ticket: await world.ticket(ADA, connection) });
    return new URL(String(body.authorizationUrl)).searchParams;
  };

  test.each(['wiki', 'handbook'] as const)(
    'T28: the %s’s authorization request has S256, and a challenge, state and nonce of its own',
    async (connection) => {
      const requests = await Promise.all(Array.from({ length: 5 }, () => begin(connection)));
      for (const request of requests) {
        expect(request.get('response_type')).toBe('code');
        expect(request.get('code_challenge_method')).toBe('S256');
        for (const name of ['code_challenge', 'state', 'nonce']) {
          expect(request.getAll(name)).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
        }
      }
      const secrets = requests.flatMap((each) => ['code_challenge', 'state', 'nonce'].map((name) => each.get(name)));
      expect(new Set(secrets).size).toBe(15);
      const verifiers = transactionSecrets(world).map(({ codeVerifier }) => codeVerifier);
      expect(new Set(verifiers).size).toBe(5);
      expect(requests.some((each) => verifiers.some((verifier) => each.toString().includes(verifier)))).toBe(false);
    },
  );

  test('T28: a stolen code is refused by the provider without its verifier, and with another', async () => {
    for (const code_verifier of [undefined, 'x'.repeat(43)]) {
      const { body } = await world.untilCallback(ADA);
      const redirect_uri = `${world.botUrl}/auth/callback/wiki`;
      const form = { grant_type: 'authorization_code', code: String(body.code), redirect_uri };
      const stolen = await asClient(world, 'wiki', 'token', { ...form, ...(code_verifier && { code_verifier }) });
      expect([stolen.status, stolen.body.error, stolen.body.access_token]).toEqual([400, 'invalid_grant', undefined]);
    }
  });

  test('T28: a stolen code injected into the thief’s own sign-in is refused, and nothing is kept', async () => {
    const victim = await world.untilCallback(GRACE);
    const thief = await world.untilCallback(ADA);
    const response = await thief.page.post('complete', { ...thief.body, code: victim.body.code });
    expect([response.status, response.body.code]).toEqual([502, 'provider.refused']);
    expect(rowCounts(world)).toMatchObject({ parked: 0, links: 0 });
    expect((await world.search(ADA)).type).toBe('auth');
  });
});

describe('T17: too late, or by a clock set back', () => {
  test('T17: a transaction that expired is unknown, and its code never exchanged', async () => {
    const { page, body } = await world.untilCallback(ADA);
    shift('transactions', -600_001);
    await expectRefused(page, body, 400, 'transaction.unknown');
    expect((await new AuthClient(world.botUrl, page.cookie).post('complete', body)).status).toBe(400);
  });

  test('T17: a transaction from the future is unknown', async () => {
    const { page, body } = await world.untilCallback(ADA);
    shift('transactions', HOUR);
    await expectRefused(page, body, 400, 'transaction.unknown');
  });

  test.each([
    ['expired', -600_001],
    ['from the future', HOUR],
  ])('T17: a security code that is %s links nothing, and what it held is revoked', async (_name, by) => {
    const state = await world.securityCode(ADA, { connection: 'handbook' });
    const { refreshToken } = parkedCredential(world, ADA);
    const mark = await logMark(world);
    shift('parked', by);
    expect((await world.search(ADA, { connection: 'handbook', state })).type).toBe('auth');
    expect(rowCounts(world)).toMatchObject({ parked: 0, links: 0 });
    await eventually(
      () => isHonoured(world, 'handbook', refreshToken),
      (honoured) => !honoured,
    );
    expect(await eventNamesUntil(world, mark, 'credential.revoked')).toEqual(['code.wrong', 'credential.revoked']);
  });

  test.each([
    ['expired', -600_001],
    ['from the future', HOUR],
  ])('T17: a decision on what is %s connects nothing', async (_name, by) => {
    const { page, body } = await world.untilCallback(ADA, { connection: 'handbook' });
    const { confirmation } = (await page.post('complete', body)).body;
    shift('parked', by);
    const parked = allRows(world).parked;
    const late = await page.post('confirm', { decision: 'connect', confirmation });
    expect([late.status, late.body.code]).toEqual([400, 'confirmation.unknown']);
    expect(allRows(world).parked).toEqual(parked);
  });

  test('T17: a security code lasts as long as SECURITY_CODE_TTL says', async () => {
    for (const connection of ['wiki', 'handbook'] as const) await world.securityCode(ADA, { connection });
    const lasts = world.rows('parked').map(({ created_at, expires_at }) => Number(expires_at) - Number(created_at));
    expect(lasts).toEqual([180_000, 180_000]);
  });
});
