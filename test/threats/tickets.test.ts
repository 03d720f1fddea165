import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Vault } from '../../bot/sign-in/credentials/vault.ts';
import { AuthClient } from '../../local/auth-client.ts';
import { ADA, GRACE } from '../../local/people.ts';
import { allRows, eventNamesSince, forgetAll, logMark, rowCounts } from '../support/evidence.ts';
import { vaultOf } from '../support/opened.ts';
import { providerRequests } from '../support/provider-view.ts';
import { startWorld, type World } from '../support/world.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
beforeEach(() => forgetAll(world));
afterAll(() => world.stop());

const start = (ticket: unknown) => new AuthClient(world.botUrl).post('start', { ticket });

/** Every ticket is refused with that code, opens no transaction, sets no cookie, and asks nobody. */
async function expectRefused(tickets: readonly [string, unknown][], code: string): Promise<void> {
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

test('T20: a ticket with any character altered begins nothing', async () => {
  const ticket = await world.ticket(ADA);
  const altered = [...ticket].map((character, at): [string, string] => {
    const other = ALPHABET[(ALPHABET.indexOf(character) + 1) % ALPHABET.length];
    return [`character ${at} of ${ticket.length}`, ticket.slice(0, at) + other + ticket.slice(at + 1)];
  });
  expect(altered.length).toBeGreaterThan(200);
  await expectRefused(altered, 'ticket.invalid');
  expect((await start(ticket)).status).toBe(200);
});

test('T20: a ticket with any bit of any byte flipped begins nothing', async () => {
  const ticket = await world.ticket(ADA);
  const [kid, encoded = ''] = ticket.split('.');
  const bytes = Buffer.from(encoded, 'base64url');
  const flipped = [...bytes].map((byte, at): [string, string] => {
    const copy = Buffer.from(bytes);
    copy[at] = byte ^ (1 << (at % 8));
    return [`bit ${at % 8} of byte ${at}`, `${kid}.${copy.toString('base64url')}`];
  });
  await expectRefused(flipped, 'ticket.invalid');
});

test('T20: the spare bits of base64 make no second ticket out of one', async () => {
  for (let tries = 0; tries < 20; tries++) {
    const person = { ...ADA, name: 'A'.repeat(tries + 1) };
    const ticket = await world.ticket(person);
    const bytes = Buffer.from(ticket.split('.')[1] ?? '', 'base64url');
    const twins = [...ALPHABET].map((last) => ticket.slice(0, -1) + last).filter((twin) => twin !== ticket);
    const same = twins.filter((twin) => Buffer.from(twin.split('.')[1] ?? '', 'base64url').equals(bytes));
    if (same.length === 0) continue;
    const twisted = same.map((twin): [string, string] => [`twin ${twin.slice(-1)}`, twin]);
    return expectRefused([...twisted, ['with padding', `${ticket}=`]], 'ticket.invalid');
  }
  throw new Error('no ticket had spare bits');
});

test('T20: a ticket that is shorter, longer, in other letters or not a ticket begins nothing', async () => {
  const ticket = await world.ticket(ADA);
  const [kid = '', encoded = ''] = ticket.split('.');
  const truncated = Array.from({ length: 40 }, (_, at): [string, string] => {
    const length = 1 + Math.floor((at * ticket.length) / 40);
    return [`first ${length} characters`, ticket.slice(0, length)];
  });
  await expectRefused(
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
  await expectRefused(
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

test('T20: what another key sealed begins nothing, under whatever key id', async () => {
  const fields = [ADA.tenantId, ADA.objectId, ADA.name, 'en', 'wiki', Date.now(), Date.now() + 600_000];
  const ids = ['demo', 'other', 'k1'];
  const forged = ids.map((id): [string, string] => [
    `key id ${id}`,
    new Vault([{ id, key: randomBytes(32) }]).seal('ticket', 'ticket', fields),
  ]);
  await expectRefused(forged, 'ticket.invalid');
});

test('T20: what our own key sealed for something else is no ticket', async () => {
  const vault = vaultOf(world);
  const fields = [ADA.tenantId, ADA.objectId, ADA.name, 'en', 'wiki', Date.now(), Date.now() + 600_000];
  expect((await start(vault.seal('ticket', 'ticket', fields))).status).toBe(200);
  forgetAll(world);
  await world.signIn(GRACE);
  await world.untilCallback(ADA);
  await expectRefused(
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

test('T20: a ticket says by itself which connection it is for; nobody can make it another', async () => {
  const page = new AuthClient(world.botUrl);
  const ticket = await world.ticket(ADA, 'wiki');
  const requested = { ticket, connection: 'handbook', connectionId: 'handbook' };
  const url = new URL(String((await page.post('start', requested)).body.authorizationUrl));
  expect(url.searchParams.get('redirect_uri')).toBe(`${world.botUrl}/auth/callback/wiki`);
  expect(world.rows('transactions').map(({ connection_id }) => connection_id)).toEqual(['wiki']);
});

test('T17: a ticket that is too old, or from a clock set back, begins nothing; another one does', async () => {
  const seal = (issued: number, expires: number) =>
    vaultOf(world).seal('ticket', 'ticket', [ADA.tenantId, ADA.objectId, ADA.name, 'en', 'wiki', issued, expires]);
  const now = Date.now();
  await expectRefused(
    [
      ['expired a second ago', seal(now - 601_000, now - 1_000)],
      ['expired a year ago', seal(now - 31e9, now - 30e9)],
      ['issued two minutes from now', seal(now + 120_000, now + 720_000)],
      ['without times', vaultOf(world).seal('ticket', 'ticket', [ADA.tenantId, ADA.objectId, ADA.name, 'en', 'wiki'])],
    ],
    'ticket.expired',
  );
  // Clocks of two instances differ a little.
  expect((await start(seal(now + 30_000, now + 630_000))).status).toBe(200);
  expect((await start(seal(now - 590_000, now + 10_000))).status).toBe(200);
  expect(rowCounts(world).transactions).toBe(2);
});

test('T17: a ticket lasts as long as TICKET_TTL says', async () => {
  const fields = vaultOf(world).open('ticket', 'ticket', await world.ticket(ADA)) as unknown[];
  const [issued, expires] = fields.slice(-2).map(Number) as [number, number];
  expect(expires - issued).toBe(600_000);
  expect(Math.abs(Date.now() - issued)).toBeLessThan(10_000);
});
