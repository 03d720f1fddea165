import { isLoopback } from '../../../platform/safe-url.ts';
import { shellUrl } from '../../shell-url.ts';
import type { Check, CheckContext, Issue } from '../check.ts';
import type { Answered } from '../probes/probe.ts';
import { type AddressProbe, describeFailure, hasResponse, jsonOf } from '../probes/probe-all.ts';
import { isForPlayground } from './project.ts';

function forEachPage(find: (page: Answered) => Issue[]): Check['find'] {
  return forReachableService(({ pages }) =>
    pages
      .filter(hasResponse)
      .filter(({ status }) => status === 200)
      .flatMap(find),
  );
}

export const pageChecks: readonly Check[] = [
  {
    id: 'page-opener-policy',
    section: 'Network',
    severity: 'error',
    needs: ['BASE_URL'],
    why: 'It separates the pop-up from Teams: users sign in, the window closes, and nothing happens.',
    requires: 'network',
    find: forEachPage(({ url, headers }) => {
      const policy = headers.get('cross-origin-opener-policy');
      if (policy === null || policy.split(';')[0]?.trim() === 'unsafe-none') return [];
      return [
        {
          what: `${url} has a Cross-Origin-Opener-Policy header, which Latchkey never sends`,
          fix: `Remove the header in ${PROXY}: nginx: proxy_hide_header Cross-Origin-Opener-Policy; and no add_header of it for /auth/`,
        },
      ];
    }),
  },
  {
    id: 'page-reachable',
    section: 'Network',
    severity: 'error',
    needs: ['BASE_URL'],
    why: 'The pop-up shows an error page or stays empty.',
    requires: 'network',
    find: forReachableService(({ pages }) =>
      pages
        .filter((page) => !hasResponse(page) || page.status !== 200)
        .map((page) => ({
          what: `${page.url} ${describeFailure(page)}`,
          fix: `In ${PROXY}, pass /auth/ unchanged, without redirects and without a login`,
        })),
    ),
  },
  {
    id: 'page-policy',
    section: 'Network',
    severity: 'error',
    needs: ['BASE_URL'],
    why: 'Without it another site can frame the sign-in page or inject script. With a wrong one the page may stay blank.',
    requires: 'network',
    find: forEachPage(({ url, headers }) => {
      const policies = (headers.get('content-security-policy') ?? '').split(',');
      const ours = policies.some(
        (policy) => /default-src 'none'/.test(policy) && /frame-ancestors 'none'/.test(policy),
      );
      if (ours && policies.length === 1) return [];
      return [
        {
          what: `${url} has ${ours ? 'a second Content-Security-Policy' : 'no Content-Security-Policy of Latchkey'}`,
          fix: `In ${PROXY}, do not add or change Content-Security-Policy for /auth/`,
        },
      ];
    }),
  },
  {
    id: 'page-stored',
    section: 'Network',
    severity: 'error',
    needs: ['BASE_URL'],
    why: 'The address of the page contains a ticket or a code. A cache could give it to another person.',
    requires: 'network',
    find: forEachPage(({ url, headers }) => {
      if (/\bno-store\b/.test(headers.get('cache-control') ?? '')) return [];
      return [
        {
          what: `${url} has no Cache-Control: no-store`,
          fix: `In ${PROXY}, pass Cache-Control unchanged, and do not cache pages below /auth/`,
        },
      ];
    }),
  },
];

export const proxyChecks: readonly Check[] = [
  {
    id: 'trusted-proxies-missing',
    section: 'Network',
    severity: 'warning',
    needs: ['BASE_URL', 'TRUSTED_PROXIES'],
    why: 'All users behind the proxy share one limit. When many sign in at once, the bot refuses some with "too often".',
    find: ({ project: { settings } }) => {
      const { baseUrl, trustedProxies } = settings;
      // The service speaks plain http, so a proxy must terminate TLS in public.
      if (baseUrl === undefined || isLoopback(new URL(baseUrl)) || trustedProxies.length > 0) return [];
      return [
        {
          what: 'BASE_URL is https, so a proxy is in front, and TRUSTED_PROXIES does not name it',
          fix: 'TRUSTED_PROXIES=loopback   (where it is on this machine), or its network: TRUSTED_PROXIES=10.0.0.0/8',
        },
      ];
    },
  },
  {
    id: 'trusted-proxies-broad',
    section: 'Network',
    severity: 'error',
    needs: ['TRUSTED_PROXIES'],
    why: 'An attacker can claim any address, so the limits on sign-ins have no effect.',
    find: ({ project: { settings } }) =>
      settings.trustedProxies.filter(isBroad).map((proxy) => ({
        what: `TRUSTED_PROXIES trusts too many addresses (${proxy})`,
        fix: "TRUSTED_PROXIES=<the proxy's own address or network>",
      })),
  },
];

