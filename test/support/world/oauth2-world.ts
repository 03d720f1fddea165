import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../../local/processes.ts';
import { DOCUMENTED, documentedSignIn } from '../oauth2/documented.ts';
import { type RunningService, startService } from '../oauth2/server.ts';
import { plain } from '../oauth2/services/plain.ts';
import { type ScriptedApi, startScriptedApi } from '../provider/scripted-api.ts';
import { startWorld, type World } from './world.ts';

export const SERVICES = ['plain', 'mediawiki', 'confluence', 'servicenow', 'zendesk', 'slack', 'notion'] as const;
export type ServiceId = (typeof SERVICES)[number];

/** A world whose people sign in to services by OAuth 2.0, with the sign-ins of the presets. Each service's API takes
 * its own tokens alone, and answers as the scripted API says. */
export interface OAuth2World {
  world: World;
  services: Record<ServiceId, RunningService>;
  api: ScriptedApi;
  stop(): Promise<void>;
}

export async function startOAuth2World(): Promise<OAuth2World> {
  const [bot = 0, identityProvider = 0, wiki = 0] = await freePorts(3);
  const api = await startScriptedApi();
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-oauth2-'));
  const started = await Promise.all(
    SERVICES.map(async (id) => {
      const redirectUris = [`http://localhost:${bot}/auth/callback/${id}`];
      const tokenTtl = id === 'notion' ? { tokenTtl: null } : {};
      const options = { redirectUris, upstream: api.url, ...tokenTtl };
      return [id, await startService(id === 'plain' ? plain : DOCUMENTED[id], options)] as const;
    }),
  );
  const services = Object.fromEntries(started) as Record<ServiceId, RunningService>;
  const connectionsFile = join(folder, 'connections.json');
  const connections = started.map(([id, { url }]) => connection(id, url));
  writeFileSync(connectionsFile, JSON.stringify({ connections }));
  const close = async () => {
    await Promise.all([api.close(), ...started.map(([, service]) => service.close())]);
    rmSync(folder, { recursive: true, force: true });
  };
  const world = await startWorld({
    ports: { bot, identityProvider, wiki },
    botEnv: { CONNECTIONS_FILE: connectionsFile, LOG_LEVEL: 'trace' },
    close,
  });
  return { world, services, api, stop: world.stop };
}

function connection(id: ServiceId, url: string) {
  const name = id.replace(/^./, (first) => first.toUpperCase());
  const signIn = id === 'plain' ? plainSignIn(url) : documentedSignIn(id, url);
  return { id, title: name, commands: [`insert${name}`], signIn, source: sourceOf(id, url) };
}

function plainSignIn(url: string) {
  return {
    type: 'oauth2',
    authorizationUrl: `${url}/oauth2/authorize`,
    tokenUrl: `${url}/oauth2/token`,
    revocationUrl: `${url}/oauth2/revoke`,
    clientId: 'latchkey',
    clientSecret: '${WIKI_CLIENT_SECRET}',
    scopes: ['wiki.read'],
    account: { url: `${url}/api/user`, id: '/id', name: '/login' },
  };
}

/** Confluence's API has the site in its addresses. */
function sourceOf(id: ServiceId, url: string) {
  if (id !== 'confluence') return { type: 'mediawiki', url };
  return {
    type: 'http',
    url: `${url}/ex/confluence/{site}/rest/search?text={query}&limit={count}&start={skip}`,
    items: '/query/search',
    fields: { title: '/title', url: `${url}/wiki/{/pageid}` },
  };
}
