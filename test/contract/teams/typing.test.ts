import { beforeEach, expect, test } from '@jest/globals';
import { QueryDebouncer, Superseded } from '../../../bot/sources/query-debouncer.ts';
import { SourceError, type SourcePage } from '../../../bot/sources/source.ts';
import { eventually } from '../../support/world/world.ts';

const NOW = 1_800_000_000_000;

/** A source that answers when a test tells it to. */
interface Call {
  text: string;
  signal: AbortSignal;
  respond(): void;
  fail(error: Error): void;
}

let typing: QueryDebouncer;
let calls: Call[];
let clock: number;
beforeEach(() => {
  typing = new QueryDebouncer();
  clock = NOW;
  calls = [];
});

interface Typed {
  owner?: string;
  place?: string;
  delivery?: string;
  version?: string;
  skip?: number;
  now?: number;
}

function type(text: string, typed: Typed = {}) {
  const { owner: userKey = 'ada', place: boxKey = 'chat', delivery: activityId = 'f:1' } = typed;
  const { version = 'v1', skip = 0, now = slowly() } = typed;
  const search = {
    userKey,
    boxKey,
    activityId,
    version,
    query: { text, skip, count: 25 },
    stop: new AbortController(),
  };
  const found = typing.search(search, now, (signal) => {
    return new Promise<SourcePage>((resolve, reject) => {
      const respond = () => resolve({ items: [{ title: `${userKey}: ${text}`, snippet: [], url: 'https://x' }] });
      calls.push({ text, signal, respond, fail: reject });
      signal.addEventListener('abort', () => reject(new SourceError('unavailable', 'aborted')));
    });
  });
  return found.then(({ items }) => items[0]?.title);
}

/** Half a second after the last letter. */
function slowly(): number {
  clock += 500;
  return clock;
}

/** Types a text and waits for the results. */
function find(text: string, typed?: Typed) {
  const found = type(text, typed);
  responseAll();
  return found;
}

const requests = () => calls.map(({ text }) => text);
const responseAll = () => {
  for (const { respond } of calls) respond();
};

test('a longer text aborts the call for the text before, and that search ends as superseded', async () => {
  const older = type('lak');
  const newer = type('lake');
  await expect(older).rejects.toBeInstanceOf(Superseded);
  expect(calls[0]?.signal.aborted).toBe(true);
  responseAll();
  expect(await newer).toBe('ada: lake');
});

test('during fast typing, only the first and the last text reach the source', async () => {
  const fast = ['lak', 'lake', 'laker', 'lakers'].map((text, at) => type(text, { now: NOW + at * 100 }));
  const [, ...later] = await Promise.allSettled([...fast.slice(0, 3)]);
  expect(later.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await eventually(requests, (messages) => messages.includes('lakers'));
  expect(requests()).toEqual(['lak', 'lakers']);
  responseAll();
  expect(await fast[3]).toBe('ada: lakers');
});

test.each([
  ['after a pause', 400],
  ['of steady typing', 200],
])('a letter %s reaches the source at once', async (_, gapMs) => {
  const typed = ['lak', 'lake', 'laker'].map((text, at) => type(text, { now: NOW + at * gapMs }));
  expect(requests()).toEqual(['lak', 'lake', 'laker']);
  responseAll();
  await Promise.allSettled(typed);
});

test('an unrelated text is another search, and aborts no call', async () => {
  const both = [type('lakers'), type('iceland'), type('ice'), type('lakers of minneapolis')];
  responseAll();
  expect(await Promise.all(both)).toEqual(['ada: lakers', 'ada: iceland', 'ada: ice', 'ada: lakers of minneapolis']);
});

test('a deleted letter whose call was just aborted starts a new call', async () => {
  const [first, second, third] = [type('lak'), type('lake'), type('lak')];
  await expect(first).rejects.toBeInstanceOf(Superseded);
  await expect(second).rejects.toBeInstanceOf(Superseded);
  responseAll();
  expect(await third).toBe('ada: lak');
});

test('the same text in two activities makes two calls', async () => {
  const both = [type('lakers', { delivery: 'f:1' }), type('lakers', { delivery: 'f:2' })];
  expect(requests()).toEqual(['lakers', 'lakers']);
  responseAll();
  expect(await Promise.all(both)).toEqual(['ada: lakers', 'ada: lakers']);
});

test('T87: an activity that is delivered again during its call makes one call, and all deliveries get the answer', async () => {
  const all = [type('lakers'), type('lakers'), type('lakers')];
  expect(requests()).toEqual(['lakers']);
  responseAll();
  expect(await Promise.all(all)).toEqual(['ada: lakers', 'ada: lakers', 'ada: lakers']);
});

test('while a person types, an earlier text is answered from the cache', async () => {
  for (const text of ['la', 'lak', 'lake']) await find(text);
  expect(await type('lak')).toBe('ada: lak');
  expect(requests()).toEqual(['la', 'lak', 'lake']);
});

test('the same text twice in a row makes two calls, because a repeated search should be fresh', async () => {
  await find('lakers');
  await find('lakers');
  expect(requests()).toEqual(['lakers', 'lakers']);
});

test.each<[string, Typed]>([
  ['another person', { owner: 'grace' }],
  ['another box of the same person', { place: 'another chat' }],
  ['another credential', { version: 'v2' }],
  ['another page', { skip: 25 }],
  ['ten seconds later', { now: NOW + 11_000 }],
])('T56: a cached result is not used for %s', async (_, other) => {
  for (const text of ['la', 'lak', 'lake']) await find(text);
  expect(await find('lak', other)).toBe(`${other.owner ?? 'ada'}: lak`);
  expect(requests().filter((text) => text === 'lak')).toHaveLength(2);
});

test('searches of other people and in other boxes do not abort each other', async () => {
  const all = [type('lak'), type('ice', { owner: 'grace' }), type('spain', { place: 'another chat' })];
  responseAll();
  expect(await Promise.all(all)).toEqual(['ada: lak', 'grace: ice', 'ada: spain']);
});

test('the next page of results aborts no call', async () => {
  const all = [type('lakers'), type('lakers', { skip: 25 })];
  responseAll();
  expect(await Promise.all(all)).toEqual(['ada: lakers', 'ada: lakers']);
  expect(calls.some(({ signal }) => signal.aborted)).toBe(false);
});

test('a failure is not cached, and keeps its code', async () => {
  const failed = type('lakers');
  calls[0]?.fail(new SourceError('forbidden', 'no'));
  await expect(failed).rejects.toMatchObject({ failure: 'forbidden' });
  await find('lake');
  expect(await find('lakers')).toBe('ada: lakers');
});

test('T62: a sign-out deletes the person’s cached results, and those of running calls', async () => {
  for (const text of ['la', 'lak']) await find(text);
  const running = type('lake');
  typing.forget('ada');
  responseAll();
  expect(await running).toBe('ada: lake');
  for (const text of ['lak', 'lake']) expect(await find(text)).toBe(`ada: ${text}`);
  expect(requests()).toEqual(['la', 'lak', 'lake', 'lak', 'lake']);
});