/** Larger than 10.0.0.0/8 and fc00::/7, the largest private networks (RFC 1918, RFC 4193). */
function isBroad(proxy: string): boolean {
  const [network = '', bits] = proxy.split('/');
  return bits !== undefined && /^\d+$/.test(bits) && Number(bits) < (network.includes(':') ? 7 : 8);
}

const PROXY = 'the reverse proxy in front of the service';

function forReachableService(find: (address: AddressProbe, scene: CheckContext) => Issue[]): Check['find'] {
  return (scene) => {
    const { address } = scene.probes;
    if (!address || !isAlive(address)) return { unchecked: 'the service does not answer at BASE_URL' };
    return find(address, scene);
  };
}

function isAlive({ health }: AddressProbe): boolean {
  return jsonOf(health)?.status === 'alive';
}

export const addressChecks: readonly Check[] = [
  {
    id: 'base-url-loopback',
    section: 'Network',
    severity: 'error',
    needs: ['BASE_URL'],
    why: 'Teams runs in the cloud: it cannot send a search to this machine, and phones cannot open the pop-up.',
    find: ({ project }) => {
      const { baseUrl, connector } = project.settings;
      // With a stand-in for the Connector, the bot does not serve Teams.
      const standIn = connector !== undefined && isLoopback(new URL(connector.metadataUrl));
      if (baseUrl === undefined || !isLoopback(new URL(baseUrl)) || standIn || isForPlayground(project)) return [];
      return [
        {
          what: 'BASE_URL is this machine, but BOT_OPENID_METADATA is the Connector of the real Teams',
          fix: 'BASE_URL=https://<your public host>   (for F5: the address of the tunnel); without Teams: npm run demo',
        },
      ];
    },
  },
  {
    id: 'base-url-answers',
    section: 'Network',
    severity: 'error',
    needs: ['BASE_URL'],
    why: 'Searches get no answer and the pop-up stays empty.',
    requires: 'network',
    find: ({ probes: { address } }) => {
      if (!address) return { unchecked: 'BASE_URL is not usable' };
      const { health } = address;
      if (isAlive(address)) return [];
      return [
        {
          what: `${health.url} ${describeFailure(health)}`,
          fix: `Start the service (npm start), and let ${PROXY} pass everything to its PORT; then curl -i ${shellUrl(health.url)}`,
        },
      ];
    },
  },
  {
    id: 'service-ready',
    section: 'Network',
    severity: 'error',
    needs: ['BASE_URL'],
    why: 'The service runs but cannot use its store: users read "try again later".',
    requires: 'network',
    find: forReachableService(({ ready }) =>
      jsonOf(ready)?.status === 'ready'
        ? []
        : [
            {
              what: `${ready.url} ${describeFailure(ready)}`,
              fix: "Read the service's log; the store checks show more",
            },
          ],
    ),
  },
  {
    id: 'messages-gate',
    section: 'Network',
    severity: 'error',
    needs: ['BASE_URL'],
    why: 'Teams posts every search to this address. The bot itself must refuse requests that Teams did not sign.',
    requires: 'network',
    find: forReachableService(({ messages }, { project }) => {
      if (isForPlayground(project)) return [];
      if (hasResponse(messages) && (messages.status === 401 || messages.status === 403)) return [];
      const problem = hasResponse(messages)
        ? `answers ${messages.status} to a request without a token`
        : messages.failure;
      return [
        { what: `${messages.url} ${problem}`, fix: `Let ${PROXY} pass POST /api/messages unchanged, and set BOT_ID` },
      ];
    }),
  },
];
