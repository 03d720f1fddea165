import { describe, expect, test } from '@jest/globals';
import { jsonApiSource } from '../../../../bot/sources/json-api/source.ts';
import { filtered } from '../../../support/search/filtered.ts';
import { oneSource } from '../one-source.ts';

const CHECKLIST = 'O’Brien’s checklist';
const TOKYO = '東京の手引き';
const fields = { title: '/title', url: '/link' };

const LANGUAGES = {
  jql: 'owner = "contoso" and text ~ "{query:jql}"',
  cql: "owner = 'contoso' and text ~ '{query:cql}'",
  odata: "owner eq 'contoso' and contains(text,'{query:odata}')",
  drive: "owner = 'contoso' and text contains '{query:drive}'",
} as const;

/** As in `url`. */
const encoded = (query: string) =>
  encodeURIComponent(query).replace(/%7B(query%3A\w+)%7D/, (place) => decodeURIComponent(place));

describe.each(Object.entries(LANGUAGES) as [keyof typeof LANGUAGES, string][])(
  'an API that takes %s: %s',
  (language, query) => {
    const one = oneSource(filtered(language), (url) =>
      jsonApiSource({ url: `${url}/search?q=${encoded(query)}`, items: '/results', fields }),
    );
    const titles = async (text: string) => (await one.search(text)).items.map(({ title }) => title);

    test.each([
      ["O'Brien", [CHECKLIST]],
      ['"release checklist"', [CHECKLIST]],
      ['AT&T', [CHECKLIST]],
      ['src/app/main.ts', [CHECKLIST]],
      ['東京 Überstunden', [TOKYO]],
    ])('%j finds %j', async (typed, found) => {
      expect(await titles(typed)).toEqual(found);
      expect(one.problems()).toEqual([]);
    });

    test.each([
      'x" or owner = "fabrikam',
      "x' or owner = 'fabrikam",
      "x') or contains(owner,'fabrikam",
      '\\" or owner = "fabrikam',
      "\\' or owner = 'fabrikam",
      "''' or owner eq 'fabrikam",
      'qwertz OR lakers',
      'lakers -qwertz \\',
    ])('T53: %j finds nothing of Fabrikam', async (typed) => {
      expect((await titles(typed)).filter((title) => title.includes('Fabrikam'))).toEqual([]);
      expect(one.problems()).toEqual([]);
    });
  },
);

test('T53: without an escape, the stand-in returns Fabrikam’s pages', () => {
  const documents = [
    { id: '1', title: 'Fabrikam', body: 'x', owner: 'fabrikam' as const, edited: '', by: '', url: '/1', image: '' },
  ];
  const requested = (q: string) => ({
    method: 'GET',
    url: `/search?q=${encodeURIComponent(q)}`,
    headers: {},
    body: '',
  });
  const around = { origin: 'http://localhost', documents };
  const { json } = filtered('odata')(
    requested("owner eq 'contoso' and contains(text,'x') or contains(owner,'fabrikam')"),
    around,
  );
  expect(json).toEqual({ results: [{ title: 'Fabrikam', link: '/1' }] });
  expect(() => filtered('odata')(requested("contains(text,'O'Brien')"), around)).toThrow();
});
