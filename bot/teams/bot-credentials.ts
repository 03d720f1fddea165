import { ConfigurationServiceClientCredentialFactory } from 'botbuilder';
import type { Config } from '../config.ts';
import { isLoopback } from '../loopback.ts';
import { type CredentialsFactory, StandInCredentials } from './stand-in-credentials.ts';

/** What gets the bot a token of its own, for what it sends: a managed identity's, or one for a password or a certificate.
 * Nothing is asked for before something is sent. The Agents Playground, where there is no registration, asks for none. */
export function botCredentials(registration: Config['bot']): ConfigurationServiceClientCredentialFactory {
  if (!registration) return new ConfigurationServiceClientCredentialFactory({});
  const { id, type, tenantId, password, certificate } = registration;
  // The library's factory of a single-tenant bot insists on a secret; one that only answers needs none.
  const canSend = type === 'UserAssignedMSI' || password !== undefined || certificate !== undefined;
  return new ConfigurationServiceClientCredentialFactory({
    MicrosoftAppId: id,
    MicrosoftAppType: canSend ? type : 'MultiTenant',
    ...(tenantId && { MicrosoftAppTenantId: tenantId }),
    ...(password && type !== 'UserAssignedMSI' && { MicrosoftAppPassword: password }),
    ...(certificate && {
      CertificateThumbprint: certificate.thumbprint,
      CertificatePrivateKey: certificate.privateKey,
    }),
  });
}

/** The same for the token service: of Microsoft's by the library, of a stand-in on this machine from the stand-in itself. */
export function tokenServiceCredentials(
  registration: NonNullable<Config['bot']>,
  { loginUrl, scope }: Config['tokenService'],
): CredentialsFactory {
  if (!isLoopback(new URL(loginUrl))) return botCredentials(registration);
  return new StandInCredentials(registration, `${loginUrl}/oauth2/v2.0/token`, scope);
}
