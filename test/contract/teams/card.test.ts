import { expect, test } from '@jest/globals';
import type { SourceItem } from '../../../bot/sources/source.ts';
import { toAttachments } from '../../../bot/teams/cards/cards.ts';
import { readCard } from '../../support/teams/cards.ts';
import type { Attachment } from '../../support/world/world.ts';

/** What every card must hold, whatever a source hands over: the mediawiki source refuses much of this by itself. */
const WIKI = 'https://wiki.example';
const frame = {
  title: 'Wiki ${x}',
  account: '{{{ada\u202e}}}',
  locale: 'en',
  linkOrigins: new Set([WIKI]),
  imageOrigins: new Set([WIKI, 'https://images.example']),
};
const attach = (item: Partial<SourceItem>): Attachment =>
  JSON.parse(toAttachments([{ title: 'x', snippet: [], url: `${WIKI}/wiki/x`, ...item }], frame)[0] ?? '');
const cardOf = (item: Partial<SourceItem>) => readCard(attach(item));

test.each([
  'javascript:alert(1)',
  'data:text/html,x',
  `blob:${WIKI}/x`,
  `filesystem:${WIKI}/x`,
  'http://wiki.example/x',
  'https://wiki.example:8443/x',
  'https://user@wiki.example/x',
  'https://user:secret@wiki.example/x',
  'https://:secret@wiki.example/x',
  'https://wiki.example.evil.example/x',
  'https://169.254.169.254/x',
  '//wiki.example/x',
  '/x',
  '',
  'null',
  `${WIKI}/${'x'.repeat(2_048)}`,
])('T51: neither a link nor a picture to %s', (url) => {
  const { actions, images } = cardOf({ url, imageUrl: url });
  expect([actions, images]).toEqual([[], []]);
  expect(attach({ url, imageUrl: url }).preview.content).not.toHaveProperty('images');
});

test('T51: a link to the source, a picture from where the operator allows', () => {
  const { actions, images } = cardOf({ url: `${WIKI}/a`, imageUrl: 'https://images.example/b' });
  expect([actions[0]?.url, images[0]?.url]).toEqual([`${WIKI}/a`, 'https://images.example/b']);
  expect(cardOf({ url: 'https://images.example/b' }).actions).toEqual([]);
});

test('T51: titles of connections and names of accounts are inert, too', () => {
  const { lines, actions } = cardOf({});
  expect(lines.at(-1)).toBe('Wiki $\u2060{x} · signed in as {\u2060{\u2060{ada}}}');
  expect(actions[0]?.title).toBe('View in Wiki $\u2060{x}');
});

test('T51: a text keeps its blanks between runs, and is one line', () => {
  const snippet = ['a ', 'b', '\r\n\tc', '\u2028'].map((text, at) => ({ text, hit: at === 1 }));
  expect(cardOf({ snippet }).lines[1]).toBe('a b c ');
});

test('T54: a snippet in a thousand pieces, or of a hundred thousand letters, fits', () => {
  const pieces = Array.from({ length: 1_000 }, (_, at) => ({ text: '日', hit: at % 2 === 0 }));
  expect(cardOf({ snippet: pieces }).runs.length).toBeLessThanOrEqual(64);
  const long = cardOf({ snippet: [{ text: 'x'.repeat(100_000), hit: true }, ...pieces] });
  expect(long.lines[1]?.length).toBe(600);
});
