import { describe, expect, test } from '@jest/globals';
import { snippetReader } from '../../../bot/sources/json-api/snippet.ts';
import type { SnippetPart } from '../../../bot/sources/source.ts';
import { htmlSnippet, readTitle } from '../../../bot/sources/text/html.ts';
import { cpuTimeOf } from '../../support/cpu-time.ts';

/** Matches in square brackets. */
const shown = (parts: readonly SnippetPart[]) => parts.map(({ text, hit }) => (hit ? `[${text}]` : text)).join('');
const html = snippetReader({ format: 'html' });
const markdown = snippetReader({ format: 'markdown' });
const plain = snippetReader({ format: 'text' });

describe('a snippet in HTML', () => {
  test.each([
    ['caf&eacute; &mdash; M&uuml;nchen &#8217; &#x1F3C0;', 'café — München ’ 🏀'],
    ['<p>a</p><p>b</p>', 'a b'],
    ['<ul><li>one<li>two</ul>', 'one two'],
    ['<table><tr><td>1</td><td>2</td></tr></table>', '1 2'],
    ['a<br>b<BR/>c<hr>d', 'a b c d'],
    ['half<i>-</i>typed', 'half-typed'],
    ['a<style>p { color: red }</style>b', 'ab'],
    ['a<script>if (x < y) "</p>"</script>b', 'ab'],
    ['a<SCRIPT type="x">alert(1)</SCRIPT >b', 'ab'],
    ['a<script>never closed', 'a'],
    ['<template>a</template><noscript>b</noscript>c', 'c'],
    ['a <!-- b > c --> d', 'a d'],
    ['a <!-- never closed', 'a'],
    ['a <b title="x > y">b</b>', 'a [b]'],
    ['a < b && c > d', 'a < b && c > d'],
    ['&lt;b&gt; &amp;lt; &bogus; &', '<b> &lt; &bogus; &'],
    ['cut in a <a href="x', 'cut in a'],
    ['cut in an &am', 'cut in an &am'],
    ['  two \n\t <i> blanks </i>  more&nbsp; ', 'two blanks more'],
    ['\u0000 \u001b[31m', '[31m'],
    ['', ''],
    ['<p> </p>', ''],
  ])('the snippet %j is read as %j', (text, expected) => {
    expect(shown(html(text))).toBe(expected);
  });
});

describe('matches are marked', () => {
  test.each([
    ['an <em>early</em> <mark class="x">bird</mark>', 'an [early] [bird]'],
    ['<b>a</b><strong>b</strong>', '[ab]'],
    ['a <span class="searchmatch">page</span> <span>x</span>', 'a [page] x'],
    ['<span class="a searchmatch">x<span>y</span></span>z', '[xy]z'],
    ['fix <highlighthit>auth</highlighthit>', 'fix [auth]'],
    ['<em>a<p>b</em>c', '[a b ]c'],
    ['<em>not closed', '[not closed]'],
    ['not opened</em> x', 'not opened x'],
    ['the @@@hl@@@Budget@@@endhl@@@ of <em>2026</em>', 'the [Budget] of [2026]'],
    ['@@@hl@@@a &amp; b@@@endhl@@@', '[a & b]'],
    ['<p>@@@hl@@@a</p><p>b@@@endhl@@@ c</p>', '[a b] c'],
  ])('%j is read as %j', (text, expected) => {
    expect(shown(html(text))).toBe(expected);
  });

  test.each([
    [{ open: '[[', close: ']]' }, 'a [[b]] c', 'a [b] c'],
    [{ open: '*', close: '*' }, 'a *b* c *d*', 'a [b] c [d]'],
    [{ open: '<span class="hl">', close: '</span>' }, 'a <span class="hl">b</span> &amp;', 'a [b] &'],
    [{ open: '<b0>', close: '</b0>' }, '<b0>a</b0> b', '[a] b'],
    [{ open: '$&', close: '$1' }, 'a $&b$1', 'a [b]'],
  ])('by %j: %j is read as %j', (marks, text, expected) => {
    expect(shown(snippetReader({ format: 'html', marks })(text))).toBe(expected);
  });

  test('in plain text, markup is text', () => {
    expect(shown(plain('a @@@hl@@@<b>@@@endhl@@@ &amp; *c*'))).toBe('a [<b>] &amp; *c*');
  });

  test('blanks between matches stay, as one blank', () => {
    expect(html('a <em>b </em> c')).toEqual([
      { text: 'a ', hit: false },
      { text: 'b ', hit: true },
      { text: 'c', hit: false },
    ]);
  });
});

