import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ADA } from '../../local/people.ts';
import { leaksIn } from '../support/log.ts';
import { parametersOf, type WikiControl, wikiControl } from '../support/wiki-control.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
let wiki: WikiControl;

beforeAll(async () => {
  world = await startWorld();
  wiki = wikiControl(world.wikiUrl);
  await world.signIn(ADA);
});
afterAll(() => world?.stop());
beforeEach(() => wiki.takeCalls());

/** All that a search may ask the wiki for, whatever was typed. */
const FIXED = {
  action: 'query',
  format: 'json',
  formatversion: '2',
  prop: 'info|revisions|pageimages',
  inprop: 'url',
  rvprop: 'timestamp|user',
  piprop: 'thumbnail',
  pithumbsize: '320',
  pilimit: '50',
  pilicense: 'any',
  list: 'search',
  srnamespace: '0',
  srwhat: 'text',
  srinfo: 'totalhits',
  srprop: 'snippet|timestamp',
  generator: 'search',
  gsrnamespace: '0',
  gsrinfo: '',
  gsrprop: '',
  srlimit: '25',
  sroffset: '0',
  gsrlimit: '25',
  gsroffset: '0',
};

/** Typed, and the words that the wiki may be asked for instead. */
const INJECTIONS: [string, string][] = [
  ['lakers&action=delete&format=xml', 'lakers action delete format xml'],
  ['lakers&srnamespace=2#fragment', 'lakers srnamespace 2#fragment'],
  ['lakers%26action%3Ddelete', 'lakers%26action%3Ddelete'],
  ['lakers|germany', 'lakers germany'],
  ['lakers\u001fgermany', 'lakers germany'],
  ['lakers\r\nX-Injected: 1\r\n\r\nGET /admin', 'lakers X-Injected 1 GET admin'],
  ['lakers\u0000\u0008germany', 'lakers germany'],
  ['insource:/(a+)+$/', 'insource a $'],
  ['incategory:"Secret pages" lakers', 'incategory "Secret pages" lakers'],
  ['User:Ada all:lakers', 'User Ada all lakers'],
  ['intitle：lakers', 'intitle lakers'],
  ['-lakers --germany "-france"', 'lakers germany "france"'],
  ['lakers OR germany AND NOT france NEAR spain', 'lakers or germany and not france near spain'],
  ['lak*', 'lak'],
  ['lak?rs~2 +germany ^france', 'lak rs 2 germany france'],
  ['"los angeles" lakers', '"los angeles" lakers'],
  ['"los angeles', 'los angeles'],
  ['"" " " """', ''],
  ["'; DROP TABLE pages; --", "'; DROP TABLE pages;"],
  ['<script>alert(1)</script>', 'script alert 1 script'],
  ['{{DATE(2020)}} ${x} $[y]', 'DATE 2020 $ x $ y'],
  ['../../w/api.php?x=1', '.. .. w api.php x 1'],
  ['\\u0022 \\', 'u0022'],
  ['Ελλάδα भारत 日本 🇩🇪 é', 'Ελλάδα भारत 日本 🇩🇪 é'],
  ['  lakers \t\n germany  ', 'lakers germany'],
  ['\ud800lakers', '\ufffdlakers'],
  ['***', ''],
  ['🏀', ''],
];

test.each(INJECTIONS)('T53: what is typed stays the words of one search: %j', async (typed, searched) => {
  const response = await world.search(ADA, { text: typed });
  const calls = await wiki.takeCalls();
  expect(['result', 'message']).toContain(response.type);
  expect(response.text ?? '').not.toContain('Reference');
  expect(calls.map(({ method, url, authorization }) => [method, url.split('?', 1)[0], authorization])).toEqual(
    searched === '' ? [] : [['GET', '/w/api.php', true]],
  );
  if (searched === '') return;
  expect(Object.fromEntries(parametersOf(calls[0]))).toEqual({ ...FIXED, srsearch: searched, gsrsearch: searched });
  // No parameter twice, none that a second reading would find.
  expect(calls[0]?.url.split('&')).toHaveLength(Object.keys(FIXED).length + 2);
});

test('T53: where nothing is left to search for, the answer says that nothing was found', async () => {
  expect((await world.search(ADA, { text: '***' })).text).toMatch(/^Nothing in Contoso wiki matches “\*\*\*”/);
});

test.each([
  ['10 KB in one word', 'l'.repeat(10_240)],
  ['10 KB of words', 'lakers '.repeat(1_500)],
  ['10 KB beyond ASCII', '日'.repeat(10_240)],
  ['10 KB of what is no word', '*'.repeat(10_240)],
  ['200 KB', 'lakers '.repeat(28_000)],
])('T53: a huge query is cut: %s', async (_, text) => {
  const response = await world.search(ADA, { text });
  const [call] = await wiki.takeCalls();
  // The wiki could read it, or was not asked at all.
  expect(response.text ?? '').not.toContain('Reference');
  expect(call !== undefined).toBe(/\p{L}/u.test(text));
  expect((parametersOf(call).get('srsearch') ?? '').length).toBeLessThanOrEqual(200);
  expect((call?.url ?? '').length).toBeLessThan(4_500);
});

test('T53: a query cut in the middle of a character is cut before it', async () => {
  await world.search(ADA, { text: `${'a'.repeat(199)}🏀` });
  expect(parametersOf((await wiki.takeCalls())[0]).get('srsearch')).toBe('a'.repeat(199));
});

test('T53: parameters beside the keyword reach nobody', async () => {
  await world.post(ADA, { text: 'lakers' }, (activity) => {
    const value = activity.value as { parameters: object[] };
    value.parameters.push({ name: 'gsrnamespace', value: '2' }, { name: 'searchKeyword', value: 'germany' });
    Object.assign(value, { srsearch: 'germany', url: 'http://localhost:1/', apiPath: '/x' });
  });
  const calls = await wiki.takeCalls();
  expect(calls.map((call) => Object.fromEntries(parametersOf(call)))).toEqual([
    { ...FIXED, srsearch: 'lakers', gsrsearch: 'lakers' },
  ]);
});

test('T72: nothing that was typed is in the log', () => {
  const used = [
    'lakers',
    'germany',
    'insource',
    'incategory',
    'DROP TABLE',
    'X-Injected',
    'alert(1)',
    '日本',
    'los angeles',
  ];
  expect(leaksIn(world.bot.output(), used)).toEqual([]);
});
