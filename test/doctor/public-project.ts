import { randomBytes } from 'node:crypto';
import { TENANTS } from '../../local/people.ts';
import { addTemplate, DoctorProject, lines } from '../support/project/doctor-project.ts';

export const APP_ID = '44444444-dddd-4ddd-8ddd-444444444444';
export const BOT = '55555555-eeee-4eee-8eee-555555555555';
export const SIGN_IN = '66666666-ffff-4fff-8fff-666666666666';
/** In no output, ever. */
export const SECRETS = { bot: 'sentinel-bot-password', wiki: 'sentinel-wiki-secret' };
export const BASE_URL = 'https://latchkey.example.com';

export const newKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;

/** A correct project as deployed: https, one Entra connection, a built package. */
export async function publicProject(): Promise<DoctorProject> {
  const project = new DoctorProject('dev', {
    BASE_URL,
    BOT_ID: BOT,
    BOT_TYPE: 'SingleTenant',
    BOT_TENANT_ID: TENANTS.contoso,
    BOT_PASSWORD: SECRETS.bot,
    ALLOWED_TENANTS: TENANTS.contoso,
    STORE_URL: 'sqlite:./data/latchkey.db',
    ENCRYPTION_KEYS: newKey('k1'),
    TRUSTED_PROXIES: 'loopback',
    WIKI_CLIENT_SECRET: SECRETS.wiki,
  });
  addTemplate(project);
  project.write('env/.env.dev', lines(envFile()));
  project.write('aad.manifest.json', registration());
  project.write('connections.json', { connections: [wiki()] });
  await project.pack();
  return project;
}

export function envFile(): Record<string, string> {
  return {
    TEAMSFX_ENV: 'dev',
    APP_NAME_SUFFIX: '-dev',
    TEAMS_APP_ID: APP_ID,
    BOT_ID: BOT,
    BOT_DOMAIN: 'latchkey.example.com',
    AAD_APP_CLIENT_ID: SIGN_IN,
    DEVELOPER_NAME: 'Contoso',
    DEVELOPER_WEBSITE_URL: 'https://example.com',
    DEVELOPER_PRIVACY_URL: 'https://example.com/privacy',
    DEVELOPER_TERMS_URL: 'https://example.com/terms',
  };
}

function wiki() {
  return {
    id: 'wiki',
    title: 'Contoso wiki',
    commands: ['insertWiki'],
    signIn: {
      type: 'entra',
      clientId: '${AAD_APP_CLIENT_ID}',
      clientSecret: '${WIKI_CLIENT_SECRET}',
      scopes: ['openid', 'profile', 'offline_access', 'api://wiki/wiki.read'],
    },
    source: { type: 'mediawiki', url: 'https://wiki.example.com' },
  };
}

function registration() {
  return {
    appId: '${{AAD_APP_CLIENT_ID}}',
    signInAudience: 'AzureADMyOrg',
    web: { redirectUris: ['https://${{BOT_DOMAIN}}/auth/callback/wiki'] },
  };
}
