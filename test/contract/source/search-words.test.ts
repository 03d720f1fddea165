import { describe, expect, test } from '@jest/globals';
import { pageOf } from '../../../bot/sources/entries.ts';
import { readTyped, sanitizeQuery, sanitizeText, withPrefixMatch } from '../../../bot/sources/typed-query.ts';

describe('T53: each API gets a typed text as words and phrases', () => {
  test.each([
    ['repo:octo/secret lakers', 'repo "octo/secret" lakers'],
    ['is:issue org:fabrikam -org:contoso', 'is issue org fabrikam org contoso'],
    ['lakers) path:"https://evil.example" (x', 'lakers path "https evil.example" x'],
    ['author：Grace（x）', 'author Grace x'],
    ['lakers ＯＲ secret', 'lakers or secret'],
    ['lakers ONEAR(n=3) secret XRANK(cb=100) x', 'lakers onear n 3 secret xrank cb 100 x'],
    ['{User.Name} {searchTerms}', 'User.Name searchTerms'],
    ['“open phrase', 'open phrase'],
    ['a”b “c', 'a b c'],
    ['„unten“ «guillemets» 「鉤」', 'unten guillemets 鉤'],
    ['a"b c"d', 'a "b c" d'],
    ['x" "y', 'x y'],
    ['"-minus" --plus', '"minus" plus'],
    ['＂full width＂', '"full width"'],
    ['"one" "two', '"one" two'],
    ['"" x', 'x'],
    ['-"los angeles" !clippers', '"los angeles" clippers'],
    ['lakers|germany\u001ffrance', 'lakers germany france'],
    ['insource:/(a+)+$/ lak* ?ers', 'insource "a+" $ lak ers'],
    ['lakers~2 "los angeles"~3', 'lakers 2 "los angeles" 3'],
    ['a OR b AND c NOT d NEAR e', 'a or b and c not d near e'],
    ['(a|b) & {c} [d] <e> ^f', 'a b c d e f'],
    ["'; DROP TABLE pages; --", "'; DROP TABLE pages;"],
    ['\\u0022 \\', 'u0022'],
    ['Guinea-Bissau  oregon \t\n', 'Guinea-Bissau oregon'],
    ['don’t 東京 São', 'don’t 東京 São'],
    ['C++ C# .NET node.js', '"C++" C# .NET node.js'],
    ['AT&T R&D', '"AT&T" "R&D"'],
    ['src/app/main.ts and/or', '"src/app/main.ts" "and/or"'],
    ['1:1 10:30:15 16:9', '"1:1" "10:30:15" "16:9"'],
    ['"C++ at AT&T" x', '"C++ at AT&T" x'],
    ['Notepad++/C', '"Notepad++/C"'],
    ['AT&&T a& &b & c', 'AT T a b c'],
    ['/etc/passwd ../up/ ./x', '"etc/passwd" up x'],
    ['/insource:/x/ intitle:/y/i', 'insource x intitle "y/i"'],
    ['a1:2 user:1 1:user x_1:2 ::1:', 'a1 2 user 1 1 user x_1 2 1'],
    ['"insource:x" "x insource:/y/ z"', '"insource x" "x insource y z"'],
    ['１：１ Ｃ＋＋', '"1:1" "C++"'],
    ['+lakers ++ c+d', 'lakers "c+d"'],
    ['AND/OR ALL ANY NONE WORDS', '"and/or" all any none words'],
    ['..', undefined],
    ['-"', undefined],
    ['***', undefined],
    ['\u2028\u0000', undefined],
  ])('%j becomes %j', (typed, text) => {
    expect(sanitizeText(typed)).toBe(text);
  });

  test.each([
    ['C++ AT&T', 'C++ AT&T'],
    ['src/app/main.ts 1:1', '"src/app/main.ts" "1:1"'],
    ['User:x “quoted” insource:/x/', 'User x “quoted” insource x'],
    ['author：x １：１', 'author x １ １'],
  ])('MediaWiki looks up titles by the words outside phrases: %j becomes %j', (typed, text) => {
    expect(sanitizeQuery(typed)).toBe(text);
  });

  test.each([
    ['C++ C# AT&T', 'C++ C# AT&T'],
    ['src/app/main.ts 1:1', '"src/app/main.ts" "1:1"'],
    ['status:open -closed a^NQb "los angeles"', 'status open closed a NQb "los angeles"'],
  ])('an API that may not support phrases: %j becomes %j', (typed, words) => {
    expect(readTyped(typed, 'remove')).toEqual({ words, typed });
  });

  test.each([
    ['  type:page AND (a OR -b)* ', 'type:page AND (a OR -b)*'],
    ['a\r\nb\u0000\u2028c', 'a b c'],
    ['half \ud800 x', 'half \ufffd x'],
    ['x'.repeat(500), 'x'.repeat(200)],
    [`${'x'.repeat(199)}💥`, 'x'.repeat(199)],
  ])('if operators are allowed, %j stays as typed: %j', (text, typed) => {
    expect(readTyped(text, 'allow')).toEqual({ words: typed, typed });
  });

  test.each(['', '  ', '***', '"-"', '🙂'])('%j contains no word', (text) => {
    expect(readTyped(text, 'allow')).toBeUndefined();
    expect(readTyped(text, 'remove')).toBeUndefined();
  });

  test('many words stay below the longest query of an API', () => {
    expect(sanitizeText('a/b '.repeat(50))?.length).toBeLessThanOrEqual(200);
    expect(sanitizeText(`${'a/'.repeat(150)}b`)?.length).toBeLessThanOrEqual(202);
  });

  test('words stay short, however long a character becomes', () => {
    expect(sanitizeText('\ufdfa'.repeat(500))?.length).toBeLessThanOrEqual(200);
  });

  test.each([
    ['los lak', 'los (lak OR lak*)'],
    ['東京', '(東京 OR 東京*)'],
    ['"los angeles"', '"los angeles"'],
    ['"los angeles" lak', '"los angeles" (lak OR lak*)'],
    ['guinea-bissau', 'guinea-bissau'],
    ['x', 'x'],
    ['don’t', 'don’t'],
  ])('the last word of %j may be half typed: %j', (text, query) => {
    expect(withPrefixMatch(text, 'OR')).toBe(query);
  });
});

test('every window is on one page, and begins at the position that the page states', () => {
  for (let skip = 0; skip < 10_000; skip += skip < 300 ? 1 : 37) {
    for (let count = 1; count <= 25; count++) {
      const { page, size, offset } = pageOf(skip, count, 100);
      expect(page * size + offset).toBe(skip);
      expect(offset + count).toBeLessThanOrEqual(size);
      expect(size).toBeLessThanOrEqual(100);
    }
  }
});
