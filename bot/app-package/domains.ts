import { readTokenService } from '../config/bot-secret.ts';
import type { ConnectionConfig } from '../config/connection-schema.ts';
import { singleSignOnOf } from '../config/connections-file.ts';
import type { Env } from '../config/env.ts';
import { isEntra } from '../config/sign-in-types.ts';
import { pageOriginsOf } from '../config/source-types.ts';
import { isLoopback, isSafeUrl } from '../platform/safe-url.ts';
import { parseGuid } from '../sign-in/user.ts';
import type { Manifest, Problem, ReportProblem } from './types.ts';
import { howToSet } from './variables.ts';

/** Another person may own a tunnel's address tomorrow. */
const TUNNELS =
  /(^|\.)(devtunnels\.ms|ngrok\.io|ngrok\.app|ngrok-free\.app|ngrok\.dev|ngrok-free\.dev|trycloudflare\.com|loca\.lt|localtunnel\.me|serveo\.net|localhost\.run|lhr\.life|tunnelmole\.net|pinggy\.link|bore\.pub|ts\.net)$/;
const NAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/** Operators search these sites but do not own them. */
const PUBLIC_SITES = ['github.com'];

/** F5 runs the bot on a developer's machine, behind a tunnel. */
function isLocal(environment: string): boolean {
  return /^(local|testtool|playground)/.test(environment);
}

/** Teams checks only where the pop-up begins and ends, so the identity provider needs no entry. */
export function validDomains(baseUrl: string | undefined, environment: string, note: ReportProblem): string[] {
  const fix = howToSet('BASE_URL', environment);
  if (!baseUrl) {
    note({ level: 'error', code: 'base_url.missing', what: "BASE_URL, the service's public origin, is missing", fix });
    return [];
  }
  if (!isSafeUrl(baseUrl, isLocal(environment)) || new URL(baseUrl).origin !== baseUrl.replace(/\/$/, '')) {
    const problem = 'BASE_URL is not an https origin, so Teams does not open a pop-up there';
    note({ level: 'error', code: 'base_url.origin', what: problem, fix: `${fix} Like https://latchkey.example.com.` });
    return [];
  }
  checkHost(new URL(baseUrl), 'BASE_URL', environment, fix, note);
  return [new URL(baseUrl).host];
}

/** The token service's own page ends the sign-in. A stand-in needs no entry. */
export function tokenServiceDomains(connections: readonly ConnectionConfig[], variables: Env): string[] {
  if (!connections.some(({ signIn }) => signIn.type === 'tokenService')) return [];
  const service = readTokenService(variables, variables.BOT_OPENID_METADATA, false, () => undefined);
  return service ? [new URL(service.url).host] : [];
}

export function linkDomains(
  connections: readonly ConnectionConfig[],
  environment: string,
  note: ReportProblem,
): string[] {
  const hosts = connections.flatMap(({ id, source }) =>
    // `mailto:` and similar URLs have the origin "null", which is already reported.
    pageOriginsOf(source)
      .filter((origin) => URL.canParse(origin))
      .flatMap((origin) => {
        const [url, problem] = [new URL(origin), `the source of the connection ${id}`];
        const fix = `Give ${problem} a public https address, in CONNECTIONS_FILE or the variables that it names.`;
        if (!checkHost(url, problem, environment, fix, note)) return [];
        if (PUBLIC_SITES.includes(url.hostname)) note(foreign(url.hostname));
        return [url.hostname];
      }),
  );
  return [...new Set(hosts)].sort();
}

function foreign(domain: string): Problem {
  const problem = `links to ${domain} become cards, and ${domain} is not yours`;
  const fix = "Your organization's own app needs no fix. The store accepts only domains of the publisher.";
  return { level: 'warning', code: 'domain.foreign', what: problem, fix };
}

/** @returns false for a loopback host or an invalid name */
function checkHost(url: URL, owner: string, environment: string, fix: string, note: ReportProblem): boolean {
  const level = isLocal(environment) ? 'warning' : 'error';
  if (isLoopback(url)) {
    const problem = `${owner} is on this machine (${url.host}), where Teams can't reach it`;
    note({ level, code: 'domain.loopback', what: problem, fix });
    return false;
  }
  if (!NAME.test(url.hostname)) {
    const reason = `${owner} is at ${url.hostname}: Teams wants the plain name of one host, no wildcard and no IP address`;
    note({ level: 'error', code: 'domain.name', what: reason, fix });
    return false;
  }
  if (TUNNELS.test(url.hostname)) {
    const name = `${owner} is behind a tunnel (${url.hostname}), which is not yours for good`;
    note({ level, code: 'domain.tunnel', what: name, fix });
  }
  return true;
}

/** Names the Entra registration, so that an administrator can consent to its permissions. A gate requests none. For
 * single sign-on, `resource` is the audience of the Teams client's token. */
export function webApplicationInfo(
  template: Manifest['webApplicationInfo'],
  connections: readonly ConnectionConfig[],
  botId: string,
  note: ReportProblem,
): Manifest['webApplicationInfo'] {
  const sso = singleSignOnOf(connections);
  // The manifest names only one registration. Without single sign-on, a connection works without it.
  const ordered = sso ? [sso.connection, ...connections] : connections;
  const ids = [...new Set(ordered.flatMap((connection) => clientId(connection, note)))];
  const [id] = ids;
  if (id === undefined) return template;
  checkIds(ids, botId, note);
  return { ...template, id, ...(sso && { resource: sso.resource }) };
}

function clientId({ id, signIn }: ConnectionConfig, note: ReportProblem): string[] {
  if (isEntra(signIn) && /^http:/.test(signIn.authority)) return [];
  const registration = registrationOf(signIn);
  if (!registration) return [];
  const [field, clientId] = registration;
  const guid = parseGuid(clientId);
  if (guid) return [guid];
  const problem = `the connection ${id}: ${field} is not the application id of an Entra registration, a GUID`;
  const fix = 'Copy "Application (client) ID" of the sign-in\'s app registration from the Entra portal.';
  note({ level: 'error', code: 'sign_in.client_id', what: problem, fix });
  return [];
}

function registrationOf(signIn: ConnectionConfig['signIn']): [field: string, clientId: string] | undefined {
  if (isEntra(signIn)) return ['signIn.clientId', signIn.clientId];
  if (signIn.type !== 'tokenService' || !signIn.singleSignOn) return undefined;
  return ['signIn.singleSignOn.clientId', signIn.singleSignOn.clientId];
}

function checkIds(ids: readonly string[], botId: string, note: ReportProblem): void {
  if (ids.includes(botId.toLowerCase())) {
    const problem = 'a connection signs in with the registration of the bot itself';
    const fix = 'Register the sign-in as an app of its own (docs/TEAMS.md#by-hand).';
    note({ level: 'warning', code: 'sign_in.is_bot', what: problem, fix });
  }
  if (ids.length > 1) {
    const reason = `connections sign in with ${ids.length} Entra registrations; the manifest can name one, ${ids[0]}`;
    const fix = `Ask an administrator to consent to the others in the Entra portal: ${ids.slice(1).join(', ')}.`;
    note({ level: 'warning', code: 'sign_in.several', what: reason, fix });
  }
}
