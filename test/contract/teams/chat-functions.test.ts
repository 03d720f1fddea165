import { describe, expect, test } from '@jest/globals';
import { isServiceUrl } from '../../../bot/chat/conversation.ts';
import { findNamed } from '../../../bot/chat/named-connections.ts';
import { leftOf, readMore } from '../../../bot/chat/result-cards.ts';
import type { SearchOutcome } from '../../../bot/teams/search/outcome.ts';

describe('the connections that a person means by their words', () => {
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

  test('a name that is one connection’s title and another’s id is ambiguous', () => {
    const named = findNamed('wiki', [
      { id: 'wiki', title: 'Contoso wiki' },
      { id: 'other', title: 'Wiki' },
    ]);
    expect([named.connections.length, named.certain]).toEqual([2, false]);
  });
});

describe('how many results a person has not seen yet', () => {
  const answered = (id: string, items: number, total?: number): SearchOutcome =>
    ({
      connection: { id },
      state: 'answered',
      response: { items: Array(items).fill({}), ...(total !== undefined && { total }) },
    }) as unknown as SearchOutcome;

  const left = (all: [found: SearchOutcome, shown: number][], seen = {}) =>
    leftOf(
      all.map(([found]) => found),
      (found) => all.find(([each]) => each === found)?.[1] ?? 0,
      seen,
    );

  test.each([
    ['all is shown', left([[answered('a', 3, 3), 3]]), undefined],
    ['a source does not count, and all is shown', left([[answered('a', 10), 10]]), undefined],
    [
      'a source does not count, and has one more',
      left([[answered('a', 11), 10]]),
      { seen: { a: 10 }, count: undefined },
    ],
    ['a source counts', left([[answered('a', 11, 42), 10]]), { seen: { a: 10 }, count: 32 }],
    ['a source counts less than it returns', left([[answered('a', 11, 2), 10]]), { seen: { a: 10 }, count: 1 }],
    ['a source counts what it does not return', left([[answered('a', 0, 42), 0]], { a: 10 }), undefined],
    [
      'two sources, one of which is shown in full',
      left([
        [answered('a', 11, 42), 8],
        [answered('b', 2, 2), 2],
      ]),
      { seen: { a: 8 }, count: 34 },
    ],
    [
      'two sources, one of which does not count',
      left(
        [
          [answered('a', 11, 42), 5],
          [answered('b', 11), 5],
        ],
        { a: 5, b: 5 },
      ),
      { seen: { a: 10, b: 10 }, count: undefined },
    ],
  ])('%s', (_, actual, expected) => {
    expect(actual).toEqual(expected);
  });

  test('limits the numbers in the data of the button', () => {
    expect(readMore({ more: { text: 'x', seen: { a: 10, b: 0, c: -1, d: 1.5, e: '1', f: 10_001 } } })).toEqual({
      text: 'x',
      seen: { a: 10, b: 0 },
    });
    const seen = { a: 1 };
    const odd = [
      ...[['x'], 1, '', 'x'.repeat(201)].map((text) => ({ text, seen })),
      ...[undefined, {}, [], { a: -1 }].map((notSeen) => ({ text: 'x', seen: notSeen })),
    ];
    for (const more of [...odd, 'x', 1, [], null]) expect([more, readMore({ more })]).toEqual([more, undefined]);
  });
});

describe('where the bot sends its messages', () => {
  test.each([
    'https://smba.trafficmanager.net/emea/',
    'https://smba.trafficmanager.net/teams',
    'https://directline.botframework.com/',
    'https://webchat.botframework.com/',
    'https://smba.infra.gov.teams.microsoft.us/teams',
  ])('T48: %s is a channel’s address', (url) => {
    expect(isServiceUrl(url, false)).toBe(true);
  });

  test.each([
    'http://smba.trafficmanager.net/emea/',
    'https://127.0.0.1/',
    'https://localhost/',
    'https://[::1]/',
    'https://10.0.0.5/',
    'https://169.254.169.254/metadata/',
    'https://0x7f.1/',
    'https://2130706433/',
    'https://[fd00::1]/',
    'https://metadata.google.internal/',
    'https://printer.local/',
    'https://db.corp/',
    'https://intranet/',
    'https://user:word@smba.trafficmanager.net/',
    'file:///etc/passwd',
    'https://',
    '',
    'smba.trafficmanager.net',
    undefined,
    null,
    ['https://smba.trafficmanager.net/'],
  ])('T48: %p is refused, unless BASE_URL is loopback', (url) => {
    expect(isServiceUrl(url, false)).toBe(false);
  });

  test('T48: under the loopback rule this machine is allowed, and no other internal address', () => {
    expect(isServiceUrl('http://localhost:3981/teams/', true)).toBe(true);
    for (const url of ['http://10.0.0.5/', 'https://10.0.0.5/', 'https://db.corp/'])
      expect(isServiceUrl(url, true)).toBe(false);
  });
});