describe('a snippet in Markdown', () => {
  test.each([
    ['# Steps\n\n1. Open **the** _page_\n2. Read', 'Steps Open the page Read'],
    ['[link](https://x.example "t") ![a picture](y.png) <https://z.example>', 'link a picture https://z.example'],
    ['`a < b` and\n\n```js\nx && y\n```', 'a < b and x && y'],
    ['> quoted\n> more', 'quoted more'],
    ['- one\n- [ ] two', 'one [ ] two'],
    ['| a | b |\n|---|---|\n| c | d |', 'a b c d'],
    ['~~old~~ caf&eacute; \\*not\\* snake_case', 'old café *not* snake_case'],
    ['a <b>match</b><!-- a comment -->', 'a [match]'],
    ['<!-- a comment -->\n\nText', 'Text'],
    ['<script>alert(1)</script>\n\nText', 'Text'],
    ['the @@@hl@@@**Budget**@@@endhl@@@', 'the [Budget]'],
    ['[x](javascript:alert(1))', '[x](javascript:alert(1))'],
    ['no marks at all', 'no marks at all'],
    ['Version 1.2 - done', 'Version 1.2 - done'],
  ])('%j is read as %j', (text, expected) => {
    expect(shown(markdown(text))).toBe(expected);
  });
});

describe('an Atlassian document', () => {
  const paragraph = (...content: object[]) => ({ type: 'paragraph', content });
  const text = (value: string) => ({ type: 'text', text: value, marks: [{ type: 'strong' }] });
  const documentOf = (...content: unknown[]) => ({ version: 1, type: 'doc', content });

  const document = documentOf(
    { type: 'heading', attrs: { level: 2 }, content: [text('Plan')] },
    paragraph(text('Ask '), { type: 'mention', attrs: { id: '7', text: '@Ada' } }, { type: 'hardBreak' }, text('soon')),
    paragraph(
      { type: 'emoji', attrs: { shortName: ':wave:', text: '👋' } },
      { type: 'status', attrs: { text: 'DONE' } },
    ),
    paragraph({ type: 'date', attrs: { timestamp: '1772668800000' } }),
    { type: 'bulletList', content: [{ type: 'listItem', content: [paragraph(text('<b>one</b>'))] }] },
    { type: 'expand', attrs: { title: 'More' }, content: [paragraph(text('inside'))] },
    paragraph({ type: 'inlineCard', attrs: { url: 'https://x.example/1' } }),
    { type: 'mediaSingle', content: [{ type: 'media', attrs: { id: 'abc', type: 'file' } }] },
  );
  const expected = 'Plan Ask @Ada soon 👋DONE 2026-03-05 <b>one</b> More inside https://x.example/1';

  test('is its text', () => {
    expect(shown(html(document))).toBe(expected);
  });

  test('also as JSON in a text', () => {
    expect(shown(html(JSON.stringify(document)))).toBe(expected);
  });

  test.each([
    [documentOf(null, 7, 'x', [], { type: 'text', text: 5 }, { content: [text('a')] }), '5a'],
    [documentOf({ type: 'date', attrs: { timestamp: 'x' } }), ''],
    [documentOf({ type: 'date', attrs: { timestamp: { toString: 1, valueOf: 1 } } }), ''],
    [{ type: 'doc' }, ''],
    [{ type: 'text', text: 'x' }, ''],
    ['{"type":"doc","content":', '{"type":"doc","content":'],
  ])('of an odd form: %j', (value, expected) => {
    expect(shown(plain(value))).toBe(expected);
  });

  test('T54: is read to a limited depth, and no longer than a snippet', () => {
    let deep: unknown = text('x');
    for (let depth = 0; depth < 100_000; depth++) deep = { type: 'panel', content: [deep] };
    expect(html(documentOf(deep))).toEqual([]);
    const wide = documentOf(...Array(100_000).fill(paragraph(text('word'))));
    expect(shown(html(wide))).toMatch(/^(?:word ){100,}/);
    expect(shown(html(wide)).length).toBeLessThanOrEqual(1_000);
  });
});

