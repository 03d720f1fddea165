import type { ConnectionConfig } from '../../../config/connections-file.ts';
import { isEntra, type OAuthSignIn, type SignInConfig, signInTypeOf } from '../../../config/sign-in-types.ts';
import { parseGuid } from '../../../sign-in/user.ts';
import type { Check, Issue } from '../check.ts';
import { isAnswered } from '../probes/probe-all.ts';
import { mayHaveOfflineAccess } from './issuers.ts';

/** What people leave in a template. */
const PLACEHOLDER = /^(x+|\.+|…|<.*>|\[.*\]|\{.*\}|change[-_ ]?me|secret|password|placeholder|todo|tbd|your[-_ ].*)$/i;

/** A client of a connection: its own, or its gate's. */
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
    why: 'Without a refresh token people are asked to sign in again as soon as the access token ends, about every hour.',
    find: ({ project, probes: { issuers } }) =>
      project.settings.connections.flatMap(({ id, signIn }) => {
        if (!isOpenId(signIn) || signIn.scopes.includes('offline_access')) return [];
        const own = isEntra(signIn)
          ? undefined
          : issuers.find(({ connectionId, type }) => connectionId === id && type === 'oidc');
        // A provider that does not know the scope may refuse every sign-in that asks for it (RFC 6749, section 4.1.2.1).
        if (own && !mayHaveOfflineAccess(own)) return [];
        const unknown =
          isEntra(signIn) || (own && isAnswered(own.discovery)) ? '' : ', if scopes_supported of its issuer has it';
        const fix = scopesLine(signIn.scopes, 'offline_access', id) + unknown;
        return [{ what: `${id}: signIn.scopes has no offline_access`, fix }];
      }),
  },
  {
    id: 'scopes-openid',
    section: 'Sign-in',
    severity: 'warning',
    needs: ['CONNECTIONS_FILE'],
    why: 'Latchkey asks for it all the same, since nobody is signed in without; who approves the app should read it there.',
    find: ({ project }) =>
      project.settings.connections.flatMap(({ id, signIn }) => {
        if (!isOpenId(signIn) || signIn.scopes.includes('openid')) return [];
        return [{ what: `${id}: signIn.scopes has no openid`, fix: scopesLine(signIn.scopes, 'openid', id) }];
      }),
  },
  {
    id: 'client-secret',
    section: 'Sign-in',
    severity: 'error',
    needs: ['CONNECTIONS_FILE'],
    why: 'People sign in, and at the end the pop-up says that it failed: the provider refuses the client.',
    find: ({ project }) => project.settings.connections.flatMap(clientsOf).flatMap(secretFault),
  },
];

/** Whether `openid` and `offline_access` are scopes of its provider. */
function isOpenId(signIn: SignInConfig): signIn is OAuthSignIn {
  return signIn.type !== 'tokenService' && signInTypeOf(signIn).openid;
}

function scopesLine(scopes: readonly string[], missing: string, id: string): string {
  return `"scopes": ${JSON.stringify([missing, ...scopes])}   in signIn of ${id}`;
}

function clientsOf({ id, signIn }: ConnectionConfig): Client[] {
  if (signIn.type === 'tokenService') return [];
  const gate = 'gate' in signIn && signIn.gate ? signIn.gate : undefined;
  return [
    { name: `${id}: signIn.clientSecret`, type: signIn.type, secret: signIn.clientSecret },
    ...(gate ? [{ name: `${id}: signIn.gate.clientSecret`, type: gate.type, secret: gate.clientSecret }] : []),
  ];
}

function secretFault({ name, type, secret }: Client): Issue[] {
  const fix = 'Make a new secret at the provider, copy its value (it is shown once), and set the variable to it';
  if (PLACEHOLDER.test(secret)) return [{ what: `${name} is a placeholder`, fix }];
  // Entra shows two columns; a secret's value never looks like a GUID.
  if ((type === 'entra' || type === 'teamsSso') && parseGuid(secret))
    return [{ what: `${name} is the secret's id, not its value`, fix }];
  return [];
}
