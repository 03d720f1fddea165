import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { startRogueServer } from '../../support/network/rogue-server.ts';
import { bearerOf, type Entry, leaked, onItems, onSearch, type TryRun, useTryWorld } from './try-world.ts';

const world = useTryWorld();

/** Line breaks end the lines of the report. All other control characters would act on the terminal. */
const ACTS_ON_TERMINAL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const HOSTILE = '\u001b[2J\u001b]0;owned\u0007\u009b31m\r\u202eevil\u2028line';

describe('a hostile API', () => {
  /** The API refuses each request with this text, unchanged. */
  async function refusedWith(text: string, LATCHKEY_TOKEN: string): Promise<TryRun> {
    const api = await startRogueServer((_, response) => void response.writeHead(400).end(text));
    const entry = JSON.stringify(world.entry('plain')).replaceAll(world.apis.plain.url, api.origin);
    return world.examine(JSON.parse(entry), { env: { LATCHKEY_TOKEN } }).finally(api.close);
  }

  test('T72: the command prints no escape sequence, neither in the text nor in the JSON', async () => {
    world.answer(
      onItems((item) => ({
        [`member${HOSTILE}`]: HOSTILE,
        ...item,
        names: [{ text: `Island ${HOSTILE}` }],
        excerpt: HOSTILE,
        changed: { at: '2026-01-01', by: HOSTILE },
      })),
    );
    const entry = world.entry('plain');
    entry.source.fields.image = '/member';
    const { stdout, stderr, report } = await world.examine(entry, { person: 'ada' });
    expect(report?.card?.title).toContain('Island');
    expect(report?.findings.map(({ field }) => field)).toContain('source.fields.image');
    expect(stdout + stderr).not.toMatch(ACTS_ON_TERMINAL);
  });

  test('T72: the words of an error contain none either', async () => {
    const { stdout, report } = await refusedWith(HOSTILE, 'token-of-the-operator');
    const what = expect.stringContaining('owned');
    expect(report?.findings).toMatchObject([{ id: 'request-refused', field: 'source.url', what }]);
    expect(stdout).not.toMatch(ACTS_ON_TERMINAL);
  });

  test.each<[string, (token: string) => string]>([
    ['as it is', (token) => token],
    ['at the end of a title that is cut', (token) => `${'y'.repeat(270)} ${token}`],
    ['behind a cut of the value', (token) => `${'y'.repeat(40)}${token}`],
    ['in base64', (token) => Buffer.from(token).toString('base64')],
    ['percent-encoded', (token) => encodeURIComponent(token)],
    ['without its beginning', (token) => token.slice(5)],
  ])('T72: the command does not print a token that the API sends back: %s', async (_, echo) => {
    const parts: string[] = [];
    world.answer(
      onItems((item, token) => {
        const text = echo(token);
        parts.push(text.slice(-20), token.slice(10, 30));
        return { ...item, [text]: text, names: [{ text }], excerpt: text, link: `/pages/${encodeURIComponent(text)}` };
      }),
    );
    const entry = world.entry('plain');
    entry.source.fields.image = '/nothing';
    const tried = await world.examine(entry, { person: 'ada' });
    expect(tried.report?.card).toBeDefined();
    expect(leaked(tried)).toEqual([]);
    expect(parts.filter((part) => tried.stdout.includes(part))).toEqual([]);
  });

  test.each([
    ['with the escapes of PHP', '\\/'],
    ['percent-encoded in lower case', '%2f'],
  ])('T72: the command does not print a token of short parts: %s', async (_, slash) => {
    const parts = ['Kqz81xPwVn', 'rT5mB0yLcD', 'hW7sJ3eGuA', 'oX9iF2kRvN'];
    const { stdout, report } = await refusedWith(`{"seen":"${parts.join(slash)}"}`, parts.join('/'));
    expect(report?.findings).toMatchObject([{ id: 'request-refused' }]);
    expect(parts.filter((part) => stdout.includes(part))).toEqual([]);
  });

  test('T72: the command does not print a token in the address of a redirect', async () => {
    world.answer((_, { headers }) => ({
      status: 302,
      headers: { location: `https://evil.example/${bearerOf(headers)}?access_token=${bearerOf(headers)}` },
      json: {},
    }));
    const tried = await world.examine(world.entry('plain'), { person: 'ada' });
    expect(tried.report?.findings).toMatchObject([
      { id: 'redirect', what: expect.stringContaining('https://evil.example/[redacted]') },
    ]);
    expect(leaked(tried)).toEqual([]);
  });

  test('huge texts and thousands of members: the report stays short', async () => {
    const members = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`member${at}`, { deep: { at } }]));
    world.answer(onItems((item) => ({ ...item, ...members, names: [{ text: 'x'.repeat(900_000) }] })));
    const entry = world.entry('plain');
    entry.source.fields.image = '/member0/deep/att';
    const { stdout, report } = await world.examine(entry, { person: 'ada' });
    expect(report?.findings.map(({ field }) => field)).toEqual(['source.fields.image']);
    expect(stdout.length).toBeLessThan(30_000);
  });

  test('an error that is nested 60,000 deep: the command reports it', async () => {
    const error = '['.repeat(60_000) + ']'.repeat(60_000);
    world.answer(onSearch({ json: `{"error":${error}}` }));
    const { report } = await world.examine(world.entry('plain'), { person: 'ada' });
    expect(report?.findings).toMatchObject([{ id: 'error-with-status-200' }]);
    expect(report?.notes).toContain('The tokens of this try were revoked');
  });

  test('T92: Ctrl+C during a search that hangs revokes both tokens of the sign-in', async () => {
    const revoked = () => world.services.plain.requests('revocation').ok;
    const before = revoked();
    await world.apis.plain.fault({ hang: true, times: 9 });
    const { stderr, code } = await world.run(world.entry('plain'), {
      person: 'ada',
      interruptIf: () => world.apis.plain.open() > 0,
    });
    await world.apis.plain.fault({ times: 0 });
    // The access token and the refresh token.
    expect([code, revoked() - before]).toEqual([1, 2]);
    expect(stderr).toContain('The try was stopped. The tokens of this try were revoked');
  });

  test('T48: the command does not open the link of a result that points elsewhere', async () => {
    world.answer(onItems((item) => ({ ...item, link: 'http://169.254.169.254/latest/meta-data' })));
    const { report } = await world.examine(world.entry('plain'), { person: 'ada' });
    expect(report?.findings.map(({ id }) => id)).toContain('link-outside');
    expect(report?.requests.filter(({ url }) => url.includes('169.254'))).toEqual([]);
  });

  test('the command opens the link of a result without the token', async () => {
    const { report } = await world.examine(world.entry('plain'), { person: 'ada' });
    const opened = report?.requests.filter(({ url }) => /:\d+\/pages\//.test(url));
    expect(opened).toMatchObject([{ step: 'link', headers: expect.not.arrayContaining(['authorization']) }]);
  });
});

