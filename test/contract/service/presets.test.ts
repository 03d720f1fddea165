import { describe, expect, test } from '@jest/globals';
import { readPackagedConnections } from '../../../bot/app-package/app-package.ts';
import { mergePatch } from '../../../bot/config/preset/merge-patch.ts';
import { type Preset, presetSchema } from '../../../bot/config/preset/preset.ts';
import { presetValueSchema } from '../../../bot/config/preset/value.ts';
import { startEntries } from './start-entries.ts';

const JIRA = {
  id: 'jira',
  preset: 'jira-cloud',
  site: 'https://contoso.atlassian.net',
  clientId: 'client',
  clientSecret: '${JIRA_CLIENT_SECRET}',
};

function parse(entry: object, env: Record<string, string> = { JIRA_CLIENT_SECRET: 'secret' }) {
  const { connections, problems } = startEntries([entry], env);
  return { connection: connections[0], problems };
}

describe('an entry with a preset', () => {
  test('becomes a connection in full', () => {
    const { connection, problems } = parse(JIRA);
    expect(problems).toEqual([]);
    expect(connection).toMatchObject({
      id: 'jira',
      title: 'Jira',
      commands: ['searchJira'],
      preset: 'jira-cloud',
      signIn: { type: 'oauth2', clientId: 'client', clientSecret: 'secret', site: { only: JIRA.site } },
      source: { type: 'http', linkOrigins: [JIRA.site], fields: { url: `${JIRA.site}/browse/{/key}` } },
    });
    expect(JSON.stringify(connection)).not.toMatch(/<[a-z]/);
  });

  test('can have its own title, commands and tenants', () => {
    const tenants = ['11111111-aaaa-4aaa-8aaa-111111111111'];
    const { connection } = parse({ ...JIRA, title: 'Tickets', commands: ['insertTicket'], tenants });
    expect(connection).toMatchObject({ title: 'Tickets', commands: ['insertTicket'], tenants });
  });

  test('changes the sign-in and the source: a field is replaced, null removes one', () => {
    const gate = { type: 'entra', clientId: 'gate', clientSecret: 'other' };
    const { connection, problems } = parse({
      ...JIRA,
      signIn: { scopes: ['read:jira-work'], gate },
      source: { recent: null, body: { jql: 'project = HR and text ~ "{query:jql}"' }, fields: { snippet: null } },
    });
    expect(problems).toEqual([]);
    const { signIn, source } = connection as unknown as { signIn: object; source: Record<string, object> };
    expect(signIn).toMatchObject({ scopes: ['read:jira-work'], gate: { clientId: 'gate' } });
    expect(source).not.toHaveProperty('recent');
    expect(source.fields).not.toHaveProperty('snippet');
    expect(source.fields).toHaveProperty('title');
    expect(source.body).toMatchObject({ jql: expect.stringContaining('project = HR'), nextPageToken: '{cursor}' });
  });

  test('an optional value can be omitted, so that another field replaces it', () => {
    const entry = { id: 'files', preset: 'sharepoint', domain: 'contoso', clientId: 'client' };
    const certificate = { certificate: 'pem', privateKey: 'key' };
    const { connection, problems } = parse({ ...entry, signIn: certificate });
    expect(problems).toEqual([]);
    expect(connection?.signIn).toMatchObject(certificate);
    // The sign-in's own default.
    expect(connection?.signIn).toHaveProperty('clientSecret', '');
    expect(parse({ ...JIRA, clientSecret: undefined }).problems).toEqual(['jira: clientSecret is missing']);
  });

  test('a value cannot introduce a place of the address or a variable', () => {
    const env = { JIRA_CLIENT_SECRET: '<site>${OTHER}{query}', OTHER: 'other' };
    expect(parse(JIRA, env).connection).toMatchObject({ signIn: { clientSecret: '<site>${OTHER}{query}' } });
  });

  test.each<[string, object, string]>([
    [
      'a name that is misspelt',
      { preset: 'jira-clod' },
      'preset must be the name of a preset: did you mean jira-cloud?',
    ],
    ['another system', { preset: 'lotus-notes' }, 'preset must be the name of a preset: azure-'],
    ['a preset that is no text', { preset: 7 }, 'preset must be the name of a preset: azure-'],
    [
      'a short name',
      { preset: 'jira' },
      'preset must be the name of a preset: did you mean jira-cloud or jira-data-center?',
    ],
    ['a title', { preset: 'Jira Cloud' }, 'preset must be the name of a preset: did you mean jira-cloud?'],
    ['a path', { preset: '../presets/jira-cloud' }, 'preset must be the name of a preset: azure-'],
    ['a value that is missing', { site: undefined }, 'site is missing'],
    ['a field that is not known', { sight: 'x' }, 'has a field that is not known: "sight". It can have id, preset,'],
    ['a field that is misspelt', { titel: 'x' }, 'has a field that is not known: "titel": did you mean title?'],
    [
      'a field in other letters',
      { client_id: 'x' },
      'has a field that is not known: "client_id": did you mean clientId?',
    ],
    ['a variable in lower case', { clientSecret: '$jira_secret' }, 'clientSecret has a $ that names no variable'],
    ['a placeholder', { clientId: '<your client ID>' }, 'clientId is a placeholder: write your own value'],
    ['another sign-in', { signIn: { type: 'oidc', issuer: 'https://a.example' } }, 'signIn.type must be oauth2, as in'],
    ['a change that removes nothing', { source: { recentt: null } }, 'source.recentt is not a setting of the preset'],
    [
      'a value of the file of the preset',
      { source: { fields: { url: '<site>/{/key}' } } },
      'source.fields.url has <site>',
    ],
    ['a change of a list', { source: [{ url: 'x' }] }, 'source must be an object in braces'],
    ['no sign-in', { signIn: null }, 'signIn must be an object in braces'],
    [
      'a key of the prototype',
      { signIn: JSON.parse('{"__proto__":{"pkce":"none"}}') },
      'signIn has a field that is not',
    ],
    ['a site with a path', { site: 'https://contoso.atlassian.net/wiki' }, 'site must be an address without a path'],
    ['a site with a query', { site: 'https://contoso.atlassian.net/?a={query}' }, 'site must be an address without ?'],
    ['a site without https', { site: 'http://contoso.atlassian.net' }, 'site must be an https URL'],
    ['a site with a password', { site: 'https://ada:x@contoso.atlassian.net' }, 'site must be an https URL'],
    ['a client id of two lines', { clientId: 'one\ntwo' }, 'clientId must be one line'],
    ['a change that breaks it', { source: { items: null } }, 'source.items is missing'],
    [
      'a change that is misspelt',
      { source: { itmes: '' } },
      'source has a field that is not known: "itmes": did you mean items?',
    ],
    [
      'a change further below',
      { source: { fields: { titel: '/a' } } },
      'source.fields has a field that is not known: "titel": did you mean title?',
    ],
  ])('%s: the message says what is wrong', (_, change, expected) => {
    const { connection, problems } = parse({ ...JIRA, ...change });
    expect(connection).toBeUndefined();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`jira${expected.startsWith('has') ? ' ' : ': '}${expected}`);
  });

  test('an address in place of a name: the message says what the name is', () => {
    const entry = {
      id: 'code',
      preset: 'gitlab',
      group: 'https://gitlab.com/contoso/it',
      clientId: 'a',
      clientSecret: 'b',
    };
    expect(parse(entry).problems).toEqual([expect.stringContaining('such as contoso: The path of your group.')]);
  });

  test('an entry that is null is an error', () => {
    const { problems } = startEntries([null, JIRA], { JIRA_CLIENT_SECRET: 'x' });
    expect(problems).toEqual(['connection 1 must be an object in braces { … }']);
  });

  test('a missing variable is the only problem of its value', () => {
    const { problems } = parse({ ...JIRA, site: '${JIRA_SITE}' }, {});
    expect(problems).toEqual([
      'names ${JIRA_SITE}, which the environment does not set',
      'names ${JIRA_CLIENT_SECRET}, which the environment does not set',
    ]);
  });

  test('the app package needs no secret, only the addresses of links', () => {
    const read = (variables: Record<string, string>) => {
      const notes: string[] = [];
      const entry = { ...JIRA, site: '${JIRA_SITE}', clientId: '${JIRA_CLIENT_ID}' };
      const options = { file: 'connections.json', variables, loopback: false };
      const connections = readPackagedConnections(
        { connections: [entry] },
        options,
        ({ what }) => void notes.push(what),
      );
      return { notes, connections };
    };
    const { notes, connections } = read({ JIRA_SITE: JIRA.site });
    expect(notes).toEqual([]);
    expect(connections[0]?.source).toMatchObject({ linkOrigins: [JIRA.site] });
    expect(read({}).notes.join()).toContain('${JIRA_SITE}');
  });
});

