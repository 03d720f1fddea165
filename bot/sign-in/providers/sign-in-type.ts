import * as z from 'zod';
import { checkEntraCredential, entraRegistration } from './entra/credential.ts';
import type { IdentityEndpoint } from './entra/managed-identity.ts';
import type { IdentityProvider, SingleSignOn } from './identity-provider.ts';

/** An entry of the table in `config/sign-in-types.ts`. */
export interface SignInType<Settings> {
  /** @throws {TypeError} for settings that cannot be used */
  build(settings: Settings, options: BuildOptions): { provider: IdentityProvider; sso?: SingleSignOn };
  /** Every address in the settings, by its field. Each must be safe to receive people and secrets. */
  addresses(settings: Settings): Record<string, string | undefined>;
  providerUrl(settings: Settings): string;
  /** An Entra ID token proves who signed in, in the user's own tenant. */
  entra: boolean;
  /** OpenID Connect: `openid` and `offline_access` are scopes. */
  openid: boolean;
  /** The doctor reads its discovery document. Without an issuer, the doctor only checks that `providerUrl` answers. */
  issuer?(settings: Settings): string;
}

export interface BuildOptions {
  allowInsecureLoopback: boolean;
  userAgent: string;
  /** Of the connection. */
  redirectUri: string;
  browserTenant: string | undefined;
  identityEndpoint: IdentityEndpoint;
}

/** Gives the functions the type of the schema's settings. */
export function signInType<Schema extends z.ZodObject>(
  type: { schema: Schema } & SignInType<z.infer<Schema>>,
): { schema: Schema } & SignInType<z.infer<Schema>> {
  return type;
}

export const text = z.string().min(1);
export const registration = {
  clientId: text.describe('The client id of the registration at the provider.'),
  clientSecret: text.describe('The client secret. Write "${NAME}" to take it from the environment.'),
};
export const entraAuthority = z
  .url()
  .default('https://login.microsoftonline.com')
  .describe('The origin of Microsoft Entra ID, without a tenant. Another cloud has another one.');
export const identityCheck = z
  .strictObject({
    type: z.literal('entra').describe('Microsoft Entra ID, in the tenant of the user.'),
    authority: entraAuthority,
    ...entraRegistration,
  })
  .superRefine(checkEntraCredential)
  .describe('An extra sign-in with Entra before the provider. It proves that the user of Teams is at the browser.');
