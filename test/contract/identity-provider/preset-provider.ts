import { expandUnchecked } from '../../../bot/config/preset/entry.ts';
import { type OAuthSignIn, signInSchema, signInTypeOf } from '../../../bot/config/sign-in-types.ts';
import { METADATA_SERVICE } from '../../../bot/sign-in/providers/entra/managed-identity.ts';
import type { IdentityProvider } from '../../../bot/sign-in/providers/identity-provider.ts';
import { entryAt } from '../../support/presets/entry.ts';
import { REDIRECT_URI } from './flow.ts';
import { USER_AGENT } from './kinds.ts';

/** The full sign-in of a preset, at the stand-in of its service. */
export function signInOf(preset: string, origin: string): Record<string, unknown> {
  return (expandUnchecked(entryAt(preset, origin)) as { signIn: Record<string, unknown> }).signIn;
}

/** The provider of a preset, at the stand-in of its service. */
export function presetProvider(preset: string, origin: string, change: object = {}): IdentityProvider {
  const settings = signInSchema.parse({ ...signInOf(preset, origin), ...change }) as OAuthSignIn;
  return signInTypeOf(settings).build(settings, {
    allowInsecureLoopback: true,
    userAgent: USER_AGENT,
    browserTenant: undefined,
    redirectUri: REDIRECT_URI,
    identityEndpoint: METADATA_SERVICE,
  }).provider;
}
