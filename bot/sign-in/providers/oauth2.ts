import { oauth2Provider } from './oauth2/provider.ts';
import { oauth2Settings } from './oauth2/settings.ts';
import { signInType } from './sign-in-type.ts';

export const oauth2 = signInType({
  schema: oauth2Settings,
  build: (settings, options) => ({ provider: oauth2Provider({ ...settings, ...options }) }),
  addresses: ({ authorizationUrl, tokenUrl, revocationUrl, account, site }) => ({
    authorizationUrl,
    tokenUrl,
    revocationUrl,
    'account.url': account.url,
    'site.url': site?.url,
  }),
  providerUrl: ({ authorizationUrl }) => authorizationUrl,
  entra: false,
  openid: false,
});
