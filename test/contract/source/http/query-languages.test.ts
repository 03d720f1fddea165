import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readBodyTemplate } from '../../../../bot/sources/json-api/templates/body-template.ts';
import { checkPlaces } from '../../../../bot/sources/json-api/templates/places.ts';
import { QUERY_LANGUAGES, type QueryLanguageName } from '../../../../bot/sources/json-api/templates/query-languages.ts';
import { readSearchTemplate } from '../../../../bot/sources/json-api/templates/url-template.ts';
import { parseAtlassian, parseDrive, parseOdata } from '../../../support/query-languages/filter.ts';
import { parseGraphql } from '../../../support/query-languages/graphql.ts';
import { type Clause, parseLucene } from '../../../support/query-languages/lucene.ts';
import { parseServicenow } from '../../../support/query-languages/servicenow.ts';
import { parseSosl } from '../../../support/query-languages/sosl.ts';

const RUNS = 10_000;
const HARMLESS = 'harmless';
const MARK = '\u0001literal\u0001';

interface Judged {
  /** The query, with a mark in place of the literal. */
  tree: unknown;
  /** The text that the API searches for. */
  found: string;
}

interface Language {
  template: string;
  /** @throws {Error} for a text that the API would refuse */
  judge(query: string): Judged;
  /** The text that the API must search for. */
  expected(typed: string): string;
  /** Typed by a person who tries to read more than they may. */
  attacks: string[];
}

