import { type FSWatcher, mkdtempSync, readdirSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { ADA } from '../../../local/people.ts';
import { endlessPost } from '../../support/network/endless-post.ts';
import { exchange } from '../../support/network/raw-socket.ts';
import { openSockets } from '../../support/network/sockets.ts';
import { residentMegabytes } from '../../support/process/memory.ts';
import { sized } from '../../support/soak.ts';
import { all, failuresOf, outcomeOf, outcomesOf, sideEffects } from '../../support/world/outcomes.ts';
import { eventually, startWorld, type World } from '../../support/world/world.ts';

// Each request here has the valid token. Only its body is wrong.
const LIMIT = 256 * 1024;
const [NOT_JSON, MALFORMED] = ['415 request.media_type', '400 request.malformed'];
let world: World;
let temporary: string;
/** Names of files that appeared or disappeared in the bot's temporary folder, even for a moment. */
const uploads: (string | null)[] = [];
let watcher: FSWatcher;
let token: string;
// Compressed before the connection opens: it takes so long that the bot would close an idle connection meanwhile.
const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, 0x20), { level: 9 });

beforeAll(async () => {
  temporary = mkdtempSync(join(tmpdir(), 'latchkey-temporary-'));
  watcher = watch(temporary, (_, name) => uploads.push(name));
  world = await startWorld({ botEnv: { TMPDIR: temporary, TEMP: temporary, TMP: temporary } });
  token = await world.connector.token();
  await world.signIn(ADA);
});
afterAll(async () => {
  await world?.stop();
  watcher?.close();
  rmSync(temporary, { recursive: true, force: true });
});
// T86: the bot is alive after each request, keeps no file, and logs no failure.
afterEach(async () => {
  expect(outcomeOf(await world.post(ADA, { text: 'lakers' }))).toBe('200 result');
  expect(readdirSync(temporary)).toEqual([]);
  expect(uploads).toEqual([]);
  expect(await failuresOf(world)).toEqual([]);
});

type Body = string | Uint8Array;
const post = (body: Body, headers: Record<string, string> = {}) =>
  world.connector.post(world.botUrl, {}, { token, body, headers });
const activity = (more = {}) => ({
  ...world.connector.queryActivity(ADA, { commandId: 'insertWiki', text: 'lakers' }),
  ...more,
});
const honest = () => JSON.stringify(activity());

async function untouched(act: () => Promise<void>): Promise<void> {
  const before = await sideEffects(world);
  await act();
  expect(await sideEffects(world)).toEqual(before);
}

test('T42: a compressed body is refused unread, whatever its encoding', async () => {
  const vectors: Record<string, { encoding: string; body: Body }> = {
    'a gzip bomb of 200 MB': { encoding: 'gzip', body: bomb },
    'in capitals': { encoding: 'GZIP', body: bomb },
    'by its old name': { encoding: 'x-gzip', body: bomb },
    'packed twice': { encoding: 'gzip, gzip', body: gzipSync(bomb) },
    'hidden behind identity': { encoding: 'identity, gzip', body: bomb },
    'an honest one in gzip': { encoding: 'gzip', body: gzipSync(honest()) },
    'an honest one in deflate': { encoding: 'deflate', body: deflateSync(honest()) },
    'an honest one in br': { encoding: 'br', body: brotliCompressSync(honest()) },
    'an unknown name': { encoding: 'x', body: honest() },
  };
  const memory = residentMegabytes(Number(world.bot.child.pid));
  await untouched(async () => {
    for (let round = 0; round < sized(5, 200); round++) {
      const outcomes = await outcomesOf(vectors, ({ encoding, body }) => post(body, { 'content-encoding': encoding }));
      expect(outcomes).toEqual(all(vectors, NOT_JSON));
    }
    expect(outcomeOf(await post(bomb))).toBe(MALFORMED);
  });
  expect(residentMegabytes(Number(world.bot.child.pid)) - memory).toBeLessThan(60);
});

