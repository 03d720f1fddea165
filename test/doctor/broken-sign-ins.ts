import { chmodSync } from 'node:fs';
import { makeCertificate } from '../../local/certificate.ts';
import { TENANTS } from '../../local/people.ts';
import type { Broken, DoctorProject } from '../support/project/doctor-project.ts';
import { BOT, newKey, SIGN_IN } from './public-project.ts';
import { set, singleSignOn, unset, webChat } from './spoil.ts';

const OLD_KEY = newKey('old');

function key(bytes: Buffer) {
  return set('ENCRYPTION_KEYS', `k1:${bytes.toString('base64')}`);
}

/** Changes a field of the wiki's. */
function inSignIn(field: string, value: unknown) {
  return (project: DoctorProject) => project.change('connections.json', `connections/0/signIn/${field}`, value);
}

/**
 * The wiki's registration has a certificate in place of its secret. @param days the first and last day of its validity,
 * from today
 */
function byCertificate(days: [number, number]) {
  const { certificate, privateKey } = makeCertificate({ days });
  return (project: DoctorProject) => {
    Object.assign(project.env, { WIKI_CERTIFICATE: certificate, WIKI_KEY: privateKey.replaceAll('\n', '\\n') });
    inSignIn('clientSecret', undefined)(project);
    inSignIn('certificate', '${WIKI_CERTIFICATE}')(project);
    inSignIn('privateKey', '${WIKI_KEY}')(project);
  };
}

