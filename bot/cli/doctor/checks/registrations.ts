import type { Check, Issue } from '../check.ts';
import type { SignInProbe } from '../probes/sign-ins.ts';

function forEachSignIn(find: (probe: SignInProbe) => Issue | undefined): Check['find'] {
  return ({ probes: { signIns } }) => signIns.map(find).filter((issue) => issue !== undefined);
}

/** What providers say of the bot's registration. A provider that does not say is no fault. */
export const registrationChecks: readonly Check[] = [
  {
    id: 'redirect-uri-refused',
    section: 'Network',
    severity: 'error',
    needs: ['BASE_URL', 'CONNECTIONS_FILE'],
    why: 'The pop-up shows an error page of the provider instead of its sign-in.',
    requires: 'network',
    find: forEachSignIn(({ connectionId, redirectUri, preflight }) => {
      if (preflight?.type !== 'redirectUri' && preflight?.type !== 'refused') return undefined;
      const about = preflight.type === 'redirectUri' ? 'does not accept the redirect URI' : 'shows an error page';
      const words = preflight.text === '' ? '' : `: "${preflight.text}"`;
      return {
        what: `${connectionId}: the provider ${about} (${preflight.status})${words}`,
        fix: `Register exactly ${redirectUri} at the provider of ${connectionId}; then compare signIn.clientId`,
        ...(preflight.type === 'redirectUri' && !preflight.isSure && { severity: 'warning' as const }),
      };
    }),
  },
  {
    id: 'authorization-refused',
    section: 'Network',
    severity: 'error',
    needs: ['BASE_URL', 'CONNECTIONS_FILE'],
    why: 'The pop-up says that the sign-in is not set up correctly.',
    requires: 'network',
    find: forEachSignIn(({ connectionId, preflight }) => {
      if (preflight?.type !== 'error') return undefined;
      const field = preflight.error === 'invalid_scope' ? 'signIn.scopes' : 'signIn';
      const description = preflight.description === '' ? '' : `: "${preflight.description.slice(0, 200)}"`;
      return {
        what: `${connectionId}: the provider answers the authorization request with ${preflight.error.slice(0, 60)}${description}`,
        fix: `Correct ${field} of ${connectionId}; node dist/bot/cli.js connections try ${connectionId} shows more`,
      };
    }),
  },
  {
    id: 'client-refused',
    section: 'Network',
    severity: 'error',
    needs: ['BASE_URL', 'CONNECTIONS_FILE'],
    why: 'Every sign-in fails in its last step, and people who are signed in have to sign in again.',
    requires: 'network',
    find: forEachSignIn(({ connectionId, client }) => {
      if (client !== 'refused') return undefined;
      return {
        what: `${connectionId}: the token endpoint refuses the client: its secret is wrong or has expired, or it authenticates in another way`,
        fix: `Make a new client secret for ${connectionId} at its provider; if it is right, set signIn.clientAuthentication`,
      };
    }),
  },
];
