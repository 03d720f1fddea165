import { expect, test } from '@jest/globals';
import { lintProse } from '../../scripts/prose/lint.mjs';

/** Keeps "you" frequent enough in a text that breaks another rule. */
const YOU = 'You can do your work. You rest well. ';
const page = (text: string, path = 'docs/X.md') => lintProse([{ path, text: `# A page\n\n${YOU}\n\n${text}\n` }]);
const catalogue = (source: string) =>
  lintProse([{ path: 'locales/en.ts', text: `/** Words. */\nexport const en = {\n  you: '${YOU}',\n${source}\n};\n` }]);
const LONG = Array.from({ length: 31 }, (_, index) => (index === 0 ? 'The' : 'word')).join(' ');

test('plain prose has no faults', () => {
  const { faults, measures } = page('You choose a connection. The bot sends your query to it, and you get a card.');
  expect(faults).toEqual([]);
  expect(measures.filter(({ exceeded }) => exceeded)).toEqual([]);
});

test.each([
  ['whose', 'The bot knows whose token it is.', 'name the person'],
  ['nothing', 'The bot stores nothing.', 'write "no" with a noun'],
  ['someone', 'The bot tells someone.', '"a user"'],
  ['says', 'The bot says it.', '"report"'],
])('too many of %s: file, line, word and what to write instead', (word, text, instead) => {
  const { faults } = page(`One line\nbefore. ${text}`);
  expect(faults).toEqual([expect.stringMatching(`^docs/X\\.md:[56] "${word}": `)]);
  expect(faults[0]).toContain(instead);
  expect(faults[0]).toContain('per 1,000 words, at most');
});

test('too few of "you": the files with the fewest', () => {
  const files = [
    { path: 'docs/A.md', text: 'The bot starts.' },
    { path: 'docs/B.md', text: `${'The bot starts. '.repeat(50)}You stop it.` },
  ];
  expect(lintProse(files).faults).toEqual([
    expect.stringMatching(/^you, your: .*at least 10.*\n.*A\.md 0\.00, docs\/B\.md 6/),
  ]);
});

test('a median sentence that is too long', () => {
  const text = 'You see that the bot sends your query to the other system and then waits for the whole answer.';
  expect(page(`${text} ${text} ${text}`).faults).toEqual([
    expect.stringMatching(/^the median sentence has 19 words.*\n.*X\.md 19/),
  ]);
});

test('a sentence of more than 30 words, with its line; a colon ends one', () => {
  expect(page(`You start.\n${LONG}.`).faults).toEqual([
    expect.stringMatching(/^docs\/X\.md:6 has a sentence of 31 words.*\n/),
  ]);
  expect(page(`- You start\n- ${LONG}.`).faults).toEqual([expect.stringContaining('docs/X.md:6 has a sentence of 31')]);
  expect(page(LONG.replace('word ', 'word: ')).faults).toEqual([]);
});

test('tables, headings, code and HTML have no limit of length', () => {
  const table = `| you | your |\n| --- | --- |\n| ${LONG} | b |`;
  expect(page(`${table}\n\n## ${LONG}\n\n\`\`\`sh\n${LONG}\n\`\`\`\n\n<!-- ${LONG} -->`).faults).toEqual([]);
});

test.each(['What it needs is a key.', 'What you need:', '**What** follows is short.', 'That which is sealed stays.'])(
  'a sentence must not begin with: %s',
  (text) => {
    expect(page(text).faults).toEqual([
      expect.stringMatching(/^docs\/X\.md:5 begins with (?:What|That which): begin with/),
    ]);
  },
);

test('a sentence must not begin with Whoever', () => {
  expect(page('Whoever searches signs in.').faults[0]).toMatch(/^docs\/X\.md:5 begins with Whoever: .*"If you …"/);
});

test('a question may begin with What', () => {
  expect(page('What do you need? You need a key.').faults).toEqual([]);
});

test('words in code, in code blocks and in addresses do not count', () => {
  const text = 'You run `say nobody` and read [it](nothing.md "x").\n\n```sh\nsay whose nobody anybody\n```\n';
  expect(page(text).faults).toEqual([]);
});

test('words in tables, headings and the descriptions of images count', () => {
  const { faults } = page('## Nobody\n\n| you |\n| --- |\n| nothing |\n\n![None](x.png)');
  expect(faults.map((fault) => fault.split('": ')[0])).toEqual([
    'docs/X.md:5 "Nobody',
    'docs/X.md:9 "nothing',
    'docs/X.md:11 "None',
  ]);
});

test('messages of a catalogue: values count, names, types and placeholders do not', () => {
  const { faults } = catalogue(`
    'nobody.here': 'You see {whose} page.' as 'You' | 'Nothing here',
    busy: (said: string) => \`You wait for \${said}.\`,`);
  expect(faults).toEqual([]);
});

test('a message that breaks a rule, with its line', () => {
  const { faults } = catalogue(`  a: 'You wait.',\n  b: \`What you see. Whoever \${1} runs it.\`,`);
  expect(faults.map((fault) => fault.split('\n')[0]?.split(':').slice(0, 2).join(':'))).toEqual([
    'locales/en.ts:5 begins with What',
    'locales/en.ts:5 begins with Whoever',
    'locales/en.ts:5 "Whoever"',
  ]);
});

test('an allowed sentence causes no fault, and is reported if no file contains it', () => {
  const text = 'What `x` says is quoted.';
  const files = [{ path: 'docs/X.md', text: `${YOU}\n\n${text}` }];
  expect(lintProse(files).faults).toHaveLength(2);
  const allowed = [{ text: 'What `…` says is quoted.', reason: 'a quotation' }];
  expect(lintProse(files, allowed)).toMatchObject({ faults: [], unused: [] });
  expect(lintProse([{ path: 'docs/X.md', text: YOU }], allowed).unused).toEqual(['What `…` says is quoted.']);
});
