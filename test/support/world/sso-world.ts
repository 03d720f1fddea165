import { fileURLToPath } from 'node:url';
import type { Person } from '../../../local/people.ts';
import type { PostResult } from '../../../local/teams/connector/post.ts';
import { eventsSince } from './evidence.ts';
import { startWorld, type World } from './world.ts';

export const SSO_CONNECTIONS = fileURLToPath(new URL('connections/sso.json', import.meta.url));

/** A world whose `wiki` and `intranet` sign people in with the token of their Teams client; the `handbook` does not. */
export interface SsoWorld {
  world: World;
  /** Entra's token for the Teams client of a person, with these changes. */
  token(person: Person, change?: TokenChange): Promise<string>;
  /** All tokens that it returned. */
  tokens: Set<string>;
  /** The query again, with the token, as Teams sends it. */
  searchWith(person: Person, token: unknown, botUrl?: string): Promise<PostResult>;
  /** How often Entra was asked on behalf of a person. */
  exchanges(person: Person): Promise<{ ok: number; refused: number }>;
  /** A policy's claims challenge for a person from now on; without `claims`, it ends. */
  challenge(person: Person, claims?: string): Promise<void>;
  /** The reasons of refused tokens since a mark of the log. */
  refusals(mark: number): Promise<(string | undefined)[]>;
}

interface TokenChange {
  claims?: object;
}

const ON_BEHALF_OF = 'token:urn:ietf:params:oauth:grant-type:jwt-bearer';

export async function startSsoWorld(botEnv: Record<string, string> = {}): Promise<SsoWorld> {
  const world = await startWorld({
    botEnv: { CONNECTIONS_FILE: SSO_CONNECTIONS, LOG_LEVEL: 'trace', ...botEnv },
    identityProviderEnv: { IDP_SSO: '1' },
  });
  const issuerOf = (tenantId: string) => `${world.identityProviderUrl}/${tenantId}/v2.0`;
  const tokens = new Set<string>();
  return {
    world,
    tokens,
    async token(...owner) {
      const token = await ssoToken(world.identityProviderUrl, ...owner);
      tokens.add(token);
      return token;
    },
    searchWith: (person, token, botUrl) => searchWithToken(world, person, token, botUrl),
    async exchanges({ tenantId }) {
      const { issuers } = (await (await fetch(`${world.identityProviderUrl}/__stats`)).json()) as { issuers: Stats };
      return issuers[issuerOf(tenantId)]?.[ON_BEHALF_OF] ?? { ok: 0, refused: 0 };
    },
    async challenge({ username, tenantId }, claims) {
      await fetch(`${issuerOf(tenantId)}/__challenge`, { method: 'POST', body: JSON.stringify({ username, claims }) });
    },
    async refusals(mark) {
      const refused = (await eventsSince(world, mark)).filter(({ event }) => event === 'sso.refused');
      return refused.map(({ reason }) => reason);
    },
  };
}

type Stats = Record<string, Record<string, { ok: number; refused: number }>>;

/** Entra's token for the Teams client of a person. */
export async function ssoToken(
  identityProviderUrl: string,
  { username, tenantId }: Person,
  change: TokenChange = {},
): Promise<string> {
  const body = JSON.stringify({ username, ...change });
  const response = await fetch(`${identityProviderUrl}/${tenantId}/v2.0/__sso`, { method: 'POST', body });
  if (!response.ok) throw new Error(`__sso answered ${response.status}`);
  return String(((await response.json()) as { token?: string }).token);
}

/** The query again, with the token, as Teams sends it. */
export function searchWithToken(world: World, person: Person, token: unknown, botUrl = world.botUrl) {
  const activity = world.connector.queryActivity(person, { commandId: 'insertWiki', text: 'lakers' });
  Object.assign(activity.value as object, { authentication: { id: 'f4a8', connectionName: '', token } });
  return world.connector.post(botUrl, activity);
}
