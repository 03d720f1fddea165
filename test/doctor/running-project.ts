import { readFileSync } from 'node:fs';
import { builtPath, CONNECTIONS_FILE } from '../../local/paths.ts';
import { TENANTS } from '../../local/people.ts';
import { freePorts, startProcess } from '../../local/processes.ts';
import { type Edge, startEdge } from '../support/network/edge.ts';
import { addTemplate, DoctorProject, lines } from '../support/project/doctor-project.ts';
import { ByzantineProvider, json, type Reply } from '../support/provider/byzantine-provider.ts';
import { type DirectLineWorld, startDirectLineWorld } from '../support/teams/direct-line-world.ts';
import { APP_ID, SECRETS } from './public-project.ts';

/** A correct project with all its services running: the demo's bot, identity provider, wiki and Direct Line, a
 * second issuer that a test controls, and a reverse proxy at BASE_URL. */
export interface Running {
  world: DirectLineWorld;
  edge: Edge;
  issuer: ByzantineProvider;
  tokenService: { url: string };
  project: DoctorProject;
  /** Resets everything. */
  fix(): void;
  stop(): Promise<void>;
}

/** The metadata of the second issuer besides the endpoints. */
const PKCE = { code_challenge_methods_supported: ['S256'] };

/** Shows its sign-in page, and knows no code. */
const REGISTERED: Record<string, Reply> = {
  authorize: (response) => response.writeHead(302, { location: '/sign-in' }).end(),
  token: (response) => json(response, 400, { error: 'invalid_grant' }),
};

export async function startRunning(): Promise<Running> {
  const [bot = 0, identityProvider = 0, wiki = 0, edgePort = 0] = await freePorts(4);
  const [world, issuer, tokenService] = await Promise.all([
    startDirectLineWorld({
      ports: { bot, identityProvider, wiki },
      identityProviderEnv: { BASE_URLS: `http://localhost:${bot},http://localhost:${edgePort}` },
    }),
    ByzantineProvider.start(),
    startTokenService(),
  ]);
  const edge = await startEdge(world.botUrl, edgePort);
  const project = demoProject(world, edge, issuer);
  await project.pack();
  const fix = () => {
    edge.spoil = () => undefined;
    issuer.reset();
    issuer.metadata = PKCE;
    Object.assign(issuer.responses, REGISTERED);
    world.connector.endpoints.mode = { metadata: 'ok', keys: 'ok' };
  };
  fix();
  return {
    ...{ world, edge, issuer, tokenService, project, fix },
    async stop() {
      project.discard();
      await Promise.all([world.stop(), issuer.close(), edge.close(), tokenService.stop()]);
    },
  };
}

async function startTokenService() {
  const [port = 0] = await freePorts(1);
  const env = { PORT: String(port), IDENTITY_PROVIDER_URL: 'http://localhost:1' };
  const running = await startProcess({ name: 'token service', script: builtPath('local/token-service/main.js'), env });
  return { ...running, url: `http://localhost:${port}` };
}

function demoProject(world: DirectLineWorld, edge: Edge, issuer: ByzantineProvider): DoctorProject {
  const { CONNECTIONS_FILE: _, PORT: __, ...env } = world.botEnv;
  const project = new DoctorProject('local', {
    ...env,
    BASE_URL: edge.origin,
    BOT_TYPE: 'SingleTenant',
    BOT_TENANT_ID: TENANTS.contoso,
    BOT_PASSWORD: SECRETS.bot,
    AAD_APP_CLIENT_ID: 'latchkey',
    SECOND_ISSUER: `${issuer.origin}/plain`,
  });
  addTemplate(project);
  project.write('connections.json', demoConnections());
  project.write(
    'env/.env.local',
    lines({
      TEAMSFX_ENV: 'local',
      APP_NAME_SUFFIX: '-local',
      TEAMS_APP_ID: APP_ID,
      DEVELOPER_NAME: 'Contoso',
      DEVELOPER_WEBSITE_URL: 'https://example.com',
      DEVELOPER_PRIVACY_URL: 'https://example.com/privacy',
      DEVELOPER_TERMS_URL: 'https://example.com/terms',
    }),
  );
  project.write('aad.manifest.json', {
    appId: '${{AAD_APP_CLIENT_ID}}',
    signInAudience: 'AzureADMultipleOrgs',
    web: { redirectUris: ['${{BASE_URL}}/auth/callback/wiki'] },
  });
  return project;
}

/** The demo's wiki and handbook. The handbook's issuer is the second one. */
function demoConnections() {
  const { connections } = JSON.parse(readFileSync(CONNECTIONS_FILE, 'utf8')) as {
    connections: { id: string; signIn: Record<string, unknown> }[];
  };
  const [wiki, handbook] = ['wiki', 'handbook'].map((name) => connections.find(({ id }) => id === name));
  if (!wiki || !handbook) throw new Error('The demo has another configuration');
  return { connections: [wiki, { ...handbook, signIn: { ...handbook.signIn, issuer: '${SECOND_ISSUER}' } }] };
}
