import * as z from 'zod';
import { entraProvider } from '../providers/entra.ts';
import { entraAuthority, registration, signInType, text } from '../providers/sign-in-type.ts';
import { MICROSOFT_HOSTS } from './microsoft-clients.ts';
import { teamsSso as singleSignOn } from './teams-sso.ts';

/** Also the token exchange URL of a token service's connection. */
export const resource = text.regex(/^api:\/\/\S+$/, "must be the registration's Application ID URI, api://…");

export const teamsSso = signInType({
  schema: z.strictObject({
    type: z.literal('teamsSso'),
    authority: entraAuthority,
    ...registration,
    resource,
    /** Microsoft's products whose clients may bring a token. */
    hosts: z
      .array(z.enum(MICROSOFT_HOSTS))
      .min(1)
      .default([...MICROSOFT_HOSTS]),
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
