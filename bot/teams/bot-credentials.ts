import { ConfigurationServiceClientCredentialFactory } from 'botbuilder';
import type { Config } from '../config.ts';
import { isLoopback } from '../loopback.ts';
import { type CredentialsFactory, StandInCredentials } from './stand-in-credentials.ts';

/** What gets the bot a token of its own, for what it sends: a managed identity's, or one for a password or a certificate.
 * Nothing is asked for before something is sent. The Agents Playground, where there is no registration, asks for none. */
export function botCredentials(
  registration: Config['bot'],
  loopback: boolean,
): ConfigurationServiceClientCredentialFactory {
  if (!registration) return new ConfigurationServiceClientCredentialFactory({});
  const { id, type, tenantId, password, certificate } = registration;
  const canSend = type === 'UserAssignedMSI' || password !== undefined || certificate !== undefined;
  // The stand-ins of Microsoft's services on this machine take what is sent without a token.
  if (!canSend && loopback) return new ConfigurationServiceClientCredentialFactory({});
  // The library's factory of a single-tenant bot insists on a secret; one that only answers needs none.
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

/** For what the bot sends: by the stand-in that gives it tokens, where there is one on this machine. */
export function connectorCredentials({
  bot,
  loopback,
  tokenService,
}: Pick<Config, 'bot' | 'loopback' | 'tokenService'>): CredentialsFactory {
  if (bot?.password && isLoopback(new URL(tokenService.loginUrl))) return tokenServiceCredentials(bot, tokenService);
  return botCredentials(bot, loopback);
}

/** The same for the token service: of Microsoft's by the library, of a stand-in on this machine from the stand-in itself. */
export function tokenServiceCredentials(
  registration: NonNullable<Config['bot']>,
  { loginUrl, scope }: Config['tokenService'],
): CredentialsFactory {
  if (!isLoopback(new URL(loginUrl))) return botCredentials(registration, false);
  return new StandInCredentials(registration, `${loginUrl}/oauth2/v2.0/token`, scope);
}
