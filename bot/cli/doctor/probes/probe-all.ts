import type { ConnectionConfig } from '../../../config/connection-schema.ts';
import { isEntra, signInTypeOf } from '../../../config/sign-in-types.ts';
import {
  CONNECTOR_KEYS,
  CONNECTOR_METADATA,
  DISCOVERY_DOCUMENT,
  type DocumentKind,
  PROVIDER_KEYS,
} from '../../../platform/http-client.ts';
import { parseJsonObject } from '../../../platform/json.ts';
import { readSearchTemplate } from '../../../sources/json-api/templates/url-template.ts';
import { directLineUserId, newWebChatUser } from '../../../web-chat/browser-session.ts';
import { DirectLineClient, DirectLineError, type DirectLineFailure } from '../../../web-chat/direct-line-client.ts';
import { isForPlayground, type Project } from '../checks/project.ts';
import { type Answered, type Probe, Prober } from './probe.ts';
import { probeSignIns, type SignInProbe } from './sign-ins.ts';

interface TokenServiceProbe {
  connectionId: string;
  name: string;
  url: string;
  failure: string | undefined;
}

/** Requests a sign-in link for each connection, as the bot and for no real user. */
async function probeTokenService({ settings, usable }: Project): Promise<TokenServiceProbe[]> {
  const { bot, tokenService, loopback, connections } = settings;
  const names = connections.flatMap(nameOf);
  const fine = ['BOT_ID', 'BOT_TYPE', 'BOT_TENANT_ID', 'BOT_CERTIFICATE_FILE', 'BOT_TOKEN_SERVICE'].every(usable);
  if (names.length === 0 || !bot || !tokenService || !fine) return [];
  // Imported on demand: this library needs a second to load.
  const { userTokens } = await import('../../../teams/user-token-client.ts');
  const tokensOf = userTokens({ bot, tokenService, loopback });
  return Promise.all(
    names.map(async ({ connectionId, name }) => {
      const probe = { connectionId, name, url: tokenService.url };
      try {
        await tokensOf(name).signInResource({ connectionId, ...NO_USER, activity: ACTIVITY });
        return { ...probe, failure: undefined };
      } catch (error) {
        // The message contains no text of the response.
        return { ...probe, failure: (error as Error).message };
      }
    }),
  );
}

function nameOf({ id: connectionId, signIn }: ConnectionConfig): { connectionId: string; name: string }[] {
  return signIn.type === 'tokenService' ? [{ connectionId, name: signIn.connectionName }] : [];
}

const NO_ID = '00000000-0000-4000-8000-000000000000';
const NO_USER = { asker: { tenantId: NO_ID, objectId: NO_ID }, name: '', locale: 'en-US' };
const ACTIVITY = {
  type: 'invoke',
  channelId: 'msteams',
  serviceUrl: 'https://smba.trafficmanager.net/teams/',
  from: { id: 'latchkey-doctor' },
  recipient: { id: 'latchkey' },
  conversation: { id: 'latchkey-doctor' },
};

interface DirectLineProbe {
  url: string;
  failure: DirectLineFailure | undefined;
  what: string;
}

const DIRECT_LINE_TIMEOUT_MS = 5_000;

/** Only a token request can test the secret. Sends the secret only to a valid address. */
async function probeDirectLine({ settings, usable }: Project): Promise<DirectLineProbe | undefined> {
  const { directLine, baseUrl } = settings;
  if (!directLine || !baseUrl || !usable('DIRECT_LINE_URL') || !usable('DIRECT_LINE_SECRET')) return undefined;
  const { url, secret } = directLine;
  try {
    const client = new DirectLineClient({ url, secret, timeoutMs: DIRECT_LINE_TIMEOUT_MS });
    await client.generate(directLineUserId(newWebChatUser()), [baseUrl]);
    return { url, failure: undefined, what: '' };
  } catch (error) {
    if (!(error instanceof DirectLineError)) throw error;
    return { url, failure: error.failure, what: error.message };
  }
}

