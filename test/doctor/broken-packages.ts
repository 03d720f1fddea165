import { readFileSync } from 'node:fs';
import { TENANTS } from '../../local/people.ts';
import { type Broken, lines } from '../support/project/doctor-project.ts';
import { BOT, envFile, SIGN_IN } from './public-project.ts';
import { set, singleSignOn, unset } from './spoil.ts';

const WIKI = 'connections/0';
/** Faults of a package that differs from a new build. */
const REBUILD = { fix: 'npm run package -- --env dev', also: ['package-outdated'] };

/**
 * Environments, manifests, packages, and proxies in front of the service. Each is one change of the correct project.
 */
export const BROKEN_PACKAGES: readonly Broken[] = [
  {
    id: 'env-file-missing',
    by: 'no env/.env.dev',
    break: (project) => {
      const { BOT_DOMAIN = '', ...values } = envFile();
      Object.assign(project.env, values, { BOT_DOMAIN });
      project.remove('env/.env.dev');
    },
    what: /env\/\.env\.dev is missing/,
    fix: 'git checkout env/.env.dev   and fill it in',
    severity: 'warning',
  },
  {
    id: 'env-file-secret',
    by: "the bot's password in a committed file",
    break: (project) => project.write('env/.env.dev', lines({ ...envFile(), BOT_PASSWORD: 'sentinel-in-a-file' })),
    what: /env\/\.env\.dev contains BOT_PASSWORD/,
    fix: 'Move BOT_PASSWORD to env/.env.dev.user as SECRET_BOT_PASSWORD',
  },
  {
    id: 'env-file-differs',
    by: 'another tenant in env/.env.dev',
    break: (project) => project.write('env/.env.dev', lines({ ...envFile(), BOT_TENANT_ID: TENANTS.fabrikam })),
    what: /BOT_TENANT_ID has one value in the environment and another in env\/\.env\.dev/,
    fix: `BOT_TENANT_ID=${TENANTS.contoso}   in env/.env.dev`,
  },
  {
    id: 'manifest-variables',
    by: 'an unresolved variable',
    break: (project) => project.write('env/.env.dev', lines({ ...envFile(), TEAMS_APP_ID: '' })),
    what: /\$\{\{TEAMS_APP_ID\}\} in the app package has no value/,
    fix: 'Set TEAMS_APP_ID in env/.env.dev',
    also: ['package-outdated'],
  },
  {
    id: 'manifest-variables',
    by: 'a variable in the template without a value',
    break: (project) => project.change('appPackage/manifest.json', 'developer/mpnId', '${{MPN_ID}}'),
    what: /\$\{\{MPN_ID\}\} in the app package has no value/,
    fix: 'Set MPN_ID in env/.env.dev',
    also: ['package-outdated'],
  },
  {
    id: 'manifest-domains',
    by: 'a tunnel for production',
    break: (project) => {
      set('BASE_URL', 'https://abc-3978.euw.devtunnels.ms')(project);
      project.write('env/.env.dev', lines({ ...envFile(), BOT_DOMAIN: 'abc-3978.euw.devtunnels.ms' }));
    },
    what: /BASE_URL is behind a tunnel/,
    fix: 'Set BASE_URL',
    also: ['package-foreign-domains', 'package-outdated', 'package-valid-domains'],
  },
  {
    id: 'manifest-template',
    by: 'validDomains by hand, with a wildcard',
    break: (project) => project.change('appPackage/manifest.json', 'validDomains', ['*.example.com']),
    what: /validDomains: is generated from BASE_URL: remove it/,
    fix: 'Fix appPackage/manifest.json',
  },
  {
    id: 'manifest-template',
    by: 'a template that is no JSON',
    break: (project) => project.write('appPackage/manifest.json', '{ "id": '),
    what: /appPackage\/manifest\.json is not JSON/,
    fix: 'Fix appPackage/manifest.json',
  },
  {
    id: 'package-missing',
    by: 'no package',
    break: (project) => project.remove(project.packagePath),
    what: /appPackage\/build\/latchkey\.dev\.zip does not exist/,
    fix: 'npm run package -- --env dev',
    severity: 'warning',
  },
  {
    id: 'package-broken',
    by: 'a package that is no zip',
    break: (project) => project.write(project.packagePath, 'PK'),
    what: /latchkey\.dev\.zip: it is not a zip archive/,
    fix: 'npm run package -- --env dev',
  },
  {
    id: 'package-bot-id',
    by: "another bot's id in the package",
    break: (project) => project.changePackage('composeExtensions/0/botId', SIGN_IN),
    what: /botId in the package is not BOT_ID/,
    fix: `BOT_ID=${BOT} npm run package`,
    also: ['package-outdated'],
  },
  {
    id: 'package-commands',
    by: 'a command that no connection serves',
    break: (project) => project.changePackage('composeExtensions/0/commands/0/id', 'insertBlog'),
    what: /the package has the command insertBlog, which no connection serves/,
    ...REBUILD,
  },
  {
    id: 'package-commands',
    by: 'a connection that was added later',
    break: (project) => project.change('connections.json', `${WIKI}/commands/1`, 'insertHandbook'),
    what: /the package lacks the command insertHandbook of a connection/,
    fix: 'upload appPackage/build/latchkey.dev.zip again',
    also: ['package-outdated'],
  },
  {
    id: 'package-valid-domains',
    by: 'validDomains without the host',
    break: (project) => project.changePackage('validDomains', []),
    what: /validDomains in the package lacks latchkey\.example\.com/,
    ...REBUILD,
  },
  {
    id: 'package-valid-domains',
    by: "validDomains without the token service's host",
    break: async (project) => {
      const signIn = { type: 'tokenService', connectionName: 'handbook' };
      const source = { type: 'mediawiki', url: 'https://wiki.example.com' };
      const handbook = { id: 'handbook', title: 'Contoso handbook', commands: ['insertWiki'], signIn, source };
      project.change('connections.json', 'connections/1', handbook);
      await project.pack();
      project.changePackage('validDomains', ['latchkey.example.com']);
    },
    what: /validDomains in the package lacks token\.botframework\.com, the token service's/,
    ...REBUILD,
  },
  {
    id: 'package-foreign-domains',
    by: 'a wildcard in validDomains',
    break: (project) => project.changePackage('validDomains/1', '*.azurewebsites.net'),
    what: /validDomains in the package contains \*\.azurewebsites\.net, a wildcard/,
    ...REBUILD,
  },
  {
    id: 'package-copilot-code',
    by: 'a confirmed connection in a package that Copilot uses',
    break: async (project) => {
      project.change('connections.json', `${WIKI}/signIn`, {
        type: 'github',
        clientId: 'Iv1.0123456789abcdef',
        clientSecret: '${WIKI_CLIENT_SECRET}',
      });
      await project.pack();
    },
    what: /^wiki: the package offers it to Copilot, and its sign-ins are confirmed/,
    fix: '"gate": { … }   in signIn of wiki',
    severity: 'warning',
    also: ['aad-client-id'],
  },
  {
    id: 'package-link-domains',
    by: 'another wiki than the one that was packaged',
    break: (project) => project.change('connections.json', `${WIKI}/source/url`, 'https://new-wiki.example.com'),
    what: /the package unfurls links to wiki\.example\.com; the connections', new-wiki\.example\.com/,
    fix: 'npm run package -- --env dev',
    severity: 'warning',
    also: ['package-outdated'],
  },
  {
    id: 'package-app-info',
    by: 'webApplicationInfo of another app',
    break: (project) => project.changePackage('webApplicationInfo', { id: BOT }),
    what: /webApplicationInfo\.id in the package is not the clientId of the sign-in/,
    ...REBUILD,
  },
  {
    id: 'package-sso-resource',
    by: 'a package for another resource',
    break: (project) => {
      singleSignOn(project, `api://${SIGN_IN}`);
      project.changePackage('webApplicationInfo/resource', `api://old.example.com/${SIGN_IN}`);
    },
    what: new RegExp(`webApplicationInfo\\.resource in the package is not api://${SIGN_IN}, the resource`),
    fix: 'upload appPackage/build/latchkey.dev.zip again',
    also: ['package-outdated'],
  },
  {
    id: 'package-sso-resource',
    by: 'a package with single sign-on, which was removed later',
    break: (project) => {
      const before = readFileSync(project.path('connections.json'), 'utf8');
      singleSignOn(project, `api://${SIGN_IN}`);
      project.write('connections.json', before);
    },
    what: /webApplicationInfo\.resource in the package is of single sign-on, and no connection has it/,
    ...REBUILD,
  },
  {
    id: 'package-outdated',
    by: 'a template that was changed after packaging',
    break: (project) => project.change('appPackage/manifest.json', 'version', '1.0.1'),
    what: /latchkey\.dev\.zip is not what would be built now: manifest\.json/,
    fix: 'npm run package -- --env dev',
    severity: 'warning',
  },
  {
    id: 'package-outdated',
    by: "a language's text that was changed after packaging",
    break: (project) => project.change('appPackage/de.json', 'name.full', 'Ein anderer Name'),
    what: /latchkey\.dev\.zip is not what would be built now: de\.json/,
    fix: 'npm run package -- --env dev',
    severity: 'warning',
  },
  {
    id: 'base-url-loopback',
    by: 'this machine for the real Teams',
    break: (project) => {
      set('BASE_URL', 'http://localhost:3978')(project);
      project.change('aad.manifest.json', 'web/redirectUris', ['http://localhost:3978/auth/callback/wiki']);
    },
    what: /BASE_URL is this machine, but BOT_OPENID_METADATA is the Connector of the real Teams/,
    fix: 'npm run demo',
    also: ['manifest-domains', 'package-foreign-domains', 'package-outdated'],
  },
  {
    id: 'trusted-proxies-missing',
    by: 'no TRUSTED_PROXIES behind a proxy',
    break: unset('TRUSTED_PROXIES'),
    what: /TRUSTED_PROXIES does not name it/,
    fix: 'TRUSTED_PROXIES=loopback',
    severity: 'warning',
  },
  {
    id: 'trusted-proxies-broad',
    by: 'half of all addresses trusted',
    break: set('TRUSTED_PROXIES', '10.0.0.0/8,0.0.0.0/1'),
    what: /TRUSTED_PROXIES trusts too many addresses \(0\.0\.0\.0\/1\)/,
    fix: "TRUSTED_PROXIES=<the proxy's own address",
  },
];
