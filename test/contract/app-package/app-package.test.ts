import { describe, expect, test } from '@jest/globals';
import type { AppPackage } from '../../../bot/app-package/types.ts';
import { LANGUAGES } from '../../../bot/platform/language.ts';
import { COMMANDS } from '../../../bot/teams/account-commands.ts';
import { readQuery } from '../../../bot/teams/search/query.ts';
import { SETTINGS } from '../../support/project/app-project.ts';
import { manifestTemplate, withCommands } from '../../support/teams/app-template.ts';
import { type Change, generate, WIKI } from './generate.ts';

const HANDBOOK = {
  id: 'handbook',
  title: 'Contoso handbook',
  commands: ['insertHandbook'],
  signIn: { type: 'oidc', issuer: '${ISSUER}', clientId: '${ID}', clientSecret: '${SECRET}', scopes: ['openid'] },
  source: { type: 'mediawiki', url: 'https://handbook.contoso.example' },
};
const CODE = {
  id: 'code',
  title: 'GitHub',
  commands: ['insertWiki', 'insertCode'],
  signIn: { type: 'github', clientId: '${ID}', clientSecret: '${SECRET}' },
  source: { type: 'github', kinds: ['issues'] },
};

const AUTHOR = { name: 'author', title: 'Author' };

const codesOf = ({ problems }: AppPackage, level = 'error') =>
  problems.filter((problem) => problem.level === level).map(({ code }) => code);
const extensionOf = ({ manifest }: AppPackage) => manifest?.composeExtensions[0];
const idsOf = (made: AppPackage) => extensionOf(made)?.commands.map(({ id }) => id);
const domainsOf = (made: AppPackage) => extensionOf(made)?.messageHandlers?.[0]?.value.domains;

describe('the commands', () => {
  test('are those of the connections, with the texts of the template, and the actions that the bot answers', () => {
    const made = generate();
    expect(made.problems).toEqual([]);
    expect(idsOf(made)).toEqual(['insertWiki', 'connections', 'signOut']);
    expect(extensionOf(made)?.commands[0]).toEqual(manifestTemplate().composeExtensions[0].commands[0]);
    const actions = extensionOf(made)?.commands.filter(({ type }) => type === 'action');
    expect(actions?.map(({ id }) => id).sort()).toEqual([...COMMANDS].sort());
  });

  test('a new connection adds its command, its domain and its texts in every language', () => {
    const made = generate({ connections: [WIKI, HANDBOOK] });
    expect(made.problems).toEqual([]);
    expect(idsOf(made)).toEqual(['insertWiki', 'insertHandbook', 'connections', 'signOut']);
    expect(domainsOf(made)).toEqual(['handbook.contoso.example', 'wiki.contoso.example']);
    const command = extensionOf(made)?.commands[1];
    expect(command).toMatchObject({ title: 'Search Contoso handbook', type: 'query', initialRun: true });
    expect(command?.context).toEqual(['compose', 'commandBox']);
    const titles = [...made.languages.values()].map((messages) => messages['composeExtensions[0].commands[1].title']);
    expect(new Set([...titles, command?.title]).size).toBe(LANGUAGES.length);
    for (const title of titles) expect(title).toContain('Contoso handbook');
  });

  test('a command that no connection names is left out, with its texts', () => {
    const made = generate({ connections: [HANDBOOK] });
    expect(made.problems).toEqual([]);
    expect(idsOf(made)).toEqual(['insertHandbook', 'connections', 'signOut']);
    expect(domainsOf(made)).toEqual(['handbook.contoso.example']);
    expect(JSON.stringify([...made.languages.values()])).not.toContain('Wiki durchsuchen');
    expect(made.manifest?.webApplicationInfo).toBeUndefined();
  });

  test('a command that several connections share names them all', () => {
    const made = generate({ connections: [HANDBOOK, { ...CODE, commands: ['insertHandbook'] }] });
    expect(extensionOf(made)?.commands[0]?.description).toContain('Contoso handbook, GitHub');
    expect(made.languages.get('ja.json')?.['composeExtensions[0].commands[0].description']).toContain(
      'Contoso handbook、GitHub',
    );
  });

  test('a generated command asks for the parameter that the bot reads, and its texts are short enough for Teams', () => {
    const long = { ...HANDBOOK, title: 'The handbook of the whole of Contoso, of all its subsidiaries 🏀' };
    const made = generate({ connections: [long] });
    expect(made.problems).toEqual([]);
    const command = extensionOf(made)?.commands[0];
    const parameters = command?.parameters?.map(({ name }) => ({ name, value: 'lakers' }));
    expect(readQuery({ commandId: 'insertHandbook', parameters })?.text).toBe('lakers');
    const titles = [...made.languages.values()].map((messages) => messages['composeExtensions[0].commands[0].title']);
    for (const title of [command?.title, ...titles]) {
      expect(title?.length).toBeLessThanOrEqual(32);
      expect(title).toMatch(/The handbook.*…/);
    }
  });

  test.each<[string, Change, string]>([
    ['an action’s id', { connections: [{ ...WIKI, commands: ['signOut'] }] }, 'command.action'],
    [
      'the Toolkit’s variable in a title',
      { connections: [{ ...WIKI, title: '${{NAME}}', commands: ['a'] }] },
      'connections.file',
    ],
    [
      'the Toolkit’s variable in the value of a title',
      { connections: [{ ...WIKI, title: '${TITLE}', commands: ['a'] }], variables: { TITLE: '${{NAME}}' } },
      'variable.stray',
    ],
    ['a command more than Teams takes', { connections: [{ ...WIKI, commands: [...'abcdefghi'] }] }, 'command.many'],
    [
      'another parameter',
      { template: withCommands(([first]) => Object.assign(first ?? {}, { parameters: [AUTHOR] })) },
      'command.parameter',
    ],
    [
      'a second parameter',
      { template: withCommands(([first]) => first?.parameters?.push(AUTHOR)) },
      'command.parameter',
    ],
    [
      'a command twice',
      { template: withCommands((commands) => commands.push(...commands.slice(0, 1))) },
      'command.twice',
    ],
    [
      'too few sample prompts',
      { template: withCommands(([first]) => first?.samplePrompts?.splice(2)) },
      'command.prompts',
    ],
  ])('%s is refused', (_, change, code) => {
    expect(codesOf(generate(change))).toContain(code);
  });
});

