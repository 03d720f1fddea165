import { expect, test } from '@jest/globals';
import { PendingSearches } from '../../../bot/chat/chat-search.ts';
import { ADA, GRACE } from '../../../local/people.ts';

/** The search that waits for a sign-in in a chat: limited in time and number, one for each person. */
const at = ({ tenantId, objectId }: typeof ADA, conversationId = 'a:1') => ({
  asker: { tenantId, objectId },
  conversationId,
});
const MINUTE = 60_000;

test('the last search of a conversation can be taken once, by its person, in that conversation', () => {
  const unfinished = new PendingSearches();
  unfinished.keep(at(ADA), 'lakers', 0);
  unfinished.keep(at(ADA), 'iceland', 1);
  unfinished.keep(at(ADA, 'a:2'), 'celtics', 1);
  expect(unfinished.take(at(GRACE), 2)).toBeUndefined();
  expect(unfinished.take(at(ADA), 2)).toBe('iceland');
  expect(unfinished.take(at(ADA), 2)).toBeUndefined();
  expect(unfinished.take(at(ADA, 'a:2'), 2)).toBe('celtics');
});

test.each([
  ['ten minutes', new PendingSearches(), 10 * MINUTE],
  ['as long as it says', new PendingSearches(MINUTE), MINUTE],
])('it is available for %s', (_, unfinished, ttl) => {
  unfinished.keep(at(ADA), 'lakers', 0);
  unfinished.keep(at(GRACE), '', 0);
  expect(unfinished.take(at(ADA), ttl - 1)).toBe('lakers');
  expect(unfinished.take(at(GRACE), ttl)).toBeUndefined();
});

test('beyond a thousand searches the oldest is deleted', () => {
  const unfinished = new PendingSearches();
  for (let n = 0; n <= 1_000; n += 1) unfinished.keep(at(ADA, `a:${n}`), `search ${n}`, n);
  expect(unfinished.take(at(ADA, 'a:0'), 2_000)).toBeUndefined();
  expect(unfinished.take(at(ADA, 'a:1'), 2_000)).toBe('search 1');
  expect(unfinished.take(at(ADA, 'a:1000'), 2_000)).toBe('search 1000');
});
