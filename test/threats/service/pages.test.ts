import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ADA, GRACE } from '../../../local/people.ts';
import { rawAuthCall, rawRequest } from '../../support/network/raw-http.ts';
import { exchange } from '../../support/network/raw-socket.ts';
import { elementsOf } from '../../support/teams/cards.ts';
import { withAnotherBot } from '../../support/world/another-bot.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.signIn(ADA);
});
afterAll(() => world?.stop());

const CALLS = ['start', 'complete', 'confirm'] as const;

describe('the headers of the pages', () => {
  const targets = [
    '/auth/start',
    '/auth/start?ticket=x',
    '/auth/callback/wiki?code=x&state=y',
    '/auth/callback/nowhere',
  ];

  test.each(targets)(
    'T36: GET %s may not be cached, sends other sites no address, and runs only our own files',
    async (target) => {
      const { status, headers, text } = await rawRequest(world.botUrl, { target });
      expect(status).toBe(200);
      expect(headers['cache-control']).toBe('no-store');
      expect(headers.etag).toBeUndefined();
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['x-content-type-options']).toBe('nosniff');
      const policy = new Map(
        String(headers['content-security-policy'])
          .split(';')
          .map((rule) => {
            const [name = '', ...values] = rule.trim().split(' ');
            return [name, values.join(' ')];
          }),
      );
      expect(policy.get('default-src')).toBe("'none'");
      for (const name of ['script-src', 'img-src', 'connect-src'])
        expect([name, policy.get(name)]).toEqual([name, "'self'"]);
      // The page has one style, and its hash allows no other.
      const [style = '', ...others] = Array.from(text.matchAll(/<style>([^<]*)<\/style>/g), ([, css = '']) => css);
      expect(others).toEqual([]);
      expect(policy.get('style-src')).toBe(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
      for (const name of ['base-uri', 'form-action']) expect([name, policy.get(name)]).toEqual([name, "'none'"]);
      // The words are a data block, which nothing executes.
      const scripts = text.replace(/<script type="application\/json" id="page-data">[^<]*<\/script>/, '');
      expect(scripts).not.toBe(text);
      expect(text).not.toMatch(/\b(src|href)="(?!\/auth\/assets\/)|\bon\w+=|\bstyle=/i);
      expect(scripts).not.toMatch(/<script(?![^>]*\bsrc=)/i);
    },
  );

  test('T36: the answers of the three calls may not be cached either', async () => {
    for (const call of CALLS) {
      const { headers } = await rawAuthCall(world.botUrl, call, {});
      expect([call, headers['cache-control']]).toEqual([call, 'no-store']);
    }
  });

  test.each(targets)('T37: no site may frame GET %s', async (target) => {
    const { headers } = await rawRequest(world.botUrl, { target });
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['x-frame-options']).toBe('DENY');
  });

  test('T24: no page or answer cuts the connection between pop-up and Teams', async () => {
    for (const target of [...targets, '/auth/assets/nothing', '/nowhere']) {
      const { headers } = await rawRequest(world.botUrl, { target });
      expect([target, headers['cross-origin-opener-policy']]).toEqual([target, undefined]);
    }
  });
});

test('T36: behind https each answer has HSTS for two years, also errors and invalid requests; over plain http none has', async () => {
  const sent = [
    ...[
      'GET /auth/start',
      'GET /healthz',
      'GET /nowhere',
      'PUT /healthz',
      'POST /api/messages',
      'POST /auth/api/start',
    ].map((line) => `${line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`),
    'GET /healthz HTTP/1.1\r\n\r\n',
    'GET /healthz HTTP/1.1\r\nHost: localhost\r\nExpect: more\r\nConnection: close\r\n\r\n',
    `GET /healthz HTTP/1.1\r\nHost: localhost\r\n${'X-A: b\r\n'.repeat(100)}\r\n`,
    'no request\r\n\r\n',
  ];
  await withAnotherBot(world, { BASE_URL: 'https://localhost' }, async (bot) => {
    for (const request of sent) {
      const [secure, plain] = await Promise.all([exchange(bot.url, request), exchange(world.botUrl, request)]);
      const fields = [...secure.matchAll(/^strict-transport-security: (.*)\r$/gim)].map(([, value]) => value);
      expect([request, fields]).toEqual([request, ['max-age=63072000']]);
      expect([request, plain.slice(0, 9), /strict-transport/i.test(plain)]).toEqual([request, 'HTTP/1.1 ', false]);
    }
  });
});

