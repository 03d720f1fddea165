import { isIP } from 'node:net';
import { shellUrl } from '../../shell-url.ts';
import type { Check, Issue } from '../check.ts';
import type { Project } from './project.ts';

/** Chat hosts from the public suffix list. The full list is long and changes weekly. */
const SUFFIXES = [
  'azurewebsites.net',
  'azurestaticapps.net',
  'azurefd.net',
  'azureedge.net',
  'azure-api.net',
  'azurecontainerapps.io',
  'cloudapp.net',
  'cloudapp.azure.com',
  'trafficmanager.net',
  'cloudfront.net',
  'devtunnels.ms',
  'ngrok.io',
  'ngrok-free.app',
  'github.io',
  'gitlab.io',
  'pages.dev',
  'workers.dev',
  'netlify.app',
  'vercel.app',
  'web.app',
  'herokuapp.com',
];
const OF_COUNTRY = /(?:^|\.)((?:ac|co|com|edu|go|gov|ne|net|or|org)\.[a-z]{2})$/;

/** Without the full public suffix list, this misses some cross-site pairs.
 * @see HTML, "schemelessly same site" */
export function isCrossSite(one: URL, other: URL): boolean {
  return one.protocol !== other.protocol || siteOf(one.hostname) !== siteOf(other.hostname);
}

function siteOf(host: string): string {
  if (isIP(host.replace(/^\[|\]$/g, '')) !== 0) return host;
  const known = SUFFIXES.find((suffix) => host.endsWith(`.${suffix}`)) ?? OF_COUNTRY.exec(host)?.[1];
  const suffix = known ?? host.split('.').at(-1) ?? '';
  const below =
    host
      .slice(0, -suffix.length - 1)
      .split('.')
      .at(-1) ?? '';
  return below === '' ? host : `${below}.${suffix}`;
}

const OPTIONAL = ['DIRECT_LINE_URL', 'DIRECT_LINE_ORIGINS', 'DIRECT_LINE_TENANT'];
const SECRET = 'DIRECT_LINE_SECRET=<a key of the Direct Line channel, in the Azure Bot under Channels>';

export const webChatChecks: readonly Check[] = [
  {
    id: 'direct-line-incomplete',
    section: 'Web Chat',
    severity: 'warning',
    why: 'Without the secret there is no Web Chat and no token broker: /chat answers 404.',
    find: ({ project: { service } }) =>
      service.DIRECT_LINE_SECRET
        ? []
        : OPTIONAL.filter((name) => service[name]).map((name) => ({
            what: `${name} is set, and DIRECT_LINE_SECRET is not`,
            fix: `${SECRET}, or unset ${name}`,
          })),
  },
  {
    id: 'direct-line-origin-site',
    section: 'Web Chat',
    severity: 'error',
    needs: ['BASE_URL', 'DIRECT_LINE_ORIGINS'],
    why: 'A browser sends the cookie of the chat only to pages of the same site. On other pages no user can sign in.',
    find: ({ project }) => foreignOrigins(project),
  },
];

function foreignOrigins({ settings: { baseUrl, directLine } }: Project): Issue[] {
  if (!baseUrl || !directLine) return [];
  const ours = new URL(baseUrl);
  return directLine.origins
    .filter((origin) => isCrossSite(new URL(origin), ours))
    .map((origin) => ({
      what: `DIRECT_LINE_ORIGINS names ${origin}, which belongs to another site than BASE_URL, ${ours.origin}`,
      fix: `Serve that page below the same domain as ${ours.hostname} and by the same scheme, or link to ${ours.origin}/chat`,
    }));
}

export const directLineChecks: readonly Check[] = [
  {
    id: 'direct-line-reachable',
    section: 'Network',
    severity: 'error',
    needs: ['BASE_URL', 'DIRECT_LINE_URL', 'DIRECT_LINE_SECRET'],
    why: 'The page under /chat opens and says that the chat is not available.',
    requires: 'network',
    find: ({ probes: { directLine } }) => {
      if (!directLine?.failure || directLine.failure === 'refused') return [];
      return [
        {
          what: `${directLine.url} ${directLine.what}`,
          fix: `curl -i ${shellUrl(directLine.url)}   from this machine; correct DIRECT_LINE_URL (for Europe https://europe.directline.botframework.com), or let the firewall through`,
        },
      ];
    },
  },
  {
    id: 'direct-line-secret',
    section: 'Network',
    severity: 'error',
    needs: ['BASE_URL', 'DIRECT_LINE_URL', 'DIRECT_LINE_SECRET'],
    why: 'The page under /chat opens and says that the chat is not available.',
    requires: 'network',
    find: ({ probes: { directLine } }) =>
      directLine?.failure === 'refused'
        ? [{ what: `${directLine.url} makes no token for DIRECT_LINE_SECRET: ${directLine.what}`, fix: SECRET }]
        : [],
  },
];
