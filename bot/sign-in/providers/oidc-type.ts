import * as z from 'zod';
import { CLIENT_AUTHENTICATIONS } from './oauth/client-authentication.ts';
import { oidcProvider } from './oidc.ts';
import { gate, registration, signInType, text } from './sign-in-type.ts';

export const oidc = signInType({
  schema: z
    .strictObject({
      type: z.literal('oidc'),
      issuer: z.url(),
      /** Where the provider revokes tokens, if its discovery document does not say. */
      revocationEndpoint: z.url().optional(),
      ...registration,
      /** A public client has none. */
      clientSecret: z.string().default(''),
      /** As the client is registered at the provider. */
      clientAuthentication: z.enum(CLIENT_AUTHENTICATIONS).optional(),
      scopes: z.array(text).min(1),
      gate: gate.optional(),
    })
    .refine(({ clientSecret, clientAuthentication }) => clientSecret !== '' || clientAuthentication === 'none', {
      path: ['clientSecret'],
      message: 'must not be empty, unless clientAuthentication is "none"',
    }),
  build: (settings, options) => ({ provider: oidcProvider({ ...settings, ...options }) }),
  addresses: ({ issuer, revocationEndpoint }) => ({ issuer, revocationEndpoint }),
  providerUrl: ({ issuer }) => issuer,
  entra: false,
  openid: true,
  issuer: ({ issuer }) => issuer,
});