/** Registrations, keys and sign-in types that contradict each other. Each is one change of the correct project. */
export const BROKEN_SIGN_INS: readonly Broken[] = [
  {
    id: 'bot-type-multitenant',
    by: 'a multi-tenant bot',
    break: set('BOT_TYPE', 'MultiTenant'),
    what: /BOT_TYPE is MultiTenant/,
    fix: 'BOT_TYPE=SingleTenant',
    severity: 'warning',
  },
  {
    id: 'bot-secret',
    by: 'no password for the bot',
    break: unset('BOT_PASSWORD'),
    what: /BOT_TYPE is SingleTenant, and neither BOT_PASSWORD nor BOT_CERTIFICATE_FILE is set/,
    fix: `az ad app credential reset --id ${BOT}`,
  },
  {
    id: 'bot-secret-unused',
    by: 'a password for a managed identity',
    break: set('BOT_TYPE', 'UserAssignedMSI'),
    what: /BOT_PASSWORD is set, and BOT_TYPE is UserAssignedMSI/,
    fix: 'unset BOT_PASSWORD',
    severity: 'warning',
  },
  {
    id: 'bot-id-is-client-id',
    by: 'one registration for bot and sign-in',
    break: inSignIn('clientId', BOT.toUpperCase()),
    what: /wiki: signIn\.clientId is BOT_ID/,
    fix: 'az ad app create',
    also: ['aad-client-id', 'package-app-info', 'package-outdated'],
  },
  {
    id: 'allowed-tenants-bot',
    by: 'only another tenant allowed',
    break: set('ALLOWED_TENANTS', TENANTS.fabrikam),
    what: /BOT_TENANT_ID, is not among ALLOWED_TENANTS/,
    fix: `ALLOWED_TENANTS=${TENANTS.fabrikam},${TENANTS.contoso}`,
    severity: 'warning',
  },
  {
    id: 'allowed-tenants-everybody',
    by: 'all tenants allowed',
    break: (project) => {
      set('ALLOWED_TENANTS', '*')(project);
      project.change('aad.manifest.json', 'signInAudience', 'AzureADMultipleOrgs');
    },
    what: /ALLOWED_TENANTS is \*/,
    fix: 'ALLOWED_TENANTS=<tenant GUID>',
    severity: 'warning',
  },
  {
    id: 'key-weak',
    by: 'a key that a person typed',
    break: key(Buffer.from('correct horse battery staple 123')),
    what: /the key k1 of ENCRYPTION_KEYS is not random/,
    fix: 'node dist/bot/cli.js keys rotate',
  },
  {
    id: 'setting-encryption-keys',
    by: 'a key of zeros',
    break: key(Buffer.alloc(32)),
    what: /ENCRYPTION_KEYS has a key of zeros only/,
    fix: 'randomBytes(32)',
  },
  {
    id: 'key-weak',
    by: 'a key that counts',
    break: key(Buffer.from(Array.from({ length: 32 }, (_, at) => at * 7))),
    what: /the key k1 of ENCRYPTION_KEYS is not random/,
    fix: 'randomBytes(32)',
  },
  {
    id: 'key-weak',
    by: 'a key that repeats itself',
    break: key(Buffer.from('00ff10ee'.repeat(8), 'hex')),
    what: /the key k1 of ENCRYPTION_KEYS is not random/,
    fix: 'randomBytes(32)',
  },
  {
    id: 'key-duplicate',
    by: 'the old key under a new name',
    break: set('ENCRYPTION_KEYS', `${OLD_KEY},${OLD_KEY.replace('old:', 'new:')}`),
    what: /the key new of ENCRYPTION_KEYS is another one's twin/,
    fix: 'node dist/bot/cli.js keys rotate',
  },
  {
    id: 'store-opens',
    by: 'a store that is no database',
    break: (project) => {
      project.write('data/latchkey.db', 'Not a database. '.repeat(100));
      chmodSync(project.path('data/latchkey.db'), 0o600);
    },
    what: /not a database/,
    fix: 'STORE_URL=sqlite:./data/latchkey.db',
  },
  {
    id: 'store-writable',
    by: 'a store below a file',
    break: set('STORE_URL', 'sqlite:./connections.json/latchkey.db'),
    what: /the store cannot be written: /,
    fix: 'chown -R latchkey',
  },
  {
    id: 'scopes-offline-access',
    by: 'no offline_access',
    break: inSignIn('scopes', ['openid', 'wiki.read']),
    what: /wiki: signIn\.scopes has no offline_access/,
    fix: '"scopes": ["offline_access","openid","wiki.read"]',
    severity: 'warning',
  },
  {
    id: 'scopes-openid',
    by: 'entra without openid',
    break: inSignIn('scopes', ['offline_access', 'wiki.read']),
    what: /wiki: signIn\.scopes has no openid/,
    fix: '"scopes": ["openid","offline_access","wiki.read"]',
    severity: 'warning',
  },
  {
    id: 'pkce',
    by: 'an oauth2 sign-in without PKCE',
    break: (project) =>
      project.change('connections.json', 'connections/0/signIn', {
        type: 'oauth2',
        authorizationUrl: 'https://login.example.com/authorize',
        tokenUrl: 'https://login.example.com/token',
        clientId: 'latchkey',
        clientSecret: '${WIKI_CLIENT_SECRET}',
        pkce: 'none',
        account: { url: 'https://login.example.com/me', id: '/id' },
      }),
    what: /wiki: signIn\.pkce is "none"/,
    fix: '"pkce": "S256"',
    severity: 'warning',
    also: ['aad-client-id', 'package-app-info', 'package-copilot-code', 'package-outdated'],
  },
  {
    id: 'client-secret',
    by: "a secret's id in place of its value",
    break: set('WIKI_CLIENT_SECRET', SIGN_IN),
    what: /wiki: signIn\.clientSecret is the secret's id, not its value/,
    fix: 'copy its value',
  },
  {
    id: 'client-secret',
    by: 'a placeholder',
    break: set('WIKI_CLIENT_SECRET', '<your secret>'),
    what: /wiki: signIn\.clientSecret is a placeholder/,
    fix: 'Make a new secret',
  },
  {
    id: 'client-certificate',
    by: 'a certificate that has ended',
    break: byCertificate([-30, -1]),
    what: /wiki: signIn\.certificate expired on .*: make a new one$/,
    fix: 'Add a new certificate to the registration at Entra',
  },
  {
    id: 'client-certificate',
    by: 'a certificate that ends next week',
    break: byCertificate([-30, 7]),
    what: /wiki: signIn\.certificate is valid until .*: make a new one$/,
    fix: 'Add a new certificate to the registration at Entra',
    severity: 'warning',
  },
  {
    id: 'aad-client-id',
    by: 'a sign-in with another registration',
    break: inSignIn('clientId', '77777777-aaaa-4aaa-8aaa-777777777777'),
    what: /no connection signs in with AAD_APP_CLIENT_ID/,
    fix: '"clientId": "${AAD_APP_CLIENT_ID}"',
    severity: 'warning',
    also: ['package-app-info', 'package-outdated'],
  },
  {
    id: 'redirect-uri-unregistered',
    by: 'a redirect URI that is not in aad.manifest.json',
    break: (project) => project.change('aad.manifest.json', 'web/redirectUris', []),
    what: /wiki: aad\.manifest\.json does not register https:\/\/latchkey\.example\.com\/auth\/callback\/wiki/,
    fix: 'Add "https://latchkey.example.com/auth/callback/wiki" to web.redirectUris in aad.manifest.json',
  },
  {
    id: 'redirect-uri-foreign',
    by: "another service's redirect URI",
    break: (project) =>
      project.change('aad.manifest.json', 'web/redirectUris/1', 'https://old.example.com/auth/callback/wiki'),
    what: /registers https:\/\/old\.example\.com\/auth\/callback\/wiki, which no connection uses/,
    fix: 'Remove "https://old.example.com/auth/callback/wiki" from',
    severity: 'warning',
  },
  {
    id: 'aad-audience',
    by: 'two allowed tenants, one registered',
    break: set('ALLOWED_TENANTS', `${TENANTS.contoso},${TENANTS.fabrikam}`),
    what: /lets several tenants in, and aad\.manifest\.json registers the sign-in for one/,
    fix: '"signInAudience": "AzureADMultipleOrgs"',
  },
  {
    id: 'sso-resource',
    by: 'a resource that is a name',
    break: (project) => singleSignOn(project, 'api://wiki'),
    what: /wiki: signIn\.resource, api:\/\/wiki, contains neither the application’s id nor a domain$/,
    fix: `"resource": "api://${SIGN_IN}"   in signIn of wiki`,
  },
  {
    id: 'sso-resource',
    by: 'the scope in place of the resource',
    break: (project) => singleSignOn(project, `api://latchkey.example.com/${SIGN_IN}/access_as_user`),
    what: /is a scope, not the Application ID URI$/,
    fix: `"resource": "api://latchkey.example.com/${SIGN_IN}"   in signIn of wiki`,
  },
  {
    id: 'sso-resource',
    by: "a resource of last year's host",
    break: (project) => singleSignOn(project, 'api://old.example.org/wiki'),
    what: /names another domain than BASE_URL$/,
    fix: `"resource": "api://${SIGN_IN}"`,
    severity: 'warning',
  },
  {
    id: 'sso-several-resources',
    by: 'two registrations for single sign-on',
    break: (project) => {
      const [id, clientId] = ['blog', '77777777-aaaa-4aaa-8aaa-777777777777'];
      const signIn = {
        type: 'teamsSso',
        clientId,
        clientSecret: 'x7Q~',
        resource: `api://${clientId}`,
        scopes: ['openid', 'offline_access'],
      };
      singleSignOn(project, `api://${SIGN_IN}`, { id, title: 'Contoso blog', signIn });
    },
    what: /blog: signIn\.resource differs from that of wiki/,
    fix: '"type": "entra"   in signIn of blog',
    severity: 'warning',
    also: ['manifest-template'],
  },
  {
    id: 'direct-line-incomplete',
    by: 'Web Chat without its secret',
    break: set('DIRECT_LINE_ORIGINS', 'https://chat.example.com'),
    what: /DIRECT_LINE_ORIGINS is set, and DIRECT_LINE_SECRET is not/,
    fix: 'or unset DIRECT_LINE_ORIGINS',
    severity: 'warning',
  },
  {
    id: 'direct-line-origin-site',
    by: 'a chat page of another domain',
    break: webChat({ DIRECT_LINE_ORIGINS: 'https://chat.example.com,https://contoso.example.org' }),
    what: /names https:\/\/contoso\.example\.org, which belongs to another site than BASE_URL, https:\/\/latchkey\.example\.com/,
    fix: 'or link to https://latchkey.example.com/chat',
  },
];