export interface IssuerProbe {
  connectionId: string;
  /** `undefined` if the tenant is not known. */
  issuer: string | undefined;
  type: 'entra' | 'oidc';
  discovery: Probe;
  keys: Probe | undefined;
  /** The document at the issuer's own name, if that differs. */
  renamed: Probe | undefined;
}

interface SourceProbe {
  connectionId: string;
  url: string;
  response: Probe;
  /** MediaWiki only: its action API without a token. */
  api: Probe | undefined;
  /** `http` only: a search without a token. */
  unauthenticated: Probe | undefined;
}

export interface AddressProbe {
  health: Probe;
  ready: Probe;
  pages: Probe[];
  messages: Probe;
}

export interface ProbeResults {
  issuers: IssuerProbe[];
  /** Each address in `signIn`, by its field, of a connection without an issuer. */
  hosts: { connectionId: string; field: string; response: Probe }[];
  connector: { metadata: Probe; keys: Probe | undefined } | undefined;
  signIns: SignInProbe[];
  sources: SourceProbe[];
  address: AddressProbe | undefined;
  directLine: DirectLineProbe | undefined;
  tokenService: TokenServiceProbe[];
  /** For the clock check. */
  responses: Probe[];
}

/** Limits the probed tenants of an Entra connection. Each tenant is an issuer. */
const MAX_TENANTS = 3;

export const NO_PROBES: ProbeResults = {
  issuers: [],
  hosts: [],
  connector: undefined,
  signIns: [],
  sources: [],
  address: undefined,
  directLine: undefined,
  tokenService: [],
  responses: [],
};

export async function probeAll(project: Project): Promise<ProbeResults> {
  const { settings, usable } = project;
  const prober = new Prober(settings.loopback);
  const { connections } = settings;
  const [issuers, hosts, connector, signIns, sources, address, directLine, tokenService] = await Promise.all([
    Promise.all(connections.flatMap((each) => issuersOf(each, settings).map((issuer) => probeIssuer(prober, issuer)))),
    Promise.all(connections.flatMap((each) => probeHosts(prober, each))),
    settings.connector && !isForPlayground(project)
      ? probeConnector(prober, settings.connector.metadataUrl)
      : undefined,
    probeSignIns(project),
    Promise.all(connections.map((each) => probeSource(prober, each))),
    usable('BASE_URL') && settings.baseUrl !== undefined
      ? probeAddress(prober, settings.baseUrl, connections)
      : undefined,
    probeDirectLine(project),
    probeTokenService(project),
  ]);
  const responses = await prober.responses();
  return { issuers, hosts, connector, signIns, sources, address, directLine, tokenService, responses };
}

type Issuer = Pick<IssuerProbe, 'connectionId' | 'issuer' | 'type'> & { at: string };

function issuersOf(
  { id: connectionId, signIn }: ConnectionConfig,
  { allowedTenants, bot }: Project['settings'],
): Issuer[] {
  const entra = (authority: string): Issuer[] => {
    const base = authority.replace(/\/+$/, '');
    const known = [...(allowedTenants ?? [])].slice(0, MAX_TENANTS);
    const tenants = known.length > 0 || bot?.tenantId === undefined ? known : [bot.tenantId];
    if (tenants.length === 0)
      return [{ connectionId, type: 'entra', issuer: undefined, at: `${base}/organizations/v2.0` }];
    return tenants.map((tenant) => {
      const issuer = `${base}/${tenant}/v2.0`;
      return { connectionId, type: 'entra', issuer, at: issuer };
    });
  };
  const identityCheck = 'gate' in signIn && signIn.gate ? entra(signIn.gate.authority) : [];
  if (isEntra(signIn)) return entra(signIn.authority);
  const issuer = signIn.type === 'tokenService' ? undefined : signInTypeOf(signIn).issuer?.(signIn);
  return issuer === undefined ? identityCheck : [{ connectionId, type: 'oidc', issuer, at: issuer }, ...identityCheck];
}

async function probeIssuer(prober: Prober, { at, ...issuer }: Issuer): Promise<IssuerProbe> {
  const url = discoveryUrl(at);
  const discovery = await prober.document(url, DISCOVERY_DOCUMENT);
  const named = jsonOf(discovery)?.issuer;
  const isRenamed = typeof named === 'string' && discoveryUrl(named) !== url;
  const [keys, renamed] = await Promise.all([
    probeKeys(prober, discovery, PROVIDER_KEYS),
    isRenamed ? prober.document(discoveryUrl(hrefOf(named)), DISCOVERY_DOCUMENT) : undefined,
  ]);
  return { ...issuer, discovery, keys, renamed };
}