describe('a title', () => {
  test.each([
    ['Q&#038;A: User&#8217;s Guide &#8211; X', 'Q&A: User’s Guide – X'],
    ['caf&eacute; &mdash; M&uuml;nchen', 'café — München'],
    ['<b>Bold</b>, H<sub>2</sub>O<br/>and <!-- a comment --><p>more</p>', 'Bold, H2O and more'],
    ['<em>Lakers</em> and <highlighthit>heat</highlighthit>', 'Lakers and heat'],
    ['List<String> and Map<K, V>', 'List<String> and Map<K, V>'],
    ['fn foo<T: Clone>(x: Vec<T>)', 'fn foo<T: Clone>(x: Vec<T>)'],
    ['AT&T, a < b && c > d', 'AT&T, a < b && c > d'],
    ['when a <b', 'when a <b'],
    ['How to use <script> and <?php', 'How to use <script> and <?php'],
    ['<Button onClick={x}>OK</Button>', '<Button onClick={x}>OK</Button>'],
    ['?a=1&copy=2&amp;lt=3', '?a=1&copy=2&lt=3'],
    ['&lt;b&gt; &amp;lt; &bogus; &#0;', '<b> &lt; &bogus; \ufffd'],
    ['  two \n lines ', 'two lines'],
  ])('%j is read as %j', (title, expected) => {
    expect(readTitle(title, 300)).toBe(expected);
  });
});

test('T54: a row that is too short costs no time in a Markdown table', async () => {
  const table = `${'|a'.repeat(500)}\n${'|-'.repeat(500)}\n${'a\n'.repeat(1_000)}`;
  const reading = () => {
    for (let result = 0; result < 25; result++) markdown(table);
  };
  expect(await cpuTimeOf(reading)).toBeLessThan(1_500);
});

describe('T54: eight million characters of', () => {
  const SIZE = 8_000_000;
  test.each([
    '<',
    '<a ',
    '<a b="',
    '<b>',
    '<b></x>',
    '</b>',
    '<p>',
    '<!--',
    '<![CDATA[',
    '<?',
    '<script>',
    '<svg>',
    '<template>',
    '&',
    '&#x',
    '&amp;',
    ' ',
    'x',
    '@@@hl@@@',
    '@@@hl@@@<em>',
    '*',
    '*x *x ',
    '- ',
    '> ',
    '[',
    '![',
    '[a](',
    '`a',
    '|a',
    '\n',
    '{"type":"doc",',
    '🏀',
  ])('%j are read, and become a short text', (unit) => {
    const text = unit.repeat(SIZE / unit.length);
    for (const read of [html, markdown, plain, (value: string) => htmlSnippet(value, { hits: new Set() })]) {
      const result = shown(read(text)).replace(/[[\]]/g, '');
      expect(result.length).toBeLessThanOrEqual(1_000);
      expect(result).not.toMatch(/[\ud800-\udbff]$/);
    }
    expect(readTitle(text, 300).length).toBeLessThanOrEqual(300);
  });
});
