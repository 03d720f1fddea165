import { fileURLToPath } from 'node:url';
import type { Person } from '../../local/people.ts';
import type { PostResult } from '../../local/teams/post.ts';
import { startWorld, type World } from './world.ts';

const CONNECTIONS_FILE = fileURLToPath(new URL('sso-connections.json', import.meta.url));

/** A world whose `wiki` signs people in by what their Teams client brings. */
export interface SsoWorld {
  world: World;
  /** What Entra gives the Teams client for somebody, changed as said. @param tenantId whose keys sign */
  token(person: Person, change?: { claims?: object; header?: object }, tenantId?: string): Promise<string>;
  /** The query again, with the token, as Teams sends it. */
  searchWith(person: Person, token: unknown, botUrl?: string): Promise<PostResult>;
  /** How often Entra was asked for something on somebody's behalf. */
  exchanges(person: Person): Promise<{ ok: number; refused: number }>;
  /** What a policy wants of a person from now on; nothing without `claims`. */
  challenge(person: Person, claims?: string): Promise<void>;
}

const ON_BEHALF_OF = 'token:urn:ietf:params:oauth:grant-type:jwt-bearer';

export async function startSsoWorld(botEnv: Record<string, string> = {}): Promise<SsoWorld> {
  const world = await startWorld({
    botEnv: { CONNECTIONS_FILE, LOG_LEVEL: 'trace', ...botEnv },
    identityProviderEnv: { IDP_SSO: '1' },
  });
  const issuerOf = (tenantId: string) => `${world.identityProviderUrl}/${tenantId}/v2.0`;
  return {
    world,
    async token({ username, tenantId: own }, change = {}, tenantId = own) {
      const body = JSON.stringify({ username, ...change });
      const response = await fetch(`${issuerOf(tenantId)}/__sso`, { method: 'POST', body });
      if (!response.ok) throw new Error(`__sso answered ${response.status}`);
      return String(((await response.json()) as { token?: string }).token);
    },
    searchWith(person, token, botUrl = world.botUrl) {
      const activity = world.connector.queryActivity(person, { commandId: 'insertWiki', text: 'lakers' });
      const { value } = activity as unknown as { value: Record<string, unknown> };
      value.authentication = { id: 'f4a8', connectionName: '', token };
      return world.connector.post(botUrl, activity);
    },
    async exchanges({ tenantId }) {
      const { issuers } = (await (await fetch(`${world.identityProviderUrl}/__stats`)).json()) as { issuers: Stats };
      return issuers[issuerOf(tenantId)]?.[ON_BEHALF_OF] ?? { ok: 0, refused: 0 };
    },
    async challenge({ username, tenantId }, claims) {
      await fetch(`${issuerOf(tenantId)}/__challenge`, { method: 'POST', body: JSON.stringify({ username, claims }) });
    },
  };
}

type Stats = Record<string, Record<string, { ok: number; refused: number }>>;
