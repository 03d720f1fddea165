import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { parseArgs } from 'node:util';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { signInByPages } from '../../../local/identity-provider/user-agent/sign-in.ts';
import type { Service } from '../../../local/oauth2/service.ts';
import { builtPath } from '../../../local/paths.ts';
import { CLIENT, PASSWORD } from '../../../local/people.ts';
import { freePorts, startProcess } from '../../../local/processes.ts';
import { type RunningService, startService } from '../../support/oauth2/server.ts';
import { atlassian, SITES } from '../../support/oauth2/services/atlassian.ts';
import { plain } from '../../support/oauth2/services/plain.ts';
import { patient } from '../../support/patience.ts';
import { entryAt } from '../../support/presets/entry.ts';
import { exampleConnection, exampleEntry } from '../../support/project/presets.ts';
import { jsonApi } from '../../support/search/json-api.ts';
import type { StandIn, StandInRequest, StandInResponse } from '../../support/search/server.ts';
import { type SearchServer, startSearchServer } from '../../support/search/server.ts';
import { jira } from '../../support/search/vendors/jira.ts';

/** The result of the command, with `--json`. */
interface Finding {
  id: string;
  severity: 'error' | 'warning';
  field: string;
  entryFields?: string[];
  what: string;
  fix: string;
}

interface TryReport {
  notes: string[];
  requests: { step: string; url: string; headers: string[] }[];
  card?: { title: string };
  findings: Finding[];
}

export interface TryRun {
  code: number | null;
  stdout: string;
  stderr: string;
  report: TryReport | undefined;
  /** What must never be printed: secrets, tokens, codes and states of this run. */
  secrets: readonly string[];
}

/** The built command. */
interface BuiltTry {
  connectionsTry: {
    check(options: object): void;
    diagnose(environment: object, options: object): Promise<{ text: string[]; json: TryReport; incomplete: boolean }>;
  };
}

// biome-ignore lint/suspicious/noExplicitAny: tests spoil any place of an entry
export type Entry = Record<string, any>;

/** Correct connections: each signs in to a stand-in of its service and searches a stand-in of its API. */
export type Base = 'plain' | 'jira' | 'oidc' | 'preset';

interface RunOptions {
  args?: string[];
  env?: Record<string, string>;
  /** The person who signs in; `undefined`: the browser is never used. */
  person?: string;
  /** What the browser does with its final address. Default: it opens it. */
  atCallback?: (callbackUrl: string) => Promise<unknown>;
  /** What a person types. */
  type?: (callbackUrl: string) => string;
  json?: boolean;
  /** The operator presses Ctrl+C as soon as this is true. Only for `run`. */
  interruptIf?: () => boolean;
  /** The standard input, sent at once. */
  typed?: string;
  /** Instead of a search for "island". */
  command?: string[];
}

export interface TryWorld {
  /** The port of BASE_URL. */
  port: number;
  services: Record<'plain' | 'jira', RunningService>;
  apis: Record<'plain' | 'jira', SearchServer>;
  /** Changes the responses of the APIs. */
  answer: (change: Change | undefined) => void;
  /** Changes the responses of a service's token endpoint. */
  issue: (change: ((tokens: Record<string, unknown>) => object) | undefined) => void;
  /** A correct entry that a test breaks. */
  entry(base: Base): Entry;
  /** Runs `latchkey connections try`. */
  run(entry: Entry, options?: RunOptions): Promise<TryRun>;
  /** What the command would print, as text and as JSON, in this process: four seconds less for each mistake. */
  examine(entry: Entry, options?: RunOptions): Promise<TryRun>;
  stop(): Promise<void>;
}

export type Change = (answer: StandInResponse, requested: StandInRequest) => StandInResponse;

type Item = Record<string, unknown>;

/** Changes each item of a search and of recent changes. The second argument is the token of the request. */
export function onItems(change: (item: Item, token: string) => Item): Change {
  return (answer, { url, headers }) => {
    if (url.startsWith('/v2/pages/')) return answer;
    const json = answer.json as { data: { list: Item[] } };
    const list = json.data.list.map((item) => change(item, bearerOf(headers)));
    return { ...answer, json: { ...json, data: { ...json.data, list } } };
  };
}

/** Responds to each search with this. */
export function onSearch(answer: StandInResponse): Change {
  return (right, { url }) => (isSearch(url) ? answer : right);
}

export function isSearch(url: string): boolean {
  return url.startsWith('/v2/search/');
}

/** Empty without a bearer token. */
export function bearerOf({ authorization = '' }: StandInRequest['headers']): string {
  return /^Bearer (\S+)$/.exec(authorization)?.[1] ?? '';
}

