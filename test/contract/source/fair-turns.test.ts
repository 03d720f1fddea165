import { expect, test } from '@jest/globals';
import { FairLimiter } from '../../../bot/sources/fair-limiter.ts';

const LIMITS = { atOnce: 4, perPerson: 2, waiting: 5 };
const never = new AbortController().signal;

/** Calls that a test ends, in the order in which they began. */
function calls() {
  const begun: { owner: string; end: () => void }[] = [];
  const call = (owner: string) => () =>
    new Promise<string>((resolve) => {
      begun.push({ owner, end: () => resolve(owner) });
    });
  return { begun, call, names: () => begun.map(({ owner }) => owner).join('') };
}

test('T46: one person has at most a few calls under way; their other calls wait', async () => {
  const { call, begun, names } = calls();
  const turns = new FairLimiter(LIMITS);
  const responses = ['a', 'a', 'a', 'b'].map((owner) => turns.run(owner, never, call(owner)));
  expect(names()).toBe('aab');
  begun[0]?.end();
  await responses[0];
  expect(names()).toBe('aaba');
});

test('T46: free turns go round among the people who wait', async () => {
  const { call, begun, names } = calls();
  const turns = new FairLimiter(LIMITS);
  const responses = [...'aabbaaaccdd'].map((owner) => turns.run(owner, never, call(owner)));
  expect(names()).toBe('aabb');
  for (let at = 0; at < 7; at++) {
    await Promise.resolve(begun[at]?.end());
    await new Promise(setImmediate);
  }
  // a waited first. Then c and d, who have no call under way, get their turns before a’s last.
  expect(names()).toBe('aabbacdacda');
  for (const { end } of begun) end();
  await Promise.all(responses);
});

test('T46: a call of a person with too many waiting calls is refused with a wait, and never runs', async () => {
  const { call, begun } = calls();
  const turns = new FairLimiter(LIMITS);
  const responses = [...'aaaaaaa'].map((owner) => turns.run(owner, never, call(owner)));
  await expect(turns.run('a', never, call('a'))).rejects.toMatchObject({ failure: 'rate_limited', retryAfter: 5 });
  for (let at = 0; at < 7; at++) {
    begun[at]?.end();
    await new Promise(setImmediate);
  }
  await Promise.all(responses);
  expect(begun).toHaveLength(7);
});

test('T78: a call whose invoke has timed out is never made, and blocks no other call', async () => {
  const { call, begun, names } = calls();
  const turns = new FairLimiter(LIMITS);
  const gone = new AbortController();
  const responses = [...'aa'].map((owner) => turns.run(owner, never, call(owner)));
  const late = turns.run('a', gone.signal, call('x'));
  const next = turns.run('a', never, call('a'));
  gone.abort();
  await expect(late).rejects.toMatchObject({ failure: 'unavailable' });
  begun[0]?.end();
  await responses[0];
  expect(names()).toBe('aaa');
  for (const { end } of begun) end();
  await Promise.all([...responses, next]);
});

test('a failed call returns its turn', async () => {
  const turns = new FairLimiter({ atOnce: 1, perPerson: 1, waiting: 1 });
  await expect(turns.run('a', never, () => Promise.reject(new Error('down')))).rejects.toThrow('down');
  await expect(turns.run('b', never, async () => 'fine')).resolves.toBe('fine');
});
