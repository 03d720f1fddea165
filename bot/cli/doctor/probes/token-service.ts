import type { ConnectionConfig } from '../../../config/connections-file.ts';
import type { Project } from '../checks/project.ts';

/** What the token service said to the name of a connection. */
export interface TokenServiceHeard {
  connectionId: string;
  name: string;
  url: string;
  /** Why there is no sign-in link. */
  failure: string | undefined;
}

/** Asks the token service for a sign-in link of each of its connections, as the bot, for nobody. */
export async function hearTokenService({ settings, usable }: Project): Promise<TokenServiceHeard[]> {
  const { bot, tokenService, loopback, connections } = settings;
  const names = connections.flatMap(nameOf);
  const fine = ['BOT_ID', 'BOT_TYPE', 'BOT_TENANT_ID', 'BOT_CERTIFICATE_FILE', 'BOT_TOKEN_SERVICE'].every(usable);
  if (names.length === 0 || !bot || !tokenService || !fine) return [];
  // The library that asks takes a second to load.
  const { userTokens } = await import('../../../teams/user-token-client.ts');
  const tokensOf = userTokens({ bot, tokenService, loopback });
  return Promise.all(
    names.map(async ({ connectionId, name }) => {
      const heard = { connectionId, name, url: tokenService.url };
      try {
        await tokensOf(name).signInResource({ connectionId, ...NOBODY, activity: ACTIVITY });
        return { ...heard, failure: undefined };
      } catch (error) {
        // Its words are ours alone: what was asked, and a status.
        return { ...heard, failure: (error as Error).message };
      }
    }),
  );
}

function nameOf({ id: connectionId, signIn }: ConnectionConfig): { connectionId: string; name: string }[] {
  return signIn.type === 'tokenService' ? [{ connectionId, name: signIn.connectionName }] : [];
}

const NONE = '00000000-0000-4000-8000-000000000000';
const NOBODY = { asker: { tenantId: NONE, objectId: NONE }, name: '', locale: 'en-US' };
const ACTIVITY = {
  type: 'invoke',
  channelId: 'msteams',
  serviceUrl: 'https://smba.trafficmanager.net/teams/',
  from: { id: 'latchkey-doctor' },
  recipient: { id: 'latchkey' },
  conversation: { id: 'latchkey-doctor' },
};