describe('a preset file', () => {
  const [value] = [{ type: 'text' as const, about: 'The client ID.' }];
  const preset: Preset = {
    title: 'Notes',
    finds: 'notes',
    account: 'account',
    marksMatches: false,
    entry: { id: 'notes', title: 'Notes', commands: ['searchNotes'] },
    values: { clientId: value, address: { type: 'url', about: 'The address.' } },
    registration: ['Register.'],
    notes: ['People see notes.'],
    untried: 'All of it.',
    signIn: { type: 'oauth2', clientId: '<clientId>' },
    source: { type: 'http', url: '<address>/search?q={query}' },
  };

  test('T53: is refused with a place that is not a value, an unused value, or free text in an address', () => {
    const issuesOf = (change: object) =>
      presetSchema.safeParse({ ...preset, ...change }).error?.issues.map(({ message }) => message);
    expect(issuesOf({})).toBeUndefined();
    expect(issuesOf({ source: { url: '<address>/<space>' } })).toEqual([
      'source.url has <space>, which is not a value',
    ]);
    expect(issuesOf({ source: { url: 'https://notes.example.com' } })).toEqual(['no field has <address>']);
    expect(issuesOf({ source: { url: '<address>/<clientId>/{query}' } })).toEqual([
      'source.url has <clientId> in a text. Only an origin, url or name may be part of a text',
    ]);
  });
});

