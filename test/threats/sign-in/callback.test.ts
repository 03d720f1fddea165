import { describe, expect, test } from '@jest/globals';
import { AuthClient, completionBody } from '../../../local/auth-client.ts';
import { CookieJar } from '../../../local/identity-provider/user-agent/cookie-jar.ts';
import { signInByPages } from '../../../local/identity-provider/user-agent/sign-in.ts';
import { ADA, GRACE, PASSWORD } from '../../../local/people.ts';
import { rawAuthCall, rawRequest } from '../../support/network/raw-http.ts';
import { isHonoured, providerRequests, untilRevoked } from '../../support/provider/provider-view.ts';
import { wikiControl } from '../../support/wiki/wiki-control.ts';
import { allRows, eventNamesSince, eventsSince, logMark, NO_ROWS, rowCounts } from '../../support/world/evidence.ts';
import { linkedCredential } from '../../support/world/opened.ts';
import { useWorld } from '../../support/world/use-world.ts';
import { usernameAt } from '../../support/world/world.ts';

const world = useWorld();

const NAME = '__Host-latchkey';

describe('T19: a callback in a browser that did not begin the sign-in', () => {
  const secret = 'A'.repeat(43);

  test('T19: refused before any token request, whatever its cookie; the right browser can still finish', async () => {
    const { page, body } = await world.untilCallback(ADA);
    const other = await world.untilCallback(GRACE);
    const own = String(page.cookie).slice(NAME.length + 1);
    const cookies: [string, string | undefined][] = [
      ['none', undefined],
      ['another browser’s', other.page.cookie],
      ['an empty one', `${NAME}=`],
      ['one of nonsense', `${NAME}=nonsense`],
      ['a made up one', `${NAME}=${secret}`],
      ['the right one by another name', `latchkey=${own}`],
      ['the right one in capitals', `${NAME}=${own.toUpperCase()}`],
      ['the right one less a character', `${NAME}=${own.slice(1)}`],
      ['the state for a cookie', `${NAME}=${body.state}`],
      ['SQL', `${NAME}=%' OR '1'='1`],
    ];
    const before = { rows: allRows(world), asked: await providerRequests(world, 'token'), log: await logMark(world) };
    for (const [name, cookie] of cookies) {
      const response = await new AuthClient(world.botUrl, cookie).post('complete', body);
      expect([name, response.status, response.body.code]).toEqual([name, 403, 'transaction.cookie']);
    }
    // For the four cookies in the form of a secret. The others count as no cookie.
    const events = await eventsSince(world, before.log);
    expect(events.map(({ event }) => event)).toEqual(Array(4).fill('transaction.other_browser'));
    expect(events[0]).toMatchObject({ connection: 'wiki' });
    expect(events[0]).not.toHaveProperty('asker');
    expect(allRows(world)).toEqual(before.rows);
    expect(await providerRequests(world, 'token')).toBe(before.asked);
    expect((await page.post('complete', body)).body.next).toBe('done');
    expect((await other.page.post('complete', other.body)).body.next).toBe('done');
  });

  test('T19: a confirmation without the cookie, or with another one, has no effect', async () => {
    const { page, body } = await world.untilCallback(ADA, { connection: 'handbook' });
    const { confirmation } = (await page.post('complete', body)).body;
    for (const decision of ['connect', 'cancel']) {
      for (const [cookie, status, code] of [
        [undefined, 403, 'transaction.cookie'],
        [`${NAME}=`, 403, 'transaction.cookie'],
        [`${NAME}=${secret}`, 400, 'confirmation.unknown'],
      ] as const) {
        const response = await new AuthClient(world.botUrl, cookie).post('confirm', { decision, confirmation });
        expect([decision, cookie, response.status, response.body.code]).toEqual([decision, cookie, status, code]);
      }
    }
    expect((await page.post('confirm', { decision: 'connect', confirmation })).status).toBe(200);
  });
});

