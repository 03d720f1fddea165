import * as z from 'zod';
import type { IdentityProvider, SingleSignOn } from './identity-provider.ts';

/** A type of sign-in with a registration of ours at a provider, as the table in `config/sign-in-types.ts` lists it. */
export interface SignInType<Settings> {
  /** @throws {TypeError} where the settings cannot be used */
  build(settings: Settings, options: BuildOptions): { provider: IdentityProvider; sso?: SingleSignOn };
  /** Every address in the settings, by its field: all must be safe to send people and secrets to. */
  addresses(settings: Settings): Record<string, string | undefined>;
  /** The address that the command line calls the provider by. */
  providerUrl(settings: Settings): string;
  /** Whether an ID token of Entra proves who signed in, in the asker's own tenant. */
  entra: boolean;
  /** Whether it is OpenID Connect, where `openid` and `offline_access` are scopes. */
  openid: boolean;
  /** The issuer whose discovery document the doctor reads. Without one the doctor asks only whether `providerUrl` answers. */
  issuer?(settings: Settings): string;
}

interface BuildOptions {
  allowInsecureLoopback: boolean;
  /** Who calls, and where to find out more: for the operators of an API. */
  userAgent: string;
  /** Where people sign in of whom we know their browser alone. */
  browserTenant: string | undefined;
}

/** Gives the functions the settings of the schema, which are the fields of `signIn` in `connections.json`. */
export function signInType<Schema extends z.ZodObject>(
  type: { schema: Schema } & SignInType<z.infer<Schema>>,
): { schema: Schema } & SignInType<z.infer<Schema>> {
  return type;
}

export const text = z.string().min(1);
/** What each registration has. */
export const registration = {
  clientId: text.describe('The client id of the registration at the provider.'),
  clientSecret: text.describe('The client secret. Write "${NAME}" to take it from the environment.'),
};
export const entraAuthority = z
  .url()
  .default('https://login.microsoftonline.com')
  .describe('The origin of Microsoft Entra ID, without a tenant. Another cloud has another one.');
/** Proves who is at the browser, where the connection's own provider cannot. */
export const identityCheck = z
  .strictObject({
    type: z.literal('entra').describe('Microsoft Entra ID, in the tenant of the user.'),
    authority: entraAuthority,
    ...registration,
  })
  .describe('An extra sign-in with Entra before the provider. It proves that the user of Teams is at the browser.');
