import type { ConnectionConfig } from '../../../config/connection-schema.ts';
import { certificateFaults, idsWithoutPkce } from '../../../config/connections-file.ts';
import { isEntra, type OAuthSignIn, type SignInConfig, signInTypeOf } from '../../../config/sign-in-types.ts';
import { isLoopback } from '../../../platform/safe-url.ts';
import { parseGuid } from '../../../sign-in/user.ts';
import type { Check, Issue } from '../check.ts';
import { hasResponse } from '../probes/probe-all.ts';
import { mayHaveOfflineAccess } from './issuers.ts';
import type { Project } from './project.ts';

const GUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

interface SsoConnection {
  id: string;
  resource: string;
  clientId: string;
}

/** Only Entra's own registrations: a stand-in accepts any. */
function ssoConnections(connections: readonly ConnectionConfig[]): SsoConnection[] {
  return connections.flatMap(({ id, signIn }) => {
    if (signIn.type !== 'teamsSso' || isLoopback(new URL(signIn.authority))) return [];
    return [{ id, resource: signIn.resource, clientId: signIn.clientId }];
  });
}

export const singleSignOnChecks: readonly Check[] = [
  {
    id: 'sso-resource',
    section: 'Sign-in',
    severity: 'error',
    needs: ['BASE_URL', 'CONNECTIONS_FILE'],
    why: 'Entra gives the Teams client no token for it: users sign in through the window each time.',
    find: ({ project }) => ssoConnections(project.settings.connections).flatMap((each) => resourceFault(each, project)),
  },
  {
    id: 'sso-several-resources',
    section: 'Sign-in',
    severity: 'warning',
    needs: ['CONNECTIONS_FILE'],
    why: 'A manifest names one resource. For any other resource the Teams client has no valid token.',
    find: ({ project }) => {
      const [first, ...others] = ssoConnections(project.settings.connections);
      return others
        .filter(({ resource }) => resource !== first?.resource)
        .map(({ id }) => ({
          what: `${id}: signIn.resource differs from that of ${first?.id}, which the manifest names`,
          fix: `"type": "entra"   in signIn of ${id}, without resource; or one registration for both`,
        }));
    },
  },
];

/** An Application ID URI contains the application's id, the tenant's id, or a verified domain.
 * @see https://learn.microsoft.com/entra/identity-platform/identifier-uri-restrictions */
function resourceFault({ id, resource, clientId }: SsoConnection, { settings }: Project): Issue[] {
  const [host = ''] = resource.replace('api://', '').split('/');
  const subject = (problem: string) => `${id}: signIn.resource, ${resource}, ${problem}`;
  const own = `"resource": "api://${clientId}"   in signIn of ${id}`;
  const fix = `${own}, and the same under "Expose an API" of its registration`;
  if (/\/(access_as_user|\.default)$/.test(resource)) {
    const uri = resource.replace(/\/[^/]+$/, '');
    return [
      {
        what: subject('is a scope, not the Application ID URI'),
        fix: `"resource": ${JSON.stringify(uri)}   in signIn of ${id}`,
      },
    ];
  }
  if (GUID.test(resource)) return [];
  if (!host.includes('.')) return [{ what: subject('contains neither the application’s id nor a domain'), fix }];
  if (isRelatedDomain(host, new URL(settings.baseUrl ?? 'https://latchkey.example.com').hostname)) return [];
  return [{ what: subject('names another domain than BASE_URL'), fix, severity: 'warning' }];
}

/** The verified domain may be a parent of the host. */
function isRelatedDomain(domain: string, host: string): boolean {
  return domain === host || host.endsWith(`.${domain}`) || domain.endsWith(`.${host}`);
}

const PLACEHOLDER = /^(x+|\.+|…|<.*>|\[.*\]|\{.*\}|change[-_ ]?me|secret|password|placeholder|todo|tbd|your[-_ ].*)$/i;

interface Client {
  name: string;
  type: OAuthSignIn['type'];
  secret: string;
}

