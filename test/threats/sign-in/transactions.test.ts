import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { Vault } from '../../../bot/sign-in/credentials/vault.ts';
import { AuthClient } from '../../../local/auth-client.ts';
import { ADA, GRACE } from '../../../local/people.ts';
import { issuerOf, providerRequests, untilRevoked } from '../../support/provider/provider-view.ts';
import {
  allRows,
  eventNamesSince,
  eventNamesUntil,
  forgetAll,
  logMark,
  NO_ROWS,
  rowCounts,
} from '../../support/world/evidence.ts';
import { parkedCredential, transactionSecrets, vaultOf } from '../../support/world/opened.ts';
import { useWorld } from '../../support/world/use-world.ts';
import type { World } from '../../support/world/world.ts';

const world = useWorld();

type Body = Record<string, unknown>;
const HOUR = 3_600_000;
const shift = (table: string, by: number) =>
  world.sql(`UPDATE ${table} SET created_at = created_at + ?, expires_at = expires_at + ?`, by, by);

/** Refused with this status and code, without a token request, and without a linked or parked credential. */
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

  test('T27: used ten times at once, its code is exchanged once', async () => {
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
    'T30: a response at another connection’s callback, %s, is refused; its own callback still accepts it',
    async (_name, own, other) => {
      const { page, body } = await world.untilCallback(ADA, { connection: own });
      // A sign-in to the other connection is under way in the same browser, as in a mix-up attack.
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
      expect(rowCounts(world)).toEqual(NO_ROWS);
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

  test('T28: a stolen code in the thief’s own sign-in is refused, and nothing is stored', async () => {
    const victim = await world.untilCallback(GRACE);
    const thief = await world.untilCallback(ADA);
    const response = await thief.page.post('complete', { ...thief.body, code: victim.body.code });
    expect([response.status, response.body.code]).toEqual([502, 'provider.refused']);
    expect(rowCounts(world)).toMatchObject({ parked: 0, links: 0 });
    expect((await world.search(ADA)).type).toBe('auth');
  });
});

describe('T17: too late, or by a clock set back', () => {
  const TIMES: [string, number][] = [
    ['that expired', -600_001],
    ['from the future', HOUR],
  ];

  test.each(TIMES)('T17: a transaction %s is unknown, and its code never exchanged', async (_name, by) => {
    const { page, body } = await world.untilCallback(ADA);
    shift('transactions', by);
    await expectRefused(page, body, 400, 'transaction.unknown');
  });

  test.each(TIMES)('T17: a security code %s links no account, and its tokens are revoked', async (_name, by) => {
    const state = await world.securityCode(ADA, { connection: 'handbook' });
    const { refreshToken } = parkedCredential(world, ADA);
    const mark = await logMark(world);
    shift('parked', by);
    expect((await world.search(ADA, { connection: 'handbook', state })).type).toBe('auth');
    expect(rowCounts(world)).toMatchObject({ parked: 0, links: 0 });
    await untilRevoked(world, 'handbook', refreshToken);
    expect(await eventNamesUntil(world, mark, 'credential.revoked')).toEqual(['code.wrong', 'credential.revoked']);
  });

  test.each(TIMES)('T17: a decision on a sign-in %s connects no account', async (_name, by) => {
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

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const contentOfTicket = (...times: number[]) => [ADA.tenantId, ADA.objectId, ADA.name, 'en', 'wiki', ...times];

const start = (ticket: unknown) => new AuthClient(world.botUrl).post('start', { ticket });

/** Every ticket is refused with that code, opens no transaction, sets no cookie, and causes no request. */
async function expectTicketsRefused(tickets: readonly [string, unknown][], code: string): Promise<void> {
  const before = {
    rows: allRows(world),
    asked: await providerRequests(world, 'authorization'),
    log: await logMark(world),
  };
  for (const [name, ticket] of tickets) {
    const page = new AuthClient(world.botUrl);
    const { status, body } = await page.post('start', { ticket });
    expect([name, status, body.code, page.cookie]).toEqual([name, 400, code, undefined]);
  }
  expect(allRows(world)).toEqual(before.rows);
  expect(await providerRequests(world, 'authorization')).toBe(before.asked);
  expect(await eventNamesSince(world, before.log)).toEqual([]);
}

test('T20: a ticket with any altered character begins no sign-in', async () => {
  const ticket = await world.ticket(ADA);
  const altered = [...ticket].map((character, at): [string, string] => {
    const other = ALPHABET[(ALPHABET.indexOf(character) + 1) % ALPHABET.length];
    return [`character ${at} of ${ticket.length}`, ticket.slice(0, at) + other + ticket.slice(at + 1)];
  });
  expect(altered.length).toBeGreaterThan(200);
  await expectTicketsRefused(altered, 'ticket.invalid');
  expect((await start(ticket)).status).toBe(200);
});

test('T20: a ticket with any flipped bit begins no sign-in', async () => {
  const ticket = await world.ticket(ADA);
  const [kid, encoded = ''] = ticket.split('.');
  const bytes = Buffer.from(encoded, 'base64url');
  const flipped = [...bytes].map((byte, at): [string, string] => {
    const copy = Buffer.from(bytes);
    copy[at] = byte ^ (1 << (at % 8));
    return [`bit ${at % 8} of byte ${at}`, `${kid}.${copy.toString('base64url')}`];
  });
  await expectTicketsRefused(flipped, 'ticket.invalid');
});

test('T20: the spare bits of base64 make no second valid form of a ticket', async () => {
  for (let tries = 0; tries < 20; tries++) {
    const person = { ...ADA, name: 'A'.repeat(tries + 1) };
    const ticket = await world.ticket(person);
    const bytes = Buffer.from(ticket.split('.')[1] ?? '', 'base64url');
    const twins = [...ALPHABET].map((last) => ticket.slice(0, -1) + last).filter((twin) => twin !== ticket);
    const same = twins.filter((twin) => Buffer.from(twin.split('.')[1] ?? '', 'base64url').equals(bytes));
    if (same.length === 0) continue;
    const twisted = same.map((twin): [string, string] => [`twin ${twin.slice(-1)}`, twin]);
    return expectTicketsRefused([...twisted, ['with padding', `${ticket}=`]], 'ticket.invalid');
  }
  throw new Error('no ticket had spare bits');
});

test('T20: a ticket that is shorter, longer, in other letters or invented begins no sign-in', async () => {
  const ticket = await world.ticket(ADA);
  const [kid = '', encoded = ''] = ticket.split('.');
  const truncated = Array.from({ length: 40 }, (_, at): [string, string] => {
    const length = 1 + Math.floor((at * ticket.length) / 40);
    return [`first ${length} characters`, ticket.slice(0, length)];
  });
  await expectTicketsRefused(
    [
      ...truncated,
      ['less the first character', ticket.slice(1)],
      ['twice', ticket + ticket],
      ['twice, with a dot', `${ticket}.${encoded}`],
      ['one character more', `${ticket}A`],
      ['four characters more', `${ticket}AAAA`],
      ['a blank after it', `${ticket} `],
      ['a blank before it', ` ${ticket}`],
      ['a line break after it', `${ticket}\n`],
      ['plain base64', `${kid}.${Buffer.from(encoded, 'base64url').toString('base64')}=`],
      ['upper case', ticket.toUpperCase()],
      ['no key id', `.${encoded}`],
      ['another key id', `other.${encoded}`],
      ['__proto__ as key id', `__proto__.${encoded}`],
      ['constructor as key id', `constructor.${encoded}`],
      ['NUL in it', `${kid}.\0${encoded}`],
      ['nothing but a key id', `${kid}.`],
      ['zeros', `${kid}.${'A'.repeat(encoded.length)}`],
      ['4096 characters', `${kid}.${'A'.repeat(4096 - kid.length - 1)}`],
    ],
    'ticket.invalid',
  );
  await expectTicketsRefused(
    [
      ['empty', ''],
      ['missing', undefined],
      ['null', null],
      ['an array', [ticket]],
      ['an object', { ticket }],
      ['a number', 1],
      ['longer than any ticket', 'A'.repeat(4097)],
    ],
    'request.malformed',
  );
});

test('T20: a value sealed with another key begins no sign-in, under any key id', async () => {
  const fields = contentOfTicket(Date.now(), Date.now() + 600_000);
  const ids = ['demo', 'other', 'k1'];
  const forged = ids.map((id): [string, string] => [
    `key id ${id}`,
    new Vault([{ id, key: randomBytes(32) }]).seal('ticket', 'ticket', fields),
  ]);
  await expectTicketsRefused(forged, 'ticket.invalid');
});

test('T20: a value that our own key sealed for another purpose is no ticket', async () => {
  const vault = vaultOf(world);
  const fields = contentOfTicket(Date.now(), Date.now() + 600_000);
  expect((await start(vault.seal('ticket', 'ticket', fields))).status).toBe(200);
  forgetAll(world);
  await world.signIn(GRACE);
  await world.untilCallback(ADA);
  await expectTicketsRefused(
    [
      ['sealed as a credential', vault.seal('credential', 'ticket', fields)],
      ['sealed as a transaction', vault.seal('transaction', 'ticket', fields)],
      ['bound to something else', vault.seal('ticket', 'tickets', fields)],
      ['a linked credential of the store', world.rows('links')[0]?.sealed],
      ['a transaction of the store', world.rows('transactions')[0]?.sealed],
    ],
    'ticket.invalid',
  );
});

test('T20: a ticket contains its connection, which no one can change', async () => {
  const page = new AuthClient(world.botUrl);
  const ticket = await world.ticket(ADA, 'wiki');
  const requested = { ticket, connection: 'handbook', connectionId: 'handbook' };
  const url = new URL(String((await page.post('start', requested)).body.authorizationUrl));
  expect(url.searchParams.get('redirect_uri')).toBe(`${world.botUrl}/auth/callback/wiki`);
  expect(world.rows('transactions').map(({ connection_id }) => connection_id)).toEqual(['wiki']);
});

test('T17: a ticket that is too old, or from a clock set back, begins no sign-in; another one does', async () => {
  const seal = (issued: number, expires: number) =>
    vaultOf(world).seal('ticket', 'ticket', contentOfTicket(issued, expires));
  const now = Date.now();
  await expectTicketsRefused(
    [
      ['expired a second ago', seal(now - 601_000, now - 1_000)],
      ['expired a year ago', seal(now - 31e9, now - 30e9)],
      ['issued two minutes from now', seal(now + 120_000, now + 720_000)],
      ['without times', vaultOf(world).seal('ticket', 'ticket', contentOfTicket())],
    ],
    'ticket.expired',
  );
  // The clocks of two instances differ a little.
  expect((await start(seal(now + 30_000, now + 630_000))).status).toBe(200);
  expect((await start(seal(now - 590_000, now + 10_000))).status).toBe(200);
  expect(rowCounts(world).transactions).toBe(2);
});

test('T17: a ticket lasts as long as TICKET_TTL says', async () => {
  const before = Date.now();
  const fields = vaultOf(world).open('ticket', 'ticket', await world.ticket(ADA)) as unknown[];
  const [issued, expires] = fields.slice(-2).map(Number) as [number, number];
  expect(expires - issued).toBe(600_000);
  expect(issued).toBeGreaterThanOrEqual(before);
  expect(issued).toBeLessThanOrEqual(Date.now());
});