const wellFormed = (text: string) => text.replace(/\p{Cs}/gu, '\ufffd');
/** What an analyzer makes of a text. */
const words = (text: string) => (wellFormed(text).match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');

/** Replaces the only literal that is not part of the template. */
function withMark(tree: unknown, key: string, isOurs: (value: unknown) => boolean): Judged {
  const found: string[] = [];
  const marked = JSON.parse(JSON.stringify(tree), (name, value) => {
    if (name !== key || !isOurs(value)) return value;
    found.push(value);
    return MARK;
  });
  const [literal] = found;
  if (literal === undefined || found.length > 1) throw new Error(`${found.length} literals`);
  return { tree: marked, found: literal };
}

/** Each text of a Lucene query must consist of words and phrases. */
function luceneWords(text: string): string {
  const plain = (clause: Clause) =>
    clause.field === undefined &&
    clause.operators.length === 0 &&
    clause.suffix === undefined &&
    (clause.kind === 'term' || clause.kind === 'phrase');
  const clauses = parseLucene(text);
  if (!clauses.every(plain)) throw new Error(`Operators: ${text}`);
  return words(clauses.map((clause) => clause.text).join(' '));
}

function atlassian(template: string, attacks: string[]): Language {
  return {
    template,
    judge(query) {
      const { tree, found } = withMark(parseAtlassian(query), 'literal', (value) => value !== 'HR');
      return { tree, found: luceneWords(found) };
    },
    expected: words,
    attacks: [
      ...attacks,
      'x"',
      'x\\',
      'x OR y',
      'x AND NOT y',
      'lak*',
      '/x/',
      'lakers~',
      'a:b',
      '(x',
      '-x',
      '\ufffe"',
      '\u0000',
    ],
  };
}

const LANGUAGES: Record<QueryLanguageName, Language> = {
  jql: atlassian('project = "HR" and text ~ "{query:jql}" order by updated desc', [
    'x" or assignee was "bob',
    'x" or project = "SECRET',
    '\\" or project = "SECRET',
  ]),
  cql: atlassian("space = 'HR' and siteSearch ~ '{query:cql}'", [
    "x' or space = 'SECRET",
    "\\' or space = 'SECRET",
    "x' or type = 'page",
    "x'",
  ]),
  odata: {
    template: "Dept eq 'HR' and contains(Title,'{query:odata}')",
    judge: (query) => withMark(parseOdata(query), 'literal', (value) => value !== 'HR'),
    expected: wellFormed,
    attacks: ["x') or contains(Dept,'IT", "O'Brien", "x''') or Dept eq ('IT", "'"],
  },
  lucene: {
    template: 'title:"{query:lucene}" AND space:HR',
    judge: (query) => withMark(parseLucene(query), 'text', (value) => value !== 'HR'),
    expected: wellFormed,
    attacks: ['x" OR space:"IT', '\\" OR space:"IT', 'x\\', '"'],
  },
  drive: {
    template: "fullText contains '{query:drive}' and trashed = false",
    judge: (query) => withMark(parseDrive(query), 'literal', () => true),
    expected: (typed) => {
      const text = wellFormed(typed);
      const at = text.lastIndexOf('"');
      return text.split('"').length % 2 === 1 ? text : `${text.slice(0, at)} ${text.slice(at + 1)}`;
    },
    attacks: ["x' or name contains 'secret", "O'Brien", "\\' or name contains 'secret", 'x\\'],
  },
  sosl: {
    template: 'FIND {{query:sosl}} IN ALL FIELDS RETURNING Account(Id)',
    judge(query) {
      const { terms, rest } = parseSosl(query);
      if (terms.some(({ kind }) => kind === 'operator' || kind === 'wildcard')) throw new Error('Operators');
      return { tree: rest, found: words(terms.map(({ text }) => text).join(' ')) };
    },
    expected: words,
    attacks: ['x} RETURNING User(Email)', '\\} RETURNING User(Email)', 'x OR y', 'x or y', 'lak*', 'a-b', '{', '\\'],
  },
  graphql: {
    template: 'query { search(text: "{query:graphql}", scope: HR) { id title } }',
    judge(query) {
      const tree = parseGraphql(query);
      const text = tree[0]?.arguments.text;
      if (typeof text !== 'string') throw new Error('No text');
      return withMark(tree, 'text', () => true);
    },
    expected: wellFormed,
    attacks: ['x") { id } secrets(of: "y', '\\") { id } secrets(of: "y', 'x\\', 'a\nb', '""', '\u0000'],
  },
  json: {
    template: '{"dept":"HR","text":"{query:json}"}',
    judge: (query) => withMark(JSON.parse(query), 'text', () => true),
    expected: wellFormed,
    attacks: ['x","dept":"IT', '\\","dept":"IT', 'x\\', 'a\nb', '\u0000', '"'],
  },
  servicenow: {
    template: 'active=true^short_descriptionLIKE{query:servicenow}^workflow_state=published',
    judge: (query) => withMark(parseServicenow(query), 'value', (value) => value !== 'true' && value !== 'published'),
    expected: (typed) => words(typed),
    attacks: ['x^NQactive=true', 'x^^NQactive=true', 'x^', '^ORactive=false', 'javascript:gs.getUserID()'],
  },
};

/** ServiceNow's value is compared as words: `^` is a blank in it. */
const foundIn = (name: QueryLanguageName, { found }: Judged) => (name === 'servicenow' ? words(found) : found);
const NAMES = Object.keys(LANGUAGES) as QueryLanguageName[];
const ATTACKS = Object.values(LANGUAGES).flatMap(({ attacks }) => attacks);

/** Marks and escapes of all languages, in any order, between words of several scripts. */
const typing = fc.oneof(
  fc
    .array(
      fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...ATTACKS, ...'"\'\\{}()[]^~*?:/|&!+-<>=%#$@;,`') },
        {
          weight: 2,
          arbitrary: fc.constantFrom(
            ' ',
            '""',
            "''",
            '\\\\',
            '"""',
            '\\u0022',
            '\n',
            '\t',
            '\u2028',
            '\ud800',
            '\udc00',
            '\u009f',
          ),
        },
        {
          weight: 2,
          arbitrary: fc.constantFrom('lakers', 'C++', '東京', 'São', 'AND', ' or ', 'NOT', 'javascript:', '💥'),
        },
        { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

const PLACE = /\{query:\w+\}/;

/** As the API reads it. */
function sent(name: QueryLanguageName, typed: string): string {
  const { template } = LANGUAGES[name];
  const values = { words: '', typed, skip: 0, count: 10, page: 1 };
  if (name === 'graphql' || name === 'json') {
    const body = readBodyTemplate({ query: template }).fill(values);
    return (JSON.parse(JSON.stringify(body)) as { query: string }).query;
  }
  const place = PLACE.exec(template)?.[0] ?? '';
  const parameter = encodeURIComponent(template).replace(encodeURIComponent(place), place);
  const filled = readSearchTemplate(`https://api.example.com/search?q=${parameter}&limit={count}`).fill(values);
  const { searchParams } = new URL(filled);
  const parameters = [...searchParams.keys()];
  if (parameters.join() !== 'q,limit') expect(parameters).toEqual(['q', 'limit']);
  return searchParams.get('q') ?? '';
}

const trees = new Map<QueryLanguageName, unknown>();

function harmlessTree(name: QueryLanguageName): unknown {
  const tree = trees.get(name) ?? LANGUAGES[name].judge(sent(name, HARMLESS)).tree;
  trees.set(name, tree);
  return tree;
}

function check(name: QueryLanguageName, typed: string, query: string): void {
  const { judge, expected } = LANGUAGES[name];
  const judged = judge(query);
  // Jest's own comparison takes most of the time of thousands of inputs.
  if (!isDeepStrictEqual(judged.tree, harmlessTree(name))) expect(judged.tree).toEqual(harmlessTree(name));
  const found = foundIn(name, judged);
  if (found !== expected(typed)) expect(found).toBe(expected(typed));
}

describe.each(NAMES)('T53: {query:%s}', (name) => {
  const { template, attacks } = LANGUAGES[name];

  test(`${RUNS} inputs: each stays in its literal and finds what it names`, () => {
    fc.assert(
      fc.property(typing, (typed) => check(name, typed, sent(name, typed))),
      { numRuns: RUNS },
    );
  });

  test('without an escape, such inputs leave the literal', () => {
    const unescaped = fc.property(typing, (typed) =>
      check(
        name,
        typed,
        template.replace(PLACE, () => wellFormed(typed)),
      ),
    );
    expect(fc.check(unescaped, { numRuns: RUNS }).failed).toBe(true);
  });

  test.each(attacks)('%j stays text, and would not without an escape', (attack) => {
    check(name, attack, sent(name, attack));
    expect(() =>
      check(
        name,
        attack,
        template.replace(PLACE, () => attack),
      ),
    ).toThrow();
  });

  test.each(["O'Brien", 'release checklist', '東京 São', 'C++ AT&T', 'src/app/main.ts', '1:1', '.NET'])(
    'finds %j',
    (typed) => {
      const judged = LANGUAGES[name].judge(sent(name, typed));
      expect(words(foundIn(name, judged))).toBe(words(typed));
    },
  );
});

describe('a typed text finds what it names', () => {
  test.each<[QueryLanguageName, string, string]>([
    ['jql', '"release checklist" x', '\\"release checklist\\" x'],
    ['jql', 'AT&T src/app/main.ts', '\\"AT\\\\&T\\" \\"src\\\\/app\\\\/main.ts\\"'],
    ['jql', 'C++ 1:1 C# .NET', '\\"C\\\\+\\\\+\\" \\"1\\\\:1\\" C# .NET'],
    ['jql', "O'Brien guinea-bissau", "O\\'Brien guinea\\\\-bissau"],
    ['jql', 'open "quote', 'open quote'],
    ['jql', 'a - b OR ***', 'a b \\"OR\\"'],
    ['cql', '"hello dolly"', '\\"hello dolly\\"'],
    ['odata', "O'Brien's", "O''Brien''s"],
    ['lucene', 'a "b" \\c', 'a \\"b\\" \\\\c'],
    ['drive', '"release checklist" O\'Brien \\x', '"release checklist" O\\\'Brien \\\\x'],
    ['drive', 'open "quote', 'open  quote'],
    ['sosl', '"joe smith" and R&D', '"joe smith" "and" "R\\&D"'],
    ['graphql', 'a "b" \\ \n \u0007 \ud800', 'a \\"b\\" \\\\ \\n \\u0007 \ufffd'],
    ['json', '"', '\\"'],
    ['servicenow', 'a^b JavaScript : x', 'a b JavaScript : x'],
    ['servicenow', ' ^javascript: x', 'javascript  x'],
  ])('%s: %j is %s', (name, typed, escaped) => {
    expect(QUERY_LANGUAGES[name].escape(typed)).toBe(escaped);
  });
});

describe('T53: the configuration refuses a place that a typed text could leave', () => {
  const url = (query: string) => () => readSearchTemplate(`https://api.example.com/search?${query}`);

  test.each([
    'jql=text~%22{query:jql}%22',
    'jql=project+%3D+HR+and+text+~+%22{query:jql}%22+order+by+updated',
    "cql=title%20~%20%27it%5C%27s%27%20and%20text%20~%20'{query:cql}'",
    "$filter=contains(title,'{query:odata}')",
    "$filter=Path%20eq%20'a%5C'%20and%20Title%20eq%20'O''Brien%20{query:odata}'",
    'q=title:%22{query:lucene}%22',
    "q=name%20%3D%20'a%5C'b'%20and%20fullText%20contains%20'{query:drive}'",
    'q=FIND%20%7B{query:sosl}%7D%20IN%20ALL%20FIELDS',
    'filter=%7B%22name%22:%22{query:json}%22%7D',
    'sysparm_query=active=true%5Eshort_descriptionLIKE{query:servicenow}%5EORDERBYnumber',
    'sysparm_query=short_description={query:servicenow}',
    'sysparm_query=workflow_state=published%5E123TEXTQUERY321={query}%5EORDERBYDESCsys_updated_on',
    'query=type:ticket%20{query}',
    'q={query}',
  ])('%s is safe', (query) => {
    expect(url(query)).not.toThrow();
  });

  test.each([
    ['jql=text~%22{query}%22', 'stands in quotation marks'],
    ["jql=text~'{query}'", 'stands in quotation marks'],
    ['jql=text+~+%22x+{query}', 'stands in quotation marks'],
    ['q=%5C%22{query}', 'stands in quotation marks'],
    ['q=%22a%5C%22{query}', 'stands in quotation marks'],
    ['q=%22a%5C%22 {query}', 'stands in quotation marks'],
    ['jql=text~{query}', 'after an operator'],
    ['$filter=Title%20eq%20{query}', 'after an operator'],
    ['q=FIND%20%7B{query}%7D', 'in braces'],
    ['jql=text~%22{query}%22%', 'has a % that begins no escape'],
    ['jql=text~{query:jql}', 'directly after ~ and a quotation mark'],
    ['jql=text~%22%22{query:jql}', 'directly after ~ and a quotation mark'],
    ['jql=project=%22{query:jql}%22', 'directly after ~ and a quotation mark'],
    ['jql=text~%22%5C%22{query:jql}%5C%22%22', 'directly after ~ and a quotation mark'],
    ["cql=title='a ~ %22{query:cql}%22'", 'directly after ~ and a quotation mark'],
    ['$filter=contains(title,{query:odata})', "after an open '"],
    ["$filter=x%20eq%20'a'%20and%20{query:odata}", "after an open '"],
    ['$search=%22{query:odata}%22', "after an open '"],
    ['q=title:({query:lucene})', 'after an open "'],
    ["q='{query:lucene}'", 'after an open "'],
    ["q=fullText+contains+'%22{query:drive}%22'", "after an open '"],
    ['q=FIND+{query:sosl}', 'in FIND'],
    ['q=%7B{query:sosl}%7D', 'in FIND'],
    ['q=FIND+%7B%22{query:sosl}%22%7D', 'in FIND'],
    ['q=FIND+%7Bx%7D+{query:sosl}', 'in FIND'],
    ['filter=%7B%22name%22:{query:json}%7D', 'after an open "'],
    ['sysparm_query={query:servicenow}', 'after a field and ='],
    ['sysparm_query=active=true%5E{query:servicenow}', 'after a field and ='],
    ['q=%22{query:sql}%22', 'no such language; there are jql'],
    ['q=%22{query:}%22', 'no such language'],
    ['q=%22{query:toString}%22', 'no such language'],
    ['q=%22{query:JQL}%22', 'no such language'],
  ])('%s is refused: %s', (query, problem) => {
    expect(url(query)).toThrow(problem);
  });

  test.each([
    ['query { a(text: {query:graphql}) }', false],
    ['query { a(text: """{query:graphql}""") }', false],
    ['query { a(b: """x""", text: "{query:graphql}") }', true],
    ['query { # it is "\n a(text: "{query:graphql}") }', true],
    ['query { # "{query:graphql}', false],
    ['query { a(b: "\\"", text: "{query:graphql}") }', true],
    ['query { a(b: "", text: "{query:graphql}") }', true],
    ['query { a(b: "#", text: "{query:graphql}") }', true],
  ])('%s: %s', (text, isSafe) => {
    const checked = () => checkPlaces(text);
    if (isSafe) expect(checked).not.toThrow();
    else expect(checked).toThrow('after an open "');
  });
});

test('T53: in a path, a typed text stays one segment', () => {
  const template = readSearchTemplate("https://api.example.com/drive/root/search(q='{query:odata}')/{query}");
  const typed = "x/../../admin O'Brien\\y";
  const filled = template.fill({ words: '"a/../b"', typed, skip: 0, count: 1, page: 1 });
  expect(decodeURIComponent(filled)).toBe(
    "https://api.example.com/drive/root/search(q='x .. .. admin O''Brien y')/\"a .. b\"",
  );
});
