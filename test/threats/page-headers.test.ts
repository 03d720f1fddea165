import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startAnotherBot } from '../support/another-bot.ts';
import { rawAuthCall, rawRequest } from '../support/raw-http.ts';
import { exchange } from '../support/raw-socket.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const CALLS = ['start', 'complete', 'confirm'] as const;

describe('the headers of the pages', () => {
  const targets = [
    '/auth/start',
    '/auth/start?ticket=x',
    '/auth/callback/wiki?code=x&state=y',
    '/auth/callback/nowhere',
  ];

  test.each(targets)(
    'T36: GET %s may not be kept, tells no other site its address, and runs only our own files',
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
      for (const name of ['script-src', 'style-src', 'img-src', 'connect-src'])
        expect([name, policy.get(name)]).toEqual([name, "'self'"]);
      for (const name of ['base-uri', 'form-action']) expect([name, policy.get(name)]).toEqual([name, "'none'"]);
      // The words are a data block, which nothing executes.
      const scripts = text.replace(/<script type="application\/json" id="page-data">[^<]*<\/script>/, '');
      expect(scripts).not.toBe(text);
      expect(text).not.toMatch(/\b(src|href)="(?!\/auth\/assets\/)|<style|\bon\w+=|\bstyle=/i);
      expect(scripts).not.toMatch(/<script(?![^>]*\bsrc=)/i);
    },
  );

  test('T36: what the three calls answer may not be kept either', async () => {
    for (const call of CALLS) {
      const { headers } = await rawAuthCall(world.botUrl, call, {});
      expect([call, headers['cache-control']]).toEqual([call, 'no-store']);
    }
  });

  test.each(targets)('T37: GET %s may not be framed by anybody', async (target) => {
    const { headers } = await rawRequest(world.botUrl, { target });
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['x-frame-options']).toBe('DENY');
  });

  test('T24: no page or answer cuts the pop-up from Teams', async () => {
    for (const target of [...targets, '/auth/assets/nothing', '/nowhere']) {
      const { headers } = await rawRequest(world.botUrl, { target });
      expect([target, headers['cross-origin-opener-policy']]).toEqual([target, undefined]);
    }
  });
});

test('T36: behind https each answer says so for two years, an error too and what is no request; over plain http none does', async () => {
  const bot = await startAnotherBot(world, { BASE_URL: 'https://localhost' });
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
  try {
    for (const request of sent) {
      const [secure, plain] = await Promise.all([exchange(bot.url, request), exchange(world.botUrl, request)]);
      const fields = [...secure.matchAll(/^strict-transport-security: (.*)\r$/gim)].map(([, value]) => value);
      expect([request, fields]).toEqual([request, ['max-age=63072000']]);
      expect([request, plain.slice(0, 9), /strict-transport/i.test(plain)]).toEqual([request, 'HTTP/1.1 ', false]);
    }
  } finally {
    await bot.stop();
  }
});
