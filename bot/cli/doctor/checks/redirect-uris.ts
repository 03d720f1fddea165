import type { ConnectionConfig } from '../../../config/connection-schema.ts';
import { isEntra } from '../../../config/sign-in-types.ts';
import { asObject, asObjects, asStrings, type JsonObject } from '../../../platform/json.ts';
import { redirectUriOf } from '../../../sign-in/authorization.ts';
import type { Check, CheckContext } from '../check.ts';
import type { Project } from './project.ts';

export interface RedirectUri {
  connectionId: string;
  clientId: string;
  entra: boolean;
  uri: string;
}

export function redirectUris({ settings }: Project): RedirectUri[] {
  const { baseUrl, connections } = settings;
  return baseUrl === undefined ? [] : connections.flatMap((connection) => ofConnection(connection, baseUrl));
}

function ofConnection({ id, signIn }: ConnectionConfig, baseUrl: string): RedirectUri[] {
  // Microsoft registers the token service's URI.
  if (signIn.type === 'tokenService') return [];
  const identityCheck =
    'gate' in signIn && signIn.gate ? [{ leg: `${id}.gate`, clientId: signIn.gate.clientId, entra: true }] : [];
  const own = { leg: id, clientId: signIn.clientId, entra: isEntra(signIn) };
  return [own, ...identityCheck].map(({ leg, ...client }) => {
    return { connectionId: id, ...client, uri: redirectUriOf(baseUrl, leg) };
  });
}

const AAD = 'aad.manifest.json';
const UPDATE = 'then teamsapp provision';

function withRegistration(
  find: (aad: JsonObject, appId: string, scene: CheckContext) => ReturnType<Check['find']>,
): Check['find'] {
  return (scene) => {
    const { aad } = scene.project;
    if (!aad.fields) return { unchecked: aad.problem ?? `there is no ${AAD}` };
    const { appId } = aad.fields;
    if (typeof appId !== 'string' || appId.includes('${{')) {
      return { unchecked: `AAD_APP_CLIENT_ID is not set: the Toolkit has registered nothing from ${AAD} yet` };
    }
    return find(aad.fields, appId, scene);
  };
}

export const redirectUriChecks: readonly Check[] = [
  {
    id: 'aad-client-id',
    section: 'Sign-in',
    severity: 'warning',
    needs: ['BASE_URL', 'CONNECTIONS_FILE'],
    why: 'Users sign in with another registration than the one that the Toolkit manages.',
    find: withRegistration((_, appId, { project }) => {
      if (redirectUris(project).some((each) => each.entra && isSame(each.clientId, appId))) return [];
      return [
        {
          what: `no connection signs in with AAD_APP_CLIENT_ID, the registration of ${AAD}`,
          fix: '"clientId": "${AAD_APP_CLIENT_ID}"   in signIn of the connection that it is for',
        },
      ];
    }),
  },
  {
    id: 'redirect-uri-unregistered',
    section: 'Sign-in',
    severity: 'error',
    needs: ['BASE_URL', 'CONNECTIONS_FILE'],
    why: 'The pop-up ends at the provider with "redirect URI mismatch" (AADSTS50011), and Teams gets no result.',
    find: withRegistration((aad, appId, { project }) => {
      const registered = registeredIn(aad);
      return redirectUris(project)
        .filter(({ entra, clientId, uri }) => entra && isSame(clientId, appId) && !registered.includes(uri))
        .map(({ connectionId, uri }) => ({
          what: `${connectionId}: ${AAD} does not register ${uri}`,
          fix: `Add ${JSON.stringify(uri)} to web.redirectUris in ${AAD}, ${UPDATE}`,
        }));
    }),
  },
  {
    id: 'redirect-uri-foreign',
    section: 'Sign-in',
    severity: 'warning',
    needs: ['BASE_URL', 'CONNECTIONS_FILE'],
    why: 'The provider may send a code to the owner of that address, now or later.',
    find: withRegistration((aad, _, { project }) => {
      const wanted = redirectUris(project).map(({ uri }) => uri);
      return registeredIn(aad)
        .filter((uri) => !wanted.includes(uri))
        .map((uri) => ({
          what: `${AAD} registers ${uri}, which no connection uses`,
          fix: `Remove ${JSON.stringify(uri)} from web.redirectUris in ${AAD}, ${UPDATE}`,
        }));
    }),
  },
  {
    id: 'aad-audience',
    section: 'Sign-in',
    severity: 'error',
    needs: ['ALLOWED_TENANTS', 'BASE_URL', 'CONNECTIONS_FILE'],
    why: 'The bot accepts users of the other organizations, and then Entra refuses them (AADSTS50020).',
    find: withRegistration((aad, appId, { project }) => {
      const { allowedTenants, connections } = project.settings;
      const used = connections.some(({ signIn }) => isEntra(signIn) && isSame(signIn.clientId, appId));
      const several = allowedTenants === undefined || allowedTenants.size > 1;
      if (!used || !several || aad.signInAudience !== 'AzureADMyOrg') return [];
      return [
        {
          what: `ALLOWED_TENANTS lets several tenants in, and ${AAD} registers the sign-in for one`,
          fix: `"signInAudience": "AzureADMultipleOrgs"   in ${AAD}, ${UPDATE}`,
        },
      ];
    }),
  },
];

/** Also reads the older format. */
function registeredIn(aad: JsonObject): string[] {
  const old = asObjects(aad.replyUrlsWithType).filter(({ type }) => type === 'Web');
  return [...asStrings(asObject(aad.web).redirectUris), ...asStrings(old.map(({ url }) => url))];
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