test('T42: a body that is not JSON is refused unread: multipart, forms, text, and no type at all', async () => {
  const file = `--x\r\ncontent-disposition: form-data; name="a"; filename="a"\r\n\r\n${'A'.repeat(200_000)}\r\n--x--\r\n`;
  const vectors: Record<string, string> = {
    multipart: 'multipart/form-data; boundary=x',
    'multipart, mixed': 'multipart/mixed; boundary=x',
    'a form': 'application/x-www-form-urlencoded',
    text: 'text/plain',
    html: 'text/html',
    bytes: 'application/octet-stream',
    'JSON of a kind': 'application/json-patch+json',
    'a JSON sequence': 'application/json-seq',
    'JSON later': 'multipart/form-data; boundary=x; application/json',
    'two types': 'multipart/form-data, application/json',
    empty: '',
  };
  await untouched(async () => {
    const send = (type: string) => post(file, { 'content-type': type });
    expect(await outcomesOf(vectors, send)).toEqual(all(vectors, NOT_JSON));
  });
  expect(outcomeOf(await post(honest(), { 'content-type': 'Application/JSON ; charset=utf-8' }))).toBe('200 result');
});

test('T42: the bot counts a body without a length while it arrives: one byte too many is 413', async () => {
  const padded = (length: number) => honest().padEnd(length);
  expect(outcomeOf(await post(padded(LIMIT)))).toBe('200 result');
  const chunked = (length: number) =>
    raw([HEAD, 'Transfer-Encoding: chunked', '', ...chunks(padded(length)), '0', '', '']);
  expect(await chunked(LIMIT)).toMatch(/^HTTP\/1\.1 200 /);
  expect(await chunked(LIMIT + 1)).toMatch(/^HTTP\/1\.1 413 [\s\S]*request\.too_large/);
});

test('T42: a too large length is refused before the first byte of the body', async () => {
  for (const length of [LIMIT + 1, 2 ** 31, 1e15]) {
    expect(await raw([HEAD, `Content-Length: ${length}`, '', ''])).toMatch(/^HTTP\/1\.1 413 [\s\S]*request\.too_large/);
  }
});

test('T42: endless bodies end early, and memory stays flat', async () => {
  const json = { 'content-type': 'application/json' };
  const authorization = `Bearer ${token}`;
  const paths = {
    'POST /api/messages': { path: '/api/messages', status: 413, headers: { ...json, authorization } },
    'POST /api/messages without a token': { path: '/api/messages', status: 401, headers: json },
    'POST /api/messages, multipart': {
      path: '/api/messages',
      status: 415,
      headers: { authorization, 'content-type': 'multipart/form-data; boundary=x' },
    },
    'POST /auth/api/start': { path: '/auth/api/start', status: 413, headers: { ...json, origin: world.botUrl } },
    'POST /healthz': { path: '/healthz', status: 405, headers: json },
    'POST /nowhere': { path: '/nowhere', status: 404, headers: json },
  };
  const memory = residentMegabytes(Number(world.bot.child.pid));
  const sockets = () => openSockets(Number(world.bot.child.pid)) ?? 0;
  const before = sockets();
  for (const [name, { path, status, headers }] of Object.entries(paths)) {
    const url = world.botUrl + path;
    const [fast, ...slow] = await Promise.all(
      [0, ...Array<number>(sized(3, 40)).fill(20)].map((pace) => endlessPost(url, headers, pace)),
    );
    const statuses = slow.map((response) => response.status);
    expect([name, statuses]).toEqual([name, expect.arrayContaining([status])]);
    expect([name, statuses.filter((each) => each !== undefined && each !== status)]).toEqual([name, []]);
    expect([name, [fast, ...slow].filter((response) => (response?.sent ?? 0) > 32 * 1024 * 1024)]).toEqual([name, []]);
  }
  await eventually(sockets, (open) => open <= before + 2);
  expect(residentMegabytes(Number(world.bot.child.pid)) - memory).toBeLessThan(60);
});