describe('the domains', () => {
  test('the host of BASE_URL is the one that Teams opens, with its port', () => {
    const kept = { ...HANDBOOK, signIn: { type: 'tokenService', connectionName: '${NAME}' } };
    for (const [BOT_TOKEN_SERVICE, host] of [
      ['', 'token.botframework.com'],
      ['europe', 'europe.token.botframework.com'],
    ] as const) {
      const made = generate({ connections: [WIKI, kept], variables: { BOT_TOKEN_SERVICE } });
      expect(made.manifest?.validDomains).toEqual(['latchkey.contoso.example', host]);
    }
    expect(generate({ baseUrl: 'https://latchkey.contoso.example:8443/' }).manifest?.validDomains).toEqual([
      'latchkey.contoso.example:8443',
    ]);
  });

  test.each<[string, string | undefined, string]>([
    ['none', undefined, 'base_url.missing'],
    ['plain http', 'http://latchkey.contoso.example', 'base_url.origin'],
    ['with a path', 'https://latchkey.contoso.example/bot', 'base_url.origin'],
    ['no URL', 'latchkey.contoso.example', 'base_url.origin'],
    ['a wildcard', 'https://*.contoso.example', 'domain.name'],
    ['an IP address', 'https://203.0.113.7', 'domain.name'],
    ['a bare name', 'https://latchkey', 'domain.name'],
    ['this machine', 'https://localhost:3978', 'base_url.origin'],
    ['a tunnel', 'https://ada.ngrok-free.app', 'domain.tunnel'],
  ])('a BASE_URL that is %s is refused', (_, baseUrl, code) => {
    expect(codesOf(generate({ baseUrl }))).toEqual([code]);
  });

  test.each([
    ['https://*.contoso.example', 'domain.name'],
    ['https://wiki.trycloudflare.com', 'domain.tunnel'],
    ['https://192.0.2.1', 'domain.name'],
    ['http://wiki.contoso.example', 'connections.file'],
    ['mailto:wiki@contoso.example', 'connections.file'],
  ])('links to %s are not handled', (url, code) => {
    expect(codesOf(generate({ connections: [{ ...WIKI, source: { type: 'mediawiki', url } }] }))).toEqual([code]);
  });

  test('a source without links adds no domain, and without domains there is no link handler', () => {
    const source = {
      type: 'http',
      url: 'https://search.contoso.example/?q={query}',
      items: '/items',
      fields: { title: '/title', url: '/url' },
    };
    const made = generate({ connections: [{ ...WIKI, source }] });
    expect(codesOf(made)).toEqual([]);
    expect(extensionOf(made)).not.toHaveProperty('messageHandlers');
  });

  test('links to a public site are handled, with a note about the store', () => {
    const made = generate({ connections: [WIKI, CODE] });
    expect(codesOf(made, 'warning')).toEqual(['domain.foreign']);
    expect(domainsOf(made)).toEqual(['github.com', 'wiki.contoso.example']);
  });

  test.each(['messageHandlers', 'validDomains'])(
    'the template must not have %s of its own: they would drift',
    (key) => {
      const template = manifestTemplate();
      Object.assign(key === 'validDomains' ? template : template.composeExtensions[0], { [key]: [] });
      const [problem] = generate({ template }).problems;
      expect(problem?.what).toContain('is generated');
    },
  );
});

