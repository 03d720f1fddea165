import * as z from 'zod';
import { oidcProvider } from './oidc.ts';
import { gate, registration, signInType, text } from './sign-in-type.ts';

export const oidc = signInType({
  schema: z.strictObject({
    type: z.literal('oidc'),
    issuer: z.url(),
    /** Where the provider revokes tokens, if its discovery document does not say. */
    revocationEndpoint: z.url().optional(),
    ...registration,
    scopes: z.array(text).min(1),
    gate: gate.optional(),
  }),
  build: (settings, options) => ({ provider: oidcProvider({ ...settings, ...options }) }),
  addresses: ({ issuer, revocationEndpoint }) => ({ issuer, revocationEndpoint }),
  providerUrl: ({ issuer }) => issuer,
  entra: false,
  openid: true,
  issuer: ({ issuer }) => issuer,
});