describe('a value of the type', () => {
  const read = (type: Preset['values'][string]['type'], text: string, more: object = {}) =>
    presetValueSchema({ type, about: 'A value.', ...more }, true).safeParse(text).data;

  test.each<[Parameters<typeof read>[0], string, string | undefined]>([
    ['origin', 'https://wiki.example.com/', 'https://wiki.example.com'],
    ['origin', 'HTTPS://Wiki.Example.com:443', 'https://wiki.example.com'],
    ['origin', 'http://localhost:3990', 'http://localhost:3990'],
    ['origin', 'https://wiki.example.com/w', undefined],
    ['url', 'https://example.com/wiki/', 'https://example.com/wiki'],
    ['url', 'https://example.com/{query}', 'https://example.com/%7Bquery%7D'],
    ['url', 'https://example.com/<name>', 'https://example.com/%3Cname%3E'],
    ['url', 'https://example.com/#a', undefined],
    ['url', 'https://{query}.example.com', undefined],
    ['url', 'https://example.com\\@example.org', undefined],
    ['origin', 'https://bücher.example', 'https://xn--bcher-kva.example'],
    ['text', '<your client ID>', undefined],
    ['url', 'javascript:alert(1)', undefined],
    ['name', 'contoso-dev.1', 'contoso-dev.1'],
    ['name', 'contoso/../x', undefined],
    ['name', 'contoso.example.com:443@evil', undefined],
    ['name', '', undefined],
    ['text', 'any "text" {of} one line', 'any "text" {of} one line'],
    ['text', 'two\r\nlines', undefined],
    ['secret', '', undefined],
  ])('T53: %s: %j', (type, text, expected) => {
    expect(read(type, text)).toBe(expected);
  });

  test('name, with a pattern of its own', () => {
    expect(read('name', 'abc', { pattern: '^[a-c]+$' })).toBe('abc');
    expect(read('name', 'abcd', { pattern: '^[a-c]+$' })).toBeUndefined();
  });
});

/* The examples of RFC 7396, appendix A. */
test.each([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('JSON Merge Patch: %j with %j is %j', (target, patch, expected) => {
  expect(mergePatch(target, patch)).toEqual(expected);
});