describe('webApplicationInfo', () => {
  test('names the registration with which people sign in to Entra, without a resource for single sign-on', () => {
    expect(generate().manifest?.webApplicationInfo).toEqual({ id: SETTINGS.WIKI_CLIENT_ID });
  });

  test('for single sign-on: names that registration before others, and the resource that Teams requests from Entra', () => {
    const [id, resource] = ['99999999-9999-4999-8999-999999999999', 'api://latchkey.contoso.example/x'];
    const sso = { ...HANDBOOK, signIn: { ...WIKI.signIn, type: 'teamsSso', clientId: id, resource } };
    expect(generate({ connections: [WIKI, sso] }).manifest?.webApplicationInfo).toEqual({ id, resource });
  });

  test('for a token service: names the registration and token exchange URL of the connection, or neither', () => {
    const singleSignOn = {
      clientId: '99999999-9999-4999-8999-999999999999',
      resource: 'api://latchkey.contoso.example/x',
    };
    const signIn = { type: 'tokenService', connectionName: 'handbook' };
    const { clientId: id, resource } = singleSignOn;
    const named = generate({ connections: [{ ...HANDBOOK, signIn: { ...signIn, singleSignOn } }] });
    expect(named.manifest?.webApplicationInfo).toEqual({ id, resource });
    expect(generate({ connections: [{ ...HANDBOOK, signIn }] }).manifest?.webApplicationInfo).toBeUndefined();
  });

  test.each<[string, string, string[], string[]]>([
    ['that is no GUID', 'latchkey', ['sign_in.client_id'], []],
    ['that is the bot’s own', SETTINGS.BOT_ID ?? '', [], ['sign_in.is_bot']],
  ])('a note points out a sign-in %s', (_, clientId, errors, warnings) => {
    const made = generate({ connections: [{ ...WIKI, signIn: { ...WIKI.signIn, clientId } }] });
    expect([codesOf(made), codesOf(made, 'warning')]).toEqual([errors, warnings]);
  });

  test('with several registrations it names the first, and a note says so', () => {
    const clientId = '99999999-9999-4999-8999-999999999999';
    const made = generate({ connections: [WIKI, { ...HANDBOOK, signIn: { ...WIKI.signIn, clientId } }] });
    expect(made.manifest?.webApplicationInfo).toEqual({ id: SETTINGS.WIKI_CLIENT_ID });
    const [warning] = made.problems;
    expect([warning?.code, warning?.fix]).toEqual(['sign_in.several', expect.stringContaining(clientId)]);
  });
});

describe('rules of Teams beyond its schema', () => {
  test.each<[string, Change, string]>([
    [
      'a short name with "Teams" in it',
      { template: { ...manifestTemplate(), name: { short: 'Latchkey for Teams' } } },
      'name.teams',
    ],
    ['a suffix that is too long', { variables: { APP_NAME_SUFFIX: '-a-suffix-beyond-all-bounds' } }, 'name.long'],
    ['a privacy page on http', { variables: { DEVELOPER_PRIVACY_URL: 'http://contoso.example' } }, 'developer.url'],
    ['a support page that is no address', { variables: { DEVELOPER_WEBSITE_URL: 'contoso' } }, 'developer.url'],
    ['a version in words', { template: { ...manifestTemplate(), version: 'one' } }, 'manifest.version'],
    [
      'a schema of another version',
      { template: { ...manifestTemplate(), manifestVersion: '1.29' } },
      'manifest.schema',
    ],
    ['a manifest that is none', { template: [] }, 'template.form'],
  ])('%s is refused', (_, change, code) => {
    expect(codesOf(generate(change))).toContain(code);
  });

  test('every problem says what to do', () => {
    const made = generate({ variables: { BOT_ID: '', TEAMS_APP_ID: '' }, baseUrl: undefined });
    expect(codesOf(made)).toEqual(['variable.missing', 'variable.missing', 'base_url.missing']);
    for (const { fix } of made.problems) expect(fix).toMatch(/^Set (TEAMS_APP_ID|BOT_ID|BASE_URL) in env\/\.env\.dev/);
  });
});
