import * as z from 'zod';
import { entraProvider } from './entra.ts';
import { entraAuthority, registration, signInType, text } from './sign-in-type.ts';

export const entra = signInType({
  schema: z.strictObject({
    type: z.literal('entra'),
    authority: entraAuthority,
    ...registration,
    scopes: z.array(text).min(1),
  }),
  build: (settings, options) => ({ provider: entraProvider({ ...settings, ...options }) }),
  addresses: ({ authority }) => ({ authority }),
  providerUrl: ({ authority }) => authority,
  entra: true,
  openid: true,
});