export const signInChecks: readonly Check[] = [
  {
    id: 'scopes-offline-access',
    section: 'Sign-in',
    severity: 'warning',
    needs: ['CONNECTIONS_FILE'],
    why: 'Without a refresh token users must sign in again when the access token expires, about every hour.',
    find: ({ project, probes: { issuers } }) =>
      project.settings.connections.flatMap(({ id, signIn }) => {
        if (!isOpenId(signIn) || signIn.scopes.includes('offline_access')) return [];
        const own = isEntra(signIn)
          ? undefined
          : issuers.find(({ connectionId, type }) => connectionId === id && type === 'oidc');
        // A provider may refuse a sign-in with an unknown scope (RFC 6749 section 4.1.2.1).
        if (own && !mayHaveOfflineAccess(own)) return [];
        const unknown =
          isEntra(signIn) || (own && hasResponse(own.discovery)) ? '' : ', if scopes_supported of its issuer has it';
        const fix = scopesLine(signIn.scopes, 'offline_access', id) + unknown;
        return [{ what: `${id}: signIn.scopes has no offline_access`, fix }];
      }),
  },
  {
    id: 'scopes-openid',
    section: 'Sign-in',
    severity: 'warning',
    needs: ['CONNECTIONS_FILE'],
    why: 'Latchkey requests it anyway, because the sign-in needs it. The approver of the app should see it in the list.',
    find: ({ project }) =>
      project.settings.connections.flatMap(({ id, signIn }) => {
        if (!isOpenId(signIn) || signIn.scopes.includes('openid')) return [];
        return [{ what: `${id}: signIn.scopes has no openid`, fix: scopesLine(signIn.scopes, 'openid', id) }];
      }),
  },
  {
    id: 'pkce',
    section: 'Sign-in',
    severity: 'warning',
    needs: ['CONNECTIONS_FILE'],
    why: 'Without PKCE the client secret alone protects an authorization code that is stolen from a browser.',
    find: ({ project }) =>
      idsWithoutPkce(project.settings.connections).map((id) => ({
        what: `${id}: signIn.pkce is "none"`,
        fix: `"pkce": "S256"   in signIn of ${id}, if the provider accepts it`,
      })),
  },
  {
    id: 'client-secret',
    section: 'Sign-in',
    severity: 'error',
    needs: ['CONNECTIONS_FILE'],
    why: 'Users sign in, and then the pop-up says that it failed: the provider refuses the client.',
    find: ({ project }) => project.settings.connections.flatMap(clientsOf).flatMap(secretFault),
  },
  {
    id: 'client-certificate',
    section: 'Sign-in',
    severity: 'error',
    needs: ['CONNECTIONS_FILE'],
    why: 'Users sign in, and then the pop-up says that it failed: Entra accepts no certificate that has ended.',
    find: ({ project, now }) =>
      certificateFaults(project.settings.connections, now).map(({ name, problem, isValid }) => ({
        what: `${name} ${problem}`,
        fix: 'Add a new certificate to the registration at Entra, and set the variables to it and to its key',
        ...(isValid && { severity: 'warning' as const }),
      })),
  },
];

function isOpenId(signIn: SignInConfig): signIn is OAuthSignIn {
  return signIn.type !== 'tokenService' && signInTypeOf(signIn).openid;
}

function scopesLine(scopes: readonly string[], missing: string, id: string): string {
  return `"scopes": ${JSON.stringify([missing, ...scopes])}   in signIn of ${id}`;
}

function clientsOf({ id, signIn }: ConnectionConfig): Client[] {
  if (signIn.type === 'tokenService') return [];
  const identityCheck = 'gate' in signIn && signIn.gate ? signIn.gate : undefined;
  return [
    { name: `${id}: signIn.clientSecret`, type: signIn.type, secret: signIn.clientSecret },
    ...(identityCheck
      ? [{ name: `${id}: signIn.gate.clientSecret`, type: identityCheck.type, secret: identityCheck.clientSecret }]
      : []),
  ];
}

function secretFault({ name, type, secret }: Client): Issue[] {
  const fix = 'Make a new secret at the provider, copy its value (it is shown once), and set the variable to it';
  if (PLACEHOLDER.test(secret)) return [{ what: `${name} is a placeholder`, fix }];
  // Entra shows a secret's id beside its value. The value is never a GUID.
  if ((type === 'entra' || type === 'teamsSso') && parseGuid(secret))
    return [{ what: `${name} is the secret's id, not its value`, fix }];
  return [];
}
