import type { ConnectionConfig } from '../config/connections-file.ts';
import type { Env } from '../config/setting.ts';
import { pageOriginsOf } from '../config/source-types.ts';
import { readTokenService } from '../config/token-service.ts';
import { isLoopback, isSafeUrl } from '../platform/safe-url.ts';
import type { Problem, ReportProblem } from './types.ts';
import { howToSet } from './variables.ts';

/** Addresses that lead to a developer's machine for a while: anybody may have them tomorrow. */
const TUNNELS =
  /(^|\.)(devtunnels\.ms|ngrok\.io|ngrok\.app|ngrok-free\.app|ngrok\.dev|ngrok-free\.dev|trycloudflare\.com|loca\.lt|localtunnel\.me|serveo\.net|localhost\.run|lhr\.life|tunnelmole\.net|pinggy\.link|bore\.pub|ts\.net)$/;
/** A name with a dot in it: no wildcard, no IP address. */
const NAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/** Sites that are searched by many, and owned by none of those who run Latchkey. */
const PUBLIC_SITES = ['github.com'];

/** Where F5 leads: the bot runs on a developer's machine, behind a tunnel. */
export function isLocal(environment: string): boolean {
  return /^(local|testtool|playground)/.test(environment);
}

/** `validDomains`: the pages of the sign-in pop-up and of the settings, which all are the bot's own. The identity
 * provider's pages need no entry: the pop-up is a window, and only where it begins and ends has to be known to Teams. */
export function validDomains(baseUrl: string | undefined, environment: string, note: ReportProblem): string[] {
  const fix = howToSet('BASE_URL', environment);
  if (!baseUrl) {
    note({ level: 'error', code: 'base_url.missing', what: "BASE_URL, the service's public origin, is missing", fix });
    return [];
  }
  if (!isSafeUrl(baseUrl, isLocal(environment)) || new URL(baseUrl).origin !== baseUrl.replace(/\/$/, '')) {
    const what = 'BASE_URL is no https origin, so Teams opens no pop-up there';
    note({ level: 'error', code: 'base_url.origin', what, fix: `${fix} Like https://latchkey.example.com.` });
    return [];
  }
  checkHost(new URL(baseUrl), 'BASE_URL', environment, fix, note);
  return [new URL(baseUrl).host];
}

/** The token service's, whose own page ends a sign-in there; none for a stand-in. */
export function tokenServiceDomains(connections: readonly ConnectionConfig[], variables: Env): string[] {
  if (!connections.some(({ signIn }) => signIn.type === 'tokenService')) return [];
  const service = readTokenService(variables, variables.BOT_OPENID_METADATA, false, () => undefined);
  return service ? [new URL(service.url).host] : [];
}

/** The domains whose links become cards: those of the sources that know a page by its address. */
export function linkDomains(
  connections: readonly ConnectionConfig[],
  environment: string,
  note: ReportProblem,
): string[] {
  const hosts = connections.flatMap(({ id, source }) =>
    // `mailto:` and its like have none ("null"): their connection has a problem already.
    pageOriginsOf(source)
      .filter((origin) => URL.canParse(origin))
      .flatMap((origin) => {
        const [url, what] = [new URL(origin), `the source of the connection ${id}`];
        const fix = `Give ${what} a public https address, in CONNECTIONS_FILE or the variables that it names.`;
        if (!checkHost(url, what, environment, fix, note)) return [];
        if (PUBLIC_SITES.includes(url.hostname)) note(foreign(url.hostname));
        return [url.hostname];
      }),
  );
  return [...new Set(hosts)].sort();
}

function foreign(domain: string): Problem {
  const what = `links to ${domain} become cards, and ${domain} is not yours`;
  const fix = "Nothing for your organization's own app. The store takes only domains of the publisher's.";
  return { level: 'warning', code: 'domain.foreign', what, fix };
}

/** @returns whether Teams can make use of it: anything but a name of this machine alone. */
function checkHost(url: URL, owner: string, environment: string, fix: string, note: ReportProblem): boolean {
  const level = isLocal(environment) ? 'warning' : 'error';
  if (isLoopback(url)) {
    const what = `${owner} is on this machine (${url.host}), where Teams can't reach it`;
    note({ level, code: 'domain.loopback', what, fix });
    return false;
  }
  if (!NAME.test(url.hostname)) {
    const what = `${owner} is at ${url.hostname}: Teams wants the plain name of one host, no wildcard and no IP address`;
    note({ level: 'error', code: 'domain.name', what, fix });
    return false;
  }
  if (TUNNELS.test(url.hostname)) {
    const what = `${owner} is behind a tunnel (${url.hostname}), which is not yours for good`;
    note({ level, code: 'domain.tunnel', what, fix });
  }
  return true;
}