test('T43: JSON that is broken, too deep, not an object or not UTF-8 is 400', async () => {
  const good = honest();
  const bytes = (...parts: (string | number[])[]) => Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  const inName = (odd: number[]) => bytes('{"type":"invoke","name":"', odd, '"}');
  const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  const vectors: Record<string, Body> = {
    nothing: '',
    blanks: '   ',
    null: 'null',
    true: 'true',
    'a number': '1',
    'a text': '"invoke"',
    'a list': '[]',
    'a list of one': `[${good}]`,
    two: good + good,
    'cut in the middle': good.slice(0, good.length / 2),
    'without its end': good.slice(0, -1),
    'with more after its end': `${good}}`,
    'a comma too many': good.replace(/\}$/, ',}'),
    'single quotes': "{'type':'invoke'}",
    'a comment': `/* */${good}`,
    NaN: '{"a":NaN}',
    'a raw line end in a text': '{"a":"\n"}',
    'a raw NUL in a text': '{"a":"\0"}',
    'NUL after it': `${good}\0`,
    'half an escape': '{"a":"\\u12"}',
    '100,000 lists deep': '['.repeat(100_000),
    '100,000 objects deep': '{"a":'.repeat(50_000),
    '65 objects deep': nested(65),
    '65 deep behind a text of brackets': `{"b":"]]]]]\\"]]]","a":${nested(64)}}`,
    '65 deep behind a backslash': `{"b":"\\\\","a":${nested(64)}}`,
    'a byte that is not UTF-8': inName([0xff]),
    'an overlong slash': inName([0xc0, 0xaf]),
    'half a pair of surrogates in UTF-8': inName([0xed, 0xa0, 0x80]),
    'half a character': inName([0xe2, 0x82]),
    'beyond Unicode': inName([0xf4, 0x90, 0x80, 0x80]),
    'UTF-16': Buffer.from(good, 'utf16le'),
    'UTF-16 with its mark': Buffer.from(`\ufeff${good}`, 'utf16le'),
    'UTF-32': bytes([0, 0, 0, 0x7b]),
  };
  await untouched(async () => expect(await outcomesOf(vectors, (body) => post(body))).toEqual(all(vectors, MALFORMED)));
});

test('T43: unusual but valid JSON is read', async () => {
  const nested = (depth: number) => Array.from({ length: depth }).reduce<unknown>((inner) => ({ a: inner }), 1);
  const vectors: Record<string, Body> = {
    'a mark of byte order': `\ufeff${honest()}`,
    'blanks around it': ` \n\t${honest()}\r\n `,
    'nested 64 deep': JSON.stringify(activity({ extra: nested(63) })),
    'a thousand brackets in a text': JSON.stringify(activity({ extra: '[{"\\'.repeat(1000) })),
    'a member twice, the last one counts': honest().replace('{', '{"serviceUrl":"https://attacker.example/",'),
    'a member named __proto__': honest().replace('{', '{"__proto__":{"type":"message","isAdmin":true},'),
    'a member named constructor': honest().replace('{', '{"constructor":{"prototype":{"type":"x"}},'),
    'half a pair of surrogates, escaped': honest().replace('{', '{"extra":"\\ud800",'),
  };
  expect(await outcomesOf(vectors, (body) => post(body))).toEqual(all(vectors, '200 result'));
});

test('T43: a body that ends before its length, or within a chunk, does no harm', async () => {
  const good = honest();
  const cut = [
    [HEAD, `Content-Length: ${good.length + 10}`, '', good],
    [HEAD, 'Transfer-Encoding: chunked', '', '10', good.slice(0, 5)],
    [HEAD, 'Transfer-Encoding: chunked', '', 'zz', good],
    [HEAD, 'Transfer-Encoding: chunked', `Content-Length: ${good.length}`, '', good],
    [HEAD, 'Transfer-Encoding: gzip, chunked', '', '5', 'abcde', '0', '', ''],
    [HEAD, 'Content-Length: -1', '', good],
    [HEAD, 'Content-Length: 1', 'Content-Length: 2', '', good],
  ];
  await untouched(async () => {
    for (const lines of cut) {
      const response = await raw(lines, true);
      expect([lines.slice(1, 3), response.slice(0, 13)]).toEqual([
        lines.slice(1, 3),
        expect.stringMatching(/^$|^HTTP\/1\.1 400 /),
      ]);
    }
  });
});

const HEAD =
  'POST /api/messages HTTP/1.1\r\nHost: x\r\nConnection: close\r\n' +
  'Content-Type: application/json\r\nAuthorization: Bearer TOKEN';

/** Sends these lines unchanged. */
const raw = (lines: readonly string[], hangUp = false) =>
  exchange(world.botUrl, lines.map((line) => line.replace('TOKEN', token)).join('\r\n'), hangUp);

function chunks(body: string): string[] {
  const size = 60_000;
  const parts = Array.from({ length: Math.ceil(body.length / size) }, (_, i) => body.slice(i * size, (i + 1) * size));
  return parts.flatMap((part) => [Buffer.byteLength(part).toString(16), part]);
}