describe('a hostile provider', () => {
  /** A service whose authorization endpoint answers each request in this way. */
  async function withProvider<T>(
    respond: (response: ServerResponse, url: URL) => void,
    work: (entry: Entry) => Promise<T>,
  ): Promise<T> {
    const { origin, close } = await startRogueServer((request, response) => {
      respond(response, new URL(request.url ?? '', 'http://localhost'));
    });
    const entry = world.entry('plain');
    Object.assign(entry.signIn, { authorizationUrl: `${origin}/authorize`, tokenUrl: `${origin}/token` });
    return work(entry).finally(close);
  }

  test('T72: the command cuts the words of an error, and removes what acts on a terminal', async () => {
    const respond = (response: ServerResponse, { searchParams }: URL) => {
      const location = new URL(searchParams.get('redirect_uri') ?? '');
      location.searchParams.set('error', 'invalid_scope');
      location.searchParams.set('error_description', `${HOSTILE}${'x'.repeat(5_000)} ${searchParams.get('state')}`);
      response.writeHead(302, { location: location.href });
      response.end();
    };
    const { report, stdout } = await withProvider(respond, (entry) => world.examine(entry));
    expect(report?.findings).toMatchObject([{ id: 'scope-refused', field: 'signIn.scopes' }]);
    expect(report?.findings[0]?.what.length).toBeLessThan(700);
    expect(stdout).not.toMatch(ACTS_ON_TERMINAL);
  });

  test('T72: the command prints a page that repeats the state without the state', async () => {
    const states: string[] = [];
    const respond = (response: ServerResponse, { searchParams }: URL) => {
      states.push(searchParams.get('state') ?? '');
      response.writeHead(400, { 'content-type': 'text/html' });
      response.end(`<p>The redirect URI is wrong, and your state is ${searchParams.get('state')}`);
    };
    const { report, stdout } = await withProvider(respond, (entry) => world.examine(entry));
    expect(report?.findings).toMatchObject([
      { id: 'redirect-uri-unregistered', field: 'redirect URI', what: expect.stringContaining('[redacted]') },
    ]);
    expect(states.filter((state) => state === '' || stdout.includes(state))).toEqual([]);
  });
});

