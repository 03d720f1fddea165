import * as z from 'zod';
import type { EntraRegistration } from '../sign-in/providers/entra/credential.ts';
import { entra } from '../sign-in/providers/entra.ts';
import { github } from '../sign-in/providers/github.ts';
import { oauth2 } from '../sign-in/providers/oauth2/provider.ts';
import { oidc } from '../sign-in/providers/oidc.ts';
import type { SignInType } from '../sign-in/providers/sign-in-type.ts';
import { resource, teamsSso } from '../sign-in/sso/teams-sso.ts';

/** To add a type, add an entry here. */
export const SIGN_IN_TYPES = { entra, oidc, oauth2, github, teamsSso };

type Schema = (typeof SIGN_IN_TYPES)[keyof typeof SIGN_IN_TYPES]['schema'];
export type OAuthSignIn = z.infer<Schema>;
export type SignInConfig = OAuthSignIn | z.infer<typeof tokenService>;

/** Azure Bot Service stores the tokens, so the bot calls no provider. */
const tokenService = z.strictObject({
  type: z.literal('tokenService').describe('Azure Bot Service signs users in and stores the tokens.'),
  connectionName: z
    .string()
    .min(1)
    .max(100)
    .describe('The name of the OAuth connection in the configuration of the Azure Bot.'),
  singleSignOn: z
    .strictObject({
      clientId: z.string().min(1).describe('The client id of the registration behind the OAuth connection.'),
      resource: resource.describe('The token exchange URL of the OAuth connection, exactly as it is there.'),
    })
    .optional()
    .describe('Signs users in without a window. npm run package writes it into webApplicationInfo of the app package.'),
});
const schemas = [...Object.values(SIGN_IN_TYPES).map(({ schema }) => schema), tokenService];
export const signInSchema = z.discriminatedUnion('type', schemas as [Schema | typeof tokenService]);

export function signInTypeOf({ type }: OAuthSignIn): SignInType<OAuthSignIn> {
  return SIGN_IN_TYPES[type];
}

/** Entra in the user's own tenant proves who they are. */
export function isEntra(signIn: SignInConfig): signIn is Extract<SignInConfig, { type: 'entra' | 'teamsSso' }> {
  return signIn.type !== 'tokenService' && signInTypeOf(signIn).entra;
}

/** The registrations at Entra: the connection's own, and that of its identity check. */
export function entraRegistrationsOf(signIn: SignInConfig): { field: string; registration: EntraRegistration }[] {
  return [
    ...(isEntra(signIn) ? [{ field: 'signIn', registration: signIn }] : []),
    ...('gate' in signIn && signIn.gate ? [{ field: 'signIn.gate', registration: signIn.gate }] : []),
  ];
}

export function usesManagedIdentity(signIn: SignInConfig): boolean {
  return entraRegistrationsOf(signIn).some(
    ({ registration }) => registration.federatedCredential?.type === 'managedIdentity',
  );
}

export function clientIdsOf(signIn: SignInConfig): string[] {
  if (signIn.type === 'tokenService') return [];
  return [signIn.clientId, ...('gate' in signIn && signIn.gate ? [signIn.gate.clientId] : [])];
}

export function signInUrls(signIn: SignInConfig): [string, string][] {
  if (signIn.type === 'tokenService') return [];
  const identityCheck = 'gate' in signIn ? signIn.gate?.authority : undefined;
  const fields = Object.entries({ ...signInTypeOf(signIn).addresses(signIn), 'gate.authority': identityCheck });
  return fields.flatMap(([name, url]): [string, string][] => (url === undefined ? [] : [[`signIn.${name}`, url]]));
}
