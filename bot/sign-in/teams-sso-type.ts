import * as z from 'zod';
import { entraProvider } from './entra.ts';
import { entraAuthority, registration, signInType, text } from './sign-in-type.ts';
import { teamsSso as singleSignOn } from './teams-sso.ts';

export const teamsSso = signInType({
  schema: z.strictObject({
    type: z.literal('teamsSso'),
    authority: entraAuthority,
    ...registration,
    resource: text.regex(/^api:\/\/\S+$/, "must be the registration's Application ID URI, api://…"),
    scopes: z.array(text).min(1),
  }),
  build: (settings, options) => ({
    provider: entraProvider({ ...settings, ...options }),
    sso: singleSignOn({ ...settings, ...options }),
  }),
  addresses: ({ authority }) => ({ authority }),
  providerUrl: ({ authority }) => authority,
  entra: true,
  openid: true,
});
