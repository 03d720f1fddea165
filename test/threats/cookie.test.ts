import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AuthClient } from '../../local/auth-client.ts';
import { ADA, GRACE } from '../../local/people.ts';
import { forgetAll } from '../support/evidence.ts';
import { rawAuthCall } from '../support/raw-http.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
beforeEach(() => forgetAll(world));
afterAll(() => world.stop());

describe('T40: the transaction’s cookie', () => {
  const NAME = '__Host-latchkey';
  const begin = async (cookie?: string) =>
    rawAuthCall(world.botUrl, 'start', { ticket: await world.ticket(ADA) }, { Cookie: cookie });

  test('T40: its name and attributes keep it to this host, to https and to the server', async () => {
    const [set, ...more] = (await begin()).headers['set-cookie'] ?? [];
    expect(more).toEqual([]);
    const [pair = '', ...attributes] = String(set).split('; ');
    expect(pair).toMatch(/^__Host-latchkey=[\w-]{43}$/);
    expect(attributes.sort()).toEqual(['HttpOnly', 'Max-Age=600', 'Path=/', 'SameSite=Lax', 'Secure']);
  });

  test('T40: many starts in one browser: the cookie and the asker’s rows are bounded; the newest works', async () => {
    await world.untilCallback(GRACE);
    const page = new AuthClient(world.botUrl);
    for (let times = 0; times < 30; times++) await page.post('start', { ticket: await world.ticket(ADA) });
    expect(String(page.cookie).length).toBeLessThan(250);
    const rows = world.rows('transactions');
    expect(rows.filter(({ object_id }) => object_id === ADA.objectId)).toHaveLength(8);
    expect(rows.filter(({ object_id }) => object_id === GRACE.objectId)).toHaveLength(1);
    const { body } = await world.untilCallback(ADA, { page });
    expect((await page.post('complete', body)).status).toBe(200);
  });

  test('T40: another asker’s many starts push nobody else’s transaction out', async () => {
    const { page, body } = await world.untilCallback(GRACE);
    for (let times = 0; times < 12; times++) await begin();
    expect((await page.post('complete', body)).status).toBe(200);
  });

  test('T40: junk beside the cookie, and in it, is ignored and never given back', async () => {
    const { page, body } = await world.untilCallback(ADA);
    const own = String(page.cookie);
    const value = own.slice(NAME.length + 1);
    const junk = [
      `a=b; ${own}; __Secure-latchkey=x`,
      `; ;=; ${own};;`,
      `__Host-latchkey2=${'A'.repeat(43)}; ${own}`,
      `${NAME}=<script>.%00.${value}...x`,
      `${NAME}=${'B'.repeat(42)}.${value}`,
    ];
    for (const cookie of junk) {
      const { headers, status } = await begin(cookie);
      const [set = ''] = headers['set-cookie'] ?? [];
      expect([cookie, status, /^__Host-latchkey=[\w-]{43}\.[\w-]{43};/.test(set), set.includes(value)]).toEqual([
        cookie,
        200,
        true,
        true,
      ]);
    }
    const response = await new AuthClient(world.botUrl, junk.at(-1)).post('complete', body);
    expect(response.status).toBe(200);
  });

  test('T40: 8 KB of cookie do no harm', async () => {
    const { page, body } = await world.untilCallback(ADA);
    const large = `${NAME}=${'A'.repeat(8192)}`;
    expect((await begin(large)).status).toBe(200);
    const many = `${NAME}=${Array(180).fill('A'.repeat(43)).join('.')}`;
    const { headers, status } = await begin(many);
    expect(status).toBe(200);
    expect(headers['set-cookie']?.[0]?.length).toBeLessThan(300);
    const refused = await new AuthClient(world.botUrl, large).post('complete', body);
    expect([refused.status, refused.body.code]).toEqual([403, 'transaction.cookie']);
    expect((await page.post('complete', body)).status).toBe(200);
  });
});
