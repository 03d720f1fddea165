import { expect, test } from '@jest/globals';
import { findNamed } from '../../bot/chat/named-connections.ts';

/** Which connections a person means by their words. */
const CONNECTIONS = [
  { id: 'wiki', title: 'Contoso wiki' },
  { id: 'handbook', title: 'Contoso handbook' },
  { id: 'archive', title: 'Contoso wiki archive' },
  { id: 'news', title: 'News of the day' },
  { id: 'strasse', title: 'Straßen & Brücken' },
  { id: 'ja', title: '社内ハンドブック' },
];

test.each([
  ['', ['wiki', 'handbook', 'archive', 'news', 'strasse', 'ja'], true],
  ['wiki', ['wiki'], true],
  ['of the wiki', ['wiki'], true],
  ['Contoso wiki', ['wiki'], true],
  ['the Contoso wiki archive', ['archive'], true],
  ['wiki and handbook', ['wiki', 'handbook'], true],
  ['handbok', ['handbook'], true],
  ['hnadbook', ['handbook'], true],
  ['vom Brucken-Verzeichnis', ['strasse'], true],
  ['社内ハンドブック', ['ja'], true],
  ['ハンドブック', ['ja'], true],
  ['contoso', ['wiki', 'handbook', 'archive'], false],
  ['of the intranet', ['wiki', 'handbook', 'archive', 'news', 'strasse', 'ja'], false],
  ['of all', ['wiki', 'handbook', 'archive', 'news', 'strasse', 'ja'], false],
  ['?', ['wiki', 'handbook', 'archive', 'news', 'strasse', 'ja'], false],
])('%j means %j (certain: %j)', (text, ids, certain) => {
  const named = findNamed(text, CONNECTIONS);
  expect([named.connections.map(({ id }) => id), named.certain]).toEqual([ids, certain]);
});

test('a name that is a title here and an id there does not say which', () => {
  const named = findNamed('wiki', [
    { id: 'wiki', title: 'Contoso wiki' },
    { id: 'other', title: 'Wiki' },
  ]);
  expect([named.connections.length, named.certain]).toEqual([2, false]);
});
