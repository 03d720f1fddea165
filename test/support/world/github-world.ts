import { fileURLToPath } from 'node:url';
import { builtPath } from '../../../local/paths.ts';
import { freePorts, type Running, startProcess } from '../../../local/processes.ts';
import { ByzantineProvider } from '../provider/byzantine-provider.ts';
import { type ScriptedApi, startScriptedApi } from '../provider/scripted-api.ts';
import { startWorld, type World } from './world.ts';

const CONNECTIONS_FILE = fileURLToPath(new URL('connections/github.json', import.meta.url));

/** A world whose people sign in to GitHub: `github` is a GitHub App, whose tokens expire, `octo` an OAuth App, whose
 * tokens don't, `guarded` the same behind a gate at Entra, `handbook` a GitHub that answers as the test says. All search
 * the scripted API. */
export interface GithubWorld {
  world: World;
  github: Running & { url: string };
  octo: Running & { url: string };
  hostile: ByzantineProvider;
  api: ScriptedApi;
  stop(): Promise<void>;
}

export async function startGithubWorld(): Promise<GithubWorld> {
  const [bot = 0, identityProvider = 0, wiki = 0, app = 0, oauthApp = 0] = await freePorts(5);
  const callback = (id: string) => `http://localhost:${bot}/auth/callback/${id}`;
  const hostile = await ByzantineProvider.start();
  const api = await startScriptedApi();
  const github = await start(app, { REDIRECT_URIS: callback('github'), TOKEN_TTL: '28800' });
  const octo = await start(oauthApp, { REDIRECT_URIS: `${callback('octo')},${callback('guarded')}` });
  const world = await startWorld({
    ports: { bot, identityProvider, wiki },
    botEnv: {
      CONNECTIONS_FILE,
      GITHUB_APP_URL: github.url,
      OAUTH_APP_URL: octo.url,
      HOSTILE_URL: hostile.origin,
      OTHER_URL: api.url,
      LOG_LEVEL: 'trace',
    },
    close: () => Promise.all([github.stop(), octo.stop(), hostile.close(), api.close()]),
  });
  return { world, github, octo, hostile, api, stop: world.stop };
}

async function start(port: number, env: Record<string, string>): Promise<Running & { url: string }> {
  const running = await startProcess({
    name: 'GitHub stand-in',
    script: builtPath('local/github/main.js'),
    env: { PORT: String(port), GITHUB_STATS: '1', GITHUB_FAULTS: '1', ...env },
  });
  return { ...running, url: `http://localhost:${port}` };
}