/** OpenID Connect Discovery 1.0, section 4. */
function discoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

async function probeConnector(prober: Prober, url: string): Promise<{ metadata: Probe; keys: Probe | undefined }> {
  const metadata = await prober.document(url, CONNECTOR_METADATA);
  return { metadata, keys: await probeKeys(prober, metadata, CONNECTOR_KEYS) };
}

async function probeKeys(prober: Prober, metadata: Probe, kind: DocumentKind): Promise<Probe | undefined> {
  const jwksUri = jsonOf(metadata)?.jwks_uri;
  return typeof jwksUri === 'string' ? prober.document(hrefOf(jwksUri), kind) : undefined;
}

function hrefOf(url: string): string {
  return URL.canParse(url) ? new URL(url).href : url;
}

function probeHosts(prober: Prober, { id, signIn }: ConnectionConfig): Promise<ProbeResults['hosts'][number]>[] {
  if (signIn.type === 'tokenService' || isEntra(signIn)) return [];
  const { issuer, addresses } = signInTypeOf(signIn);
  if (issuer) return [];
  return Object.entries(addresses(signIn)).flatMap(([field, url]) => {
    if (url === undefined) return [];
    return [prober.head(url).then((response) => ({ connectionId: id, field, response }))];
  });
}

async function probeSource(prober: Prober, { id, source }: ConnectionConfig): Promise<SourceProbe> {
  const origin = URL.canParse(source.url) ? new URL(source.url).origin : source.url;
  const api =
    source.type === 'mediawiki'
      ? `${origin}${source.apiPath ?? '/w/api.php'}?action=query&meta=siteinfo&format=json&formatversion=2`
      : undefined;
  const search = addressWithoutToken(source);
  const [response, apiResponse, unauthenticated] = await Promise.all([
    prober.head(origin),
    api === undefined ? undefined : prober.get(api),
    search === undefined ? undefined : source.type === 'http' && source.body ? prober.post(search) : prober.get(search),
  ]);
  return { connectionId: id, url: origin, response, api: apiResponse, unauthenticated };
}

/** The address of a search of an `http` source. That of a site is not known without a sign-in. */
function addressWithoutToken(source: ConnectionConfig['source']): string | undefined {
  if (source.type !== 'http' || source.url.includes('{site}')) return undefined;
  const values = { words: 'latchkey', typed: 'latchkey', skip: 0, count: 1, page: source.firstPage ?? 1 };
  try {
    return readSearchTemplate(source.url).fill(values);
  } catch {
    // Another check reports a template that cannot be read.
    return undefined;
  }
}

async function probeAddress(
  prober: Prober,
  baseUrl: string,
  connections: readonly ConnectionConfig[],
): Promise<AddressProbe> {
  const callbacks = connections.map(({ id }) => `/auth/callback/${id}`);
  const [health, ready, messages, ...pages] = await Promise.all([
    prober.get(`${baseUrl}/healthz`),
    prober.get(`${baseUrl}/readyz`),
    prober.post(`${baseUrl}/api/messages`),
    ...['/auth/start', ...callbacks.slice(0, 3), '/auth/settings'].map((path) => prober.get(baseUrl + path)),
  ]);
  return { health, ready, messages, pages };
}

export function hasResponse(probe: Probe | undefined): probe is Answered {
  return probe !== undefined && 'status' in probe;
}

export function jsonOf(probe: Probe | undefined) {
  return hasResponse(probe) && probe.status === 200 ? parseJsonObject(probe.text) : undefined;
}

export function describeFailure(probe: Probe): string {
  if (!hasResponse(probe)) return probe.failure;
  if (probe.status >= 300 && probe.status < 400) return `answers with a redirect (${probe.status})`;
  return probe.status === 200 ? 'answers with something else than JSON' : `answers ${probe.status}`;
}