describe('T40: the transaction’s cookie', () => {
  const begin = async (cookie?: string) =>
    rawAuthCall(world.botUrl, 'start', { ticket: await world.ticket(ADA) }, { Cookie: cookie });

  test('T40: its name and attributes limit it to this host, to https and to the server', async () => {
    const [set, ...more] = (await begin()).headers['set-cookie'] ?? [];
    expect(more).toEqual([]);
    const [pair = '', ...attributes] = String(set).split('; ');
    expect(pair).toMatch(/^__Host-latchkey=[\w-]{43}$/);
    expect(attributes.sort()).toEqual(['HttpOnly', 'Max-Age=600', 'Path=/', 'SameSite=Lax', 'Secure']);
  });

  test('T40: many starts in one browser: the cookie and the asker’s rows are limited; the newest works', async () => {
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

  test('T40: junk beside the cookie, and in it, is ignored and never sent back', async () => {
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

describe('T21: scanners, prefetches and reloads', () => {
  test('T21: GET and HEAD of both pages change no row, set no cookie and send no request; the sign-in still works', async () => {
    const ticket = await world.ticket(ADA);
    const { page, callbackUrl, body } = await world.untilCallback(ADA, { ticket });
    const targets = [`/auth/start?ticket=${ticket}`, callbackUrl.slice(world.botUrl.length)];
    const purposes: Record<string, string>[] = [
      {},
      { Purpose: 'prefetch' },
      { 'Sec-Purpose': 'prefetch;prerender' },
      { 'X-Moz': 'prefetch' },
      { 'User-Agent': 'Mozilla/5.0 (compatible; SafeLinks)', Cookie: String(page.cookie) },
    ];
    const before = { rows: allRows(world), asked: await providerRequests(world), log: await logMark(world) };
    for (const target of targets) {
      for (const headers of purposes) {
        for (const method of ['GET', 'HEAD']) {
          const response = await rawRequest(world.botUrl, { method, target, headers });
          expect([target, method, response.status]).toEqual([target, method, 200]);
          expect(response.headers['set-cookie']).toBeUndefined();
          expect(response.headers.location).toBeUndefined();
        }
      }
    }
    expect(allRows(world)).toEqual(before.rows);
    expect(await providerRequests(world)).toBe(before.asked);
    expect(await eventNamesSince(world, before.log)).toEqual([]);
    expect((await page.post('complete', body)).body.next).toBe('done');
  });

  test('T21: no GET reaches a route that requires POST', async () => {
    for (const call of ['start', 'complete', 'confirm']) {
      for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
        const { status, headers } = await rawRequest(world.botUrl, { method, target: `/auth/api/${call}` });
        expect([call, method, status, headers['set-cookie']]).toEqual([call, method, 405, undefined]);
      }
    }
  });

  test('T21, T27: a callback that is reloaded or used again is unknown, and exchanges no code', async () => {
    for (const connection of ['wiki', 'handbook'] as const) {
      const { page, body } = await world.untilCallback(ADA, { connection });
      expect((await page.post('complete', body)).status).toBe(200);
      const before = { rows: allRows(world), asked: await providerRequests(world, 'token') };
      const reloaded = await page.post('complete', body);
      expect([reloaded.status, reloaded.body.code]).toEqual([400, 'transaction.unknown']);
      expect(allRows(world)).toEqual(before.rows);
      expect(await providerRequests(world, 'token')).toBe(before.asked);
    }
  });

  test('T21: the start page, opened again or by the back button, begins another sign-in with the same ticket', async () => {
    const ticket = await world.ticket(ADA);
    const page = new AuthClient(world.botUrl);
    for (let times = 0; times < 3; times++) expect((await page.post('start', { ticket })).status).toBe(200);
    const { body } = await world.untilCallback(ADA, { ticket, page });
    expect((await page.post('complete', body)).body.next).toBe('done');
  });
});

describe('T22: two pop-ups at once', () => {
  const both = async (
    connection: 'wiki' | 'handbook',
    pages: [AuthClient, AuthClient],
    jars: [CookieJar, CookieJar],
  ) => {
    const begun = [];
    for (const page of pages) {
      const { body } = await page.post('start', { ticket: await world.ticket(ADA, connection) });
      begun.push(String(body.authorizationUrl));
    }
    const done: { code: string; token: string | undefined }[] = [];
    for (const [at, authorizationUrl] of begun.entries()) {
      const [page, jar] = [pages[at] as AuthClient, jars[at] as CookieJar];
      const username = usernameAt(connection, ADA);
      const { callbackUrl } = await signInByPages({ authorizationUrl, username, password: PASSWORD, jar });
      let response = await page.post('complete', completionBody(callbackUrl));
      if (connection === 'handbook') response = await page.post('confirm', { decision: 'connect' });
      expect(response.body.next).toBe('done');
      const state = String(response.body.securityCode);
      expect((await world.search(ADA, { connection, text: 'lakers', state })).type).toBe('result');
      done.push({ code: state, token: linkedCredential(world, ADA, connection).refreshToken });
    }
    return done;
  };

  test.each([
    ['one browser', 'wiki'],
    ['one browser', 'handbook'],
    ['two browsers', 'wiki'],
    ['two browsers', 'handbook'],
  ] as const)(
    'T22: in %s at the %s: both work, the last wins, its tokens live, and the replaced ones are revoked',
    async (place, connection) => {
      const page = new AuthClient(world.botUrl);
      const jar = new CookieJar();
      const one = place === 'one browser';
      const [first, last] = await both(
        connection,
        [page, one ? page : new AuthClient(world.botUrl)],
        [jar, one ? jar : new CookieJar()],
      );
      expect(last?.token).not.toBe(first?.token);
      await untilRevoked(world, connection, first?.token);
      expect(await isHonoured(world, connection, last?.token)).toBe(true);
      expect(rowCounts(world).links).toBe(1);
      // The wiki refuses the access token once: only the refresh token that still works can help.
      await wikiControl(world.wikiUrl).fault({ status: 401, times: 1 });
      expect((await world.search(ADA, { connection, text: 'lakers' })).type).toBe('result');
      expect(linkedCredential(world, ADA, connection).refreshToken).not.toBe(last?.token);
    },
  );
});

describe('T32: the identity provider answers with an error', () => {
  const SCRIPT = '<script>alert(document.domain)</script>';

  test.each([
    // The person left the provider's page.
    ['access_denied', undefined, 400, 'signin.cancelled', 'access_denied'],
    ['access_denied', 'AADSTS65004', 400, 'signin.cancelled', 'access_denied AADSTS65004'],
    ['consent_required', undefined, 400, 'signin.cancelled', 'consent_required'],
    ['interaction_required', undefined, 400, 'signin.cancelled', 'interaction_required'],
    ['login_required', undefined, 400, 'signin.cancelled', 'login_required'],
    // It passes.
    ['temporarily_unavailable', undefined, 502, 'provider.unavailable', 'temporarily_unavailable'],
    ['server_error', undefined, 502, 'provider.unavailable', 'server_error'],
    // An administrator of the bot has to act.
    ['invalid_scope', undefined, 502, 'provider.misconfigured', 'invalid_scope'],
    ['unauthorized_client', undefined, 502, 'provider.misconfigured', 'unauthorized_client'],
    ['invalid_request', undefined, 502, 'provider.misconfigured', 'invalid_request'],
    ['invalid_request', 'policy', 502, 'provider.misconfigured', 'invalid_request'],
    ['redirect_uri_mismatch', undefined, 502, 'provider.misconfigured', 'redirect_uri_mismatch'],
    ['access_denied', 'AADSTS650052', 502, 'provider.misconfigured', 'access_denied AADSTS650052'],
    // An administrator of the provider decided so.
    ['access_denied', 'policy', 403, 'provider.policy', 'access_denied'],
    ['access_denied', 'AADSTS50105', 403, 'provider.policy', 'access_denied AADSTS50105'],
    ['access_denied', 'AADSTS53003', 403, 'provider.policy', 'access_denied AADSTS53003'],
    ['interaction_required', 'AADSTS53000', 403, 'provider.policy', 'interaction_required AADSTS53000'],
    ['server_error', 'AADSTS530032', 403, 'provider.policy', 'server_error AADSTS530032'],
    ['invalid_request', 'AADSTS90094', 403, 'provider.policy', 'invalid_request AADSTS90094'],
    ['admin_policy_enforced', 'policy', 403, 'provider.policy', 'provider_error'],
  ])('T32: %s (%s): its own error (%i %s), and the log has “%s”', async (error, hint, status, code, reason) => {
    const page = new AuthClient(world.botUrl);
    const { body } = await page.post('start', { ticket: await world.ticket(ADA) });
    const state = new URL(String(body.authorizationUrl)).searchParams.get('state');
    const before = { log: await logMark(world), asked: await providerRequests(world, 'token') };
    const response = await page.post('complete', { connection: 'wiki', state, error, hint });
    expect([response.status, response.body.code]).toEqual([status, code]);
    const events = await eventsSince(world, before.log);
    expect(events).toEqual([expect.objectContaining({ event: 'signin.cancelled', reason })]);
    expect(rowCounts(world)).toEqual(NO_ROWS);
    expect(await providerRequests(world, 'token')).toBe(before.asked);
  });

  test('T32: whatever the provider says, the answer has a fixed code, and neither answer nor log repeats a word', async () => {
    const errors = [SCRIPT, 'made\nup', '{"forged":"line"}', 'x'.repeat(512)];
    for (const error of errors) {
      const { page, body } = await world.untilCallback(ADA);
      const mark = await logMark(world);
      const response = {
        connection: 'wiki',
        state: body.state,
        error,
        hint: SCRIPT.slice(0, 32),
        error_description: SCRIPT,
        error_uri: 'javascript:1',
      };
      const received = await page.post('complete', response);
      expect([error, received.status, received.body.code]).toEqual([error, 502, 'provider.refused']);
      const message = JSON.stringify(received.body);
      await logMark(world);
      const logged = world.bot.output().slice(mark);
      for (const text of [error, JSON.stringify(error).slice(1, -1), 'script', 'javascript:']) {
        expect([text, message.includes(text), logged.includes(text)]).toEqual([text, false, false]);
      }
      expect(rowCounts(world)).toMatchObject({ transactions: 0, parked: 0, links: 0 });
    }
  });
});