describe('another process of the machine calls the listener', () => {
  const forge = (callbackUrl: string, change: (url: URL) => unknown) => {
    const url = new URL(callbackUrl);
    change(url);
    return url.href;
  };

  test('T27: the listener refuses a response with another state, none, or two, and the sign-in goes on', async () => {
    const statuses: number[] = [];
    const { code, report } = await world.examine(world.entry('plain'), {
      person: 'ada',
      atCallback: async (url) => {
        const forged = [
          forge(url, ({ searchParams }) => searchParams.set('state', 'x'.repeat(43))),
          forge(url, ({ searchParams }) => searchParams.delete('state')),
          forge(url, ({ searchParams }) => searchParams.append('state', 'x'.repeat(43))),
          forge(url, ({ searchParams }) => searchParams.set('error', 'access_denied')),
          forge(url, (other) => Object.assign(other, { pathname: '/auth/callback/other' })),
        ];
        for (const each of forged) statuses.push((await fetch(each)).status);
        statuses.push((await fetch(url, { method: 'POST' })).status, (await fetch(url)).status);
      },
    });
    expect(statuses).toEqual([404, 404, 404, 404, 404, 404, 200]);
    expect([code, report?.findings]).toEqual([0, []]);
  });

  test('T27: the listener refuses a request for another host name that leads here (DNS rebinding)', async () => {
    const answers: string[] = [];
    await world.examine(world.entry('plain'), {
      person: 'ada',
      atCallback: async (url) => {
        const { pathname, search } = new URL(url);
        answers.push(await rawGet(world.port, `${pathname}${search}`, 'evil.example'));
        answers.push(await rawGet(world.port, `${pathname}${search}`, `localhost:${world.port}`));
      },
    });
    expect(answers).toEqual([expect.stringContaining(' 404 '), expect.stringContaining(' 200 ')]);
  });

  test('the page repeats no part of the request, and runs no script', async () => {
    let page = '';
    let headers = new Headers();
    await world.examine(world.entry('plain'), {
      person: 'ada',
      atCallback: async (url) => {
        const response = await fetch(url);
        [page, headers] = [await response.text(), response.headers];
      },
    });
    expect(page).toMatch(/^<!doctype html><title>latchkey<\/title><p>You can close this window\. [a-z ]+\.$/);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('the listener ends after one answer', async () => {
    let again: unknown;
    await world.examine(world.entry('plain'), {
      person: 'ada',
      atCallback: async (url) => {
        await (await fetch(url)).text();
        again = await fetch(url).then(
          ({ status }) => status,
          () => 'closed',
        );
      },
    });
    expect([404, 'closed']).toContain(again);
    expect(await isOpen('127.0.0.1', world.port)).toBe(false);
  });

  test('the listener accepts connections of this machine only', async () => {
    const others = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    const outside = others.filter(({ internal, family }) => !internal && family === 'IPv4');
    const open: boolean[] = [];
    await world.examine(world.entry('plain'), {
      person: 'ada',
      atCallback: async (url) => {
        for (const { address } of outside) open.push(await isOpen(address, world.port));
        open.push(await isOpen('127.0.0.1', world.port));
        await fetch(url);
      },
    });
    expect(open).toEqual([...outside.map(() => false), true]);
  });
});

/** @returns the first line of the answer */
async function rawGet(port: number, path: string, host: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer.split('\r\n')[0] ?? '';
}

async function isOpen(host: string, port: number): Promise<boolean> {
  const socket = connect(port, host);
  const open = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  });
  socket.destroy();
  return open;
}
