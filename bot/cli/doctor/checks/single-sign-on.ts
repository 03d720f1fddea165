import type { ConnectionConfig } from '../../../config/connections-file.ts';
import { isLoopback } from '../../../platform/safe-url.ts';
import type { Check, Issue } from '../check.ts';
import type { Project } from './project.ts';

const GUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

/** A connection that signs people in by what their Teams client brings. */
interface SsoConnection {
  id: string;
  resource: string;
  clientId: string;
}

/** Those whose registration is Entra's own: a stand-in takes any. */
export function ssoConnections(connections: readonly ConnectionConfig[]): SsoConnection[] {
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
    why: 'Entra gives the Teams client no token for it: people sign in by the window, each time anew.',
    find: ({ project }) => ssoConnections(project.settings.connections).flatMap((each) => resourceFault(each, project)),
  },
  {
    id: 'sso-several-resources',
    section: 'Sign-in',
    severity: 'warning',
    needs: ['CONNECTIONS_FILE'],
    why: "An app's manifest names one resource: for any other the Teams client brings no token that fits.",
    find: ({ project }) => {
      const [first, ...others] = ssoConnections(project.settings.connections);
      return others
        .filter(({ resource }) => resource !== first?.resource)
        .map(({ id }) => ({
          what: `${id}: signIn.resource is another than that of ${first?.id}, which the manifest names`,
          fix: `"type": "entra"   in signIn of ${id}, without resource; or one registration for both`,
        }));
    },
  },
];

/** Entra takes an Application ID URI that holds the application's id, the tenant's, or a domain verified there
 * (https://learn.microsoft.com/entra/identity-platform/identifier-uri-restrictions). */
function resourceFault({ id, resource, clientId }: SsoConnection, { settings }: Project): Issue[] {
  const [host = ''] = resource.replace('api://', '').split('/');
  const what = (problem: string) => `${id}: signIn.resource, ${resource}, ${problem}`;
  const own = `"resource": "api://${clientId}"   in signIn of ${id}`;
  const fix = `${own}, and the same under "Expose an API" of its registration`;
  if (/\/(access_as_user|\.default)$/.test(resource)) {
    const uri = resource.replace(/\/[^/]+$/, '');
    return [
      {
        what: what('is a scope, not the Application ID URI'),
        fix: `"resource": ${JSON.stringify(uri)}   in signIn of ${id}`,
      },
    ];
  }
  if (GUID.test(resource)) return [];
  if (!host.includes('.')) return [{ what: what('holds neither the application’s id nor a domain'), fix }];
  if (isRelatedDomain(host, new URL(settings.baseUrl ?? 'https://latchkey.example.com').hostname)) return [];
  return [{ what: what('names another domain than BASE_URL'), fix, severity: 'warning' }];
}

/** A domain verified for Entra may be the one above the service's. */
function isRelatedDomain(domain: string, host: string): boolean {
  return domain === host || host.endsWith(`.${domain}`) || domain.endsWith(`.${host}`);
}
