import type { ConnectionConfig } from '../../../config/connection-schema.ts';
import { isEntra, type OAuthSignIn, signInTypeOf, usesManagedIdentity } from '../../../config/sign-in-types.ts';
import { newAuthorization, redirectUriOf } from '../../../sign-in/authorization.ts';
import { type IdentityProvider, ProviderError } from '../../../sign-in/providers/identity-provider.ts';
import { type ClientVerdict, type Preflight, preflight, tryClient } from '../../preflight.ts';
import type { Project } from '../checks/project.ts';

/** What a provider says of the registration, before any person signs in. */
export interface SignInProbe {
  connectionId: string;
  redirectUri: string;
  /** Absent if the authorization request could not be made: other checks tell why. */
  preflight?: Preflight;
  client: ClientVerdict;
}

/** Compared with nothing: the doctor is no user. */
const NO_USER = '00000000-0000-4000-8000-000000000001';

/** Sends each provider one authorization request without cookies, and one made-up code. */
export async function probeSignIns(project: Project): Promise<SignInProbe[]> {
  const { settings, usable } = project;
  const { baseUrl, connections } = settings;
  if (baseUrl === undefined || !usable('BASE_URL') || !usable('CONNECTIONS_FILE')) return [];
  const probes = await Promise.all(connections.map((connection) => probeSignIn(connection, baseUrl, project)));
  return probes.filter((probe) => probe !== undefined);
}

async function probeSignIn(
  { id, signIn }: ConnectionConfig,
  baseUrl: string,
  { settings }: Project,
): Promise<SignInProbe | undefined> {
  if (signIn.type === 'tokenService') return undefined;
  const redirectUri = redirectUriOf(baseUrl, id);
  const provider = build(signIn, redirectUri, settings);
  const tenantId = isEntra(signIn) ? ([...(settings.allowedTenants ?? [])][0] ?? settings.bot?.tenantId) : NO_USER;
  if (!provider || tenantId === undefined) return undefined;
  const probe: SignInProbe = { connectionId: id, redirectUri, client: 'unclear' };
  try {
    const request = { asker: { tenantId, objectId: NO_USER }, redirectUri, chooseAccount: false };
    const { url, expected } = await newAuthorization(provider, request);
    const iss = signIn.type === 'oauth2' ? signIn.issuer : expected.issuer;
    // The token of a managed identity exists only where the bot runs.
    const [page, client] = await Promise.all([
      preflight(url, redirectUri, settings.loopback),
      usesManagedIdentity(signIn) ? probe.client : tryClient(provider, expected, iss),
    ]);
    return { ...probe, preflight: page, client };
  } catch (error) {
    if (error instanceof ProviderError) return probe;
    throw error;
  }
}

/** @returns `undefined` for options that a provider refuses, which another check reports */
function build(
  signIn: OAuthSignIn,
  redirectUri: string,
  { loopback, identityEndpoint }: Project['settings'],
): IdentityProvider | undefined {
  const options = { allowInsecureLoopback: loopback, userAgent: 'Latchkey doctor', browserTenant: undefined };
  try {
    return signInTypeOf(signIn).build(signIn, { ...options, redirectUri, identityEndpoint }).provider;
  } catch {
    return undefined;
  }
}