describe('a browser that accepts gzip', () => {
  const load = async (target: string, headers: Record<string, string>) => {
    // Node's fetch decompresses, and keeps the header.
    const response = await fetch(new URL(target, world.botUrl), { headers });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  test.each(['/auth/start', 'script'])('gets less than half of %s, and the same text', async (which) => {
    const [, script = ''] = /src="([^"]+\.js)"/.exec((await pageIn('en')).text) ?? [];
    const target = which === 'script' ? script : which;
    const plain = await load(target, { 'accept-encoding': 'identity' });
    const packed = await load(target, { 'accept-encoding': 'br, gzip' });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(packed.text).toBe(plain.text);
    const sizes = [plain, packed].map(({ headers }) => Number(headers.get('content-length')));
    expect(sizes[1]).toBeLessThan(Number(sizes[0]) / 2);
    expect(plain.headers.get('content-encoding')).toBeNull();
  });

  test.each(['identity', 'gzip;q=0', 'br', 'xgzip'])(
    'but one that accepts %s gets the uncompressed file',
    async (accepted) => {
      const { headers } = await load('/auth/start', { 'accept-encoding': accepted });
      expect(headers.get('content-encoding')).toBeNull();
    },
  );

  test('has its own ETag for the compressed script, and gets 304 for an unchanged one; so does any other browser', async () => {
    const [, script = ''] = /src="([^"]+\.js)"/.exec((await pageIn('en')).text) ?? [];
    const tagOf = async (coding: string) =>
      String((await load(script, { 'accept-encoding': coding })).headers.get('etag'));
    const [plain, packed] = [await tagOf('identity'), await tagOf('gzip')];
    expect(packed).not.toBe(plain);
    const again = async (coding: string, tag: string) => {
      const { status, text } = await load(script, { 'accept-encoding': coding, 'if-none-match': tag });
      return [status, text === ''];
    };
    expect([await again('gzip', packed), await again('gzip', plain)]).toEqual([
      [304, true],
      [200, false],
    ]);
    expect(await again('identity', plain)).toEqual([304, true]);
  });
});

const LANGUAGES = ['en', 'es', 'fr', 'de', 'pt', 'ja', 'zh-Hans', 'ar', 'hi', 'uk'];

/** The beginning of the page in a browser with these languages. */
async function pageIn(accepted: string | undefined, target = '/auth/start?ticket=x') {
  const headers = accepted === undefined ? {} : { 'Accept-Language': accepted };
  const { status, headers: answered, text } = await rawRequest(world.botUrl, { target, headers });
  const [, lang, dir] = /<html lang="([^"]*)" dir="([^"]*)"/.exec(text) ?? [];
  return { status, lang, dir, text, vary: answered.vary, caching: answered['cache-control'] };
}

test.each([
  [undefined, 'en', 'ltr'],
  ['de-AT,de;q=0.9,en;q=0.8', 'de', 'ltr'],
  ['en;q=0.5, ar-SA', 'ar', 'rtl'],
  ['fr;q=0, ja;q=0.1', 'ja', 'ltr'],
  ['fr;q=0, nl', 'en', 'ltr'],
  ['zh-CN,zh;q=0.9', 'zh-Hans', 'ltr'],
  ['zh-TW,zh;q=0.9,en;q=0.7', 'en', 'ltr'],
  ['nl,*;q=0.5', 'en', 'ltr'],
  ['../../../etc/passwd, __proto__, constructor;q=x', 'en', 'ltr'],
  [`de;q=0.1,${'x,'.repeat(2_000)}uk`, 'de', 'ltr'],
])('a browser that asks for %s gets %s before any script runs', async (accepted, lang, dir) => {
  expect(await pageIn(accepted)).toMatchObject({
    status: 200,
    lang,
    dir,
    vary: 'Accept-Language',
    caching: 'no-store',
  });
});

test('both pages, and their texts for browsers without scripts, are in that language', async () => {
  expect((await pageIn('ja')).text).toMatch(/サインインを開いています…[\s\S]*お待ちください。/);
  const { text } = await pageIn('ar', '/auth/callback/wiki?code=x&state=y');
  expect(text).toMatch(/<noscript>[^<]*<div><h1>تم إيقاف تشغيل JavaScript/);
  expect(text).toContain('<h1 tabindex="-1">جارٍ تسجيل دخولك…</h1>');
});

test.each(LANGUAGES)(
  'a page in %s contains all of its texts, and the hashes of the other languages’ files',
  async (lang) => {
    const { text } = await pageIn(lang, '/auth/settings');
    const [, block = ''] = /<script type="application\/json" id="page-data">([^<]*)<\/script>/.exec(text) ?? [];
    const { messages, others } = JSON.parse(block) as PageData;
    expect(messages.lang).toBe(lang);
    expect(text).toContain(`<title>${messages.title}</title>`);
    expect([lang, ...Object.keys(others)].sort()).toEqual([...LANGUAGES].sort());
    for (const [other, { url, integrity }] of Object.entries(others)) {
      const file = await rawRequest(world.botUrl, { target: url });
      expect(integrity).toBe(`sha384-${createHash('sha384').update(file.text).digest('base64')}`);
      expect(JSON.parse(file.text)).toMatchObject({ lang: other });
    }
  },
);

test('the sign-in prompt is in the language of Teams, and the card in Arabic is right-to-left', async () => {
  const titleIn = async (locale: string) =>
    (await world.search(GRACE, { text: 'lakers', locale })).suggestedActions?.actions[0]?.title;
  expect(await titleIn('de-DE')).toBe('Bei Contoso wiki anmelden');
  expect(await titleIn('ja-JP')).toBe('Contoso wiki にサインイン');
  expect(await titleIn('ar-EG')).toBe('تسجيل الدخول إلى \u2068Contoso wiki\u2069');
  expect(await titleIn('zh-TW')).toBe('Sign in to Contoso wiki');

  const { attachments } = await world.search(ADA, { text: 'lakers', locale: 'ar-EG' });
  expect(attachments?.[0]?.content).toMatchObject({ type: 'AdaptiveCard', rtl: true });
  expect(elementsOf(attachments?.[0]?.content).map(({ text }) => text)).toContain('\u2068Contoso wiki\u2069');
});

interface PageData {
  messages: { lang: string; title: string };
  others: Record<string, { url: string; integrity: string }>;
}