const SECRETS = { ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`, CLIENT_SECRET: CLIENT.secret };
const JIRA_SITE = jira.site ?? '';
const TIMEOUT_MS = 30_000;

/** One world for the calling file. After each test, its services answer correctly again. */
export function useTryWorld(): TryWorld {
  const world = {} as TryWorld;
  beforeAll(async () => void Object.assign(world, await startTryWorld()));
  afterEach(() => {
    world.answer(undefined);
    world.issue(undefined);
  });
  afterAll(() => world.stop?.());
  return world;
}

async function startTryWorld(): Promise<TryWorld> {
  const [port = 0, idpPort = 0] = await freePorts(2);
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-try-'));
  const callback = (id: string) => `http://localhost:${port}/auth/callback/${id}`;
  let change: Change | undefined;
  let issue: ((tokens: Record<string, unknown>) => object) | undefined;
  const issuedTokens: string[] = [];
  const changeable =
    (standIn: StandIn): StandIn =>
    (requested, around) => {
      const answer = standIn(requested, around);
      return change ? change(answer, requested) : answer;
    };
  const issuing = (service: Service): Service => ({
    ...service,
    tokens: (issued) => {
      const tokens = service.tokens(issued);
      issuedTokens.push(issued.accessToken, issued.refreshToken ?? '');
      return issue ? issue(tokens as Record<string, unknown>) : tokens;
    },
  });
  // The service names another site than the stand-in of the API.
  const atSite: StandIn = (requested, around) =>
    jira.standIn({ ...requested, url: requested.url.replace(SITES[0].id, JIRA_SITE) }, around);
  const [plainApi, jiraApi, plainService, jiraService, idp] = await Promise.all([
    startSearchServer(changeable(jsonApi), true),
    startSearchServer(changeable(atSite), true),
    startService(issuing(plain), { redirectUris: [callback('plain')] }),
    startService(issuing(atlassian), { redirectUris: [callback('jira')] }),
    startProcess({
      name: 'identity provider',
      script: builtPath('local/identity-provider/main.js'),
      env: { PORT: String(idpPort), REDIRECT_URIS: callback('oidc') },
    }),
  ]);
  const services = { plain: plainService, jira: jiraService };
  const apis = { plain: plainApi, jira: jiraApi };

  function prepare(entry: Entry, { env }: RunOptions): Record<string, string | undefined> {
    const file = join(folder, 'connections.json');
    writeFileSync(file, JSON.stringify({ connections: [entry] }));
    const baseUrl = `http://localhost:${port}`;
    return {
      PATH: process.env.PATH,
      BASE_URL: baseUrl,
      ALLOWED_TENANTS: '*',
      CONNECTIONS_FILE: file,
      ...SECRETS,
      ...env,
    };
  }

  /** @param seen codes and states of the browser */
  async function secretsOf({ signIn }: Entry, env: Record<string, string | undefined>, seen: readonly string[]) {
    const calls = [...(await plainApi.takeCalls()), ...(await jiraApi.takeCalls())];
    const bearers = calls.map(({ headers }) => bearerOf(headers));
    const own = [env.CLIENT_SECRET, env.ENCRYPTION_KEYS?.slice(3), signIn.clientSecret, env.LATCHKEY_TOKEN];
    const all = [...own, ...bearers, ...issuedTokens.splice(0), ...seen].filter((each) => each !== undefined);
    return [...new Set(all)].filter((each) => each.length > 8 && !each.startsWith('${'));
  }

  async function run(entry: Entry, options: RunOptions = {}): Promise<TryRun> {
    const env = prepare(entry, options);
    const args = options.command ?? ['connections', 'try', String(entry.id), '--query', 'island', '--wait', '60'];
    const all = [...args, ...(options.json === false ? [] : ['--json']), ...(options.args ?? [])];
    const { seen, ...ended } = await runTry(all, env, options);
    return { ...ended, secrets: await secretsOf(entry, env, seen) };
  }

  async function examine(entry: Entry, options: RunOptions = {}): Promise<TryRun> {
    const env = prepare(entry, options);
    const { connectionsTry } = (await import(builtPath('bot/cli/connections/try.js'))) as BuiltTry;
    const input = new PassThrough();
    const seen: string[] = [];
    let stderr = '';
    let browser: Promise<unknown> | undefined;
    const log = new PassThrough();
    log.on('data', (chunk) => {
      stderr += chunk;
      const url = addressIn(stderr);
      if (url === undefined || options.person === undefined || browser) return;
      browser = signIn(url, options.person, options, seen, (typed) => void input.end(typed));
    });
    const environment = { arguments: [String(entry.id)], env, folder, colour: false, input, log };
    const { values } = parseArgs({ args: options.args ?? [], options: OPTIONS });
    const given = { query: 'island', wait: '60', ...values };
    connectionsTry.check(given);
    const { text, json, incomplete } = await connectionsTry.diagnose(environment, given);
    await browser;
    const stdout = `${text.join('\n')}\n${JSON.stringify(json)}\n`;
    return {
      code: incomplete ? 1 : 0,
      stdout,
      stderr,
      report: quick(json),
      secrets: await secretsOf(entry, env, seen),
    };
  }

  return {
    port,
    services,
    apis,
    answer: (next) => {
      change = next;
    },
    issue: (next) => {
      issue = next;
    },
    entry: (base) => {
      if (base === 'preset') return presetEntry(jiraService.url);
      if (base === 'jira') return jiraEntry(jiraService.url, jiraApi.url);
      const signIn = base === 'plain' ? plainSignIn(plainService.url) : oidcSignIn(idpPort);
      return { id: base, title: 'Contoso pages', commands: ['search'], signIn, source: pagesSource(plainApi.url) };
    },
    run,
    examine,
    async stop() {
      const closing = [plainApi, jiraApi, plainService, jiraService].map((standIn) => standIn.close());
      await Promise.all([idp.stop(), ...closing]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The secrets that were printed. The address for the browser has the state: a person must open it. */
export function leaked({ stdout, stderr, secrets }: TryRun): string[] {
  const printed = stdout + stderr.replace(/^https?:\/\/\S+[?&]state=\S+$/m, '');
  return secrets.filter((secret) => printed.includes(secret));
}

const OPTIONS = {
  query: { type: 'string' },
  token: { type: 'string' },
  'token-file': { type: 'string' },
  port: { type: 'string' },
  paste: { type: 'boolean' },
  wait: { type: 'string' },
} as const;

/** Runs the command, and signs in by the address that it prints. */
async function runTry(args: string[], env: NodeJS.ProcessEnv, options: RunOptions) {
  const child = spawn(process.execPath, [builtPath('bot/cli.js'), ...args], { env, timeout: patient(TIMEOUT_MS) });
  if (options.typed !== undefined) child.stdin.end(options.typed);
  const seen: string[] = [];
  let [stdout, stderr] = ['', ''];
  let browser: Promise<unknown> | undefined;
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
    const url = addressIn(stderr);
    if (url === undefined || options.person === undefined || browser) return;
    browser = signIn(url, options.person, options, seen, (typed) => void child.stdin.end(typed));
  });
  const watch = setInterval(() => {
    if (!options.interruptIf?.()) return;
    clearInterval(watch);
    child.kill('SIGINT');
  }, 50);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(watch);
  await browser;
  const report = stdout.startsWith('{') ? quick(JSON.parse(stdout) as TryReport) : undefined;
  return { code, stdout, stderr, report, seen };
}

/** On a busy machine, each stand-in may be slow. */
function quick(report: TryReport): TryReport {
  return { ...report, findings: report.findings.filter(({ id }) => id !== 'slow') };
}

function addressIn(stderr: string): string | undefined {
  return /\n\n(https?:\S+)\n/.exec(stderr)?.[1];
}

/** @param seen receives what the browser saw of the sign-in */
async function signIn(
  authorizationUrl: string,
  username: string,
  { atCallback = (url) => fetch(url), type }: RunOptions,
  seen: string[],
  typed: (text: string) => void,
): Promise<void> {
  const { callbackUrl } = await signInByPages({ authorizationUrl, username, password: PASSWORD });
  const { searchParams } = new URL(callbackUrl);
  seen.push(searchParams.get('code') ?? '', searchParams.get('state') ?? '');
  if (type) typed(type(callbackUrl));
  else await atCallback(callbackUrl);
}

function plainSignIn(url: string): Entry {
  return {
    type: 'oauth2',
    authorizationUrl: `${url}/oauth2/authorize`,
    tokenUrl: `${url}/oauth2/token`,
    revocationUrl: `${url}/oauth2/revoke`,
    clientId: CLIENT.id,
    clientSecret: '${CLIENT_SECRET}',
    scopes: ['wiki.read'],
    account: { url: `${url}/api/user`, id: '/id', name: '/login' },
  };
}

function oidcSignIn(port: number): Entry {
  return {
    type: 'oidc',
    issuer: `http://localhost:${port}/plain`,
    clientId: CLIENT.id,
    clientSecret: '${CLIENT_SECRET}',
    scopes: ['openid', 'profile', 'offline_access', 'wiki.read'],
  };
}

function pagesSource(url: string): Entry {
  const file = new URL('../../support/world/connections/source.json', import.meta.url);
  const { connections } = JSON.parse(readFileSync(file, 'utf8').replaceAll('${API_URL}', url)) as {
    connections: Entry[];
  };
  return connections.find(({ id }) => id === 'guarded')?.source;
}

/** The preset in full. Its links lead to the stand-in, because the command opens one. */
function jiraEntry(service: string, api: string): Entry {
  const { signIn, source, ...entry } = exampleConnection('jira-cloud', CLIENT);
  const moved = JSON.stringify(source)
    .replaceAll('https://api.atlassian.com', api)
    .replaceAll('https://contoso.atlassian.net', api);
  const atStandIn = entryAt('jira-cloud', service).signIn as Entry;
  return { ...entry, signIn: { ...signIn, ...atStandIn }, source: JSON.parse(moved) };
}

/** An entry with the preset, whose sign-in is at the stand-in. */
function presetEntry(service: string): Entry {
  const { authorizationUrl, tokenUrl, account, site } = entryAt('jira-cloud', service).signIn as Entry;
  return {
    ...exampleEntry('jira-cloud', { id: CLIENT.id, secret: '${CLIENT_SECRET}' }),
    signIn: { authorizationUrl, tokenUrl, account: { url: account.url }, site: { url: site.url } },
  };
}
