import { fileURLToPath } from 'node:url';
import { freePorts } from '../../../local/processes.ts';
import { github } from '../search/github.ts';
import { graph } from '../search/graph.ts';
import { jsonApi } from '../search/json-api.ts';
import { opensearch } from '../search/opensearch.ts';
import { type SearchServer, startSearchServer } from '../search/server.ts';
import { type ConnectionId, startWorld, type World } from './world.ts';

const CONNECTIONS_FILE = fileURLToPath(new URL('connections/source.json', import.meta.url));
const PATH = 'https://contoso.sharepoint.com/sites/handbook';

/** The types of source except `mediawiki`, by the connection that searches it here. */
export const SOURCE_TYPES = { wiki: 'graph', octo: 'github', handbook: 'opensearch', guarded: 'http' } as const;
export type SourceConnection = keyof typeof SOURCE_TYPES & ConnectionId;

/** A world whose connections search one stand-in of each type. */
export interface SourceWorld {
  world: World;
  apis: Record<SourceConnection, SearchServer>;
  stop(): Promise<void>;
}

export async function startSourceWorld(): Promise<SourceWorld> {
  const [bot = 0, identityProvider = 0, wiki = 0] = await freePorts(3);
  const apis = {
    wiki: await startSearchServer(graph(['driveItem', 'listItem'], PATH), true),
    octo: await startSearchServer(github, true),
    handbook: await startSearchServer(opensearch, true),
    guarded: await startSearchServer(jsonApi, true),
  };
  const callbacks = Object.keys(apis).map((id) => `http://localhost:${bot}/auth/callback/${id}`);
  const world = await startWorld({
    ports: { bot, identityProvider, wiki },
    identityProviderEnv: { REDIRECT_URIS: callbacks.join() },
    botEnv: {
      CONNECTIONS_FILE,
      GRAPH_URL: apis.wiki.url,
      GITHUB_URL: apis.octo.url,
      OPENSEARCH_URL: apis.handbook.url,
      API_URL: apis.guarded.url,
      LOG_LEVEL: 'trace',
    },
    close: () => Promise.all(Object.values(apis).map((api) => api.close())),
  });
  return { world, apis, stop: world.stop };
}
