import type { Check, Issue } from '../check.ts';
import { isCrossSite } from '../same-site.ts';
import type { Project } from './project.ts';

const OPTIONAL = ['DIRECT_LINE_URL', 'DIRECT_LINE_ORIGINS', 'DIRECT_LINE_TENANT'];
const SECRET = 'DIRECT_LINE_SECRET=<a key of the Direct Line channel, in the Azure Bot under Channels>';

/** Web Chat, by what is set. */
export const webChatChecks: readonly Check[] = [
  {
    id: 'direct-line-incomplete',
    section: 'Web Chat',
    severity: 'warning',
    why: 'Without the secret there is neither Web Chat nor a token broker: /chat is not found.',
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
    why: 'A browser sends the cookie that says who somebody is to pages of the same site alone: there, nobody can sign in.',
    find: ({ project }) => foreignOrigins(project),
  },
];

function foreignOrigins({ settings: { baseUrl, directLine } }: Project): Issue[] {
  if (!baseUrl || !directLine) return [];
  const ours = new URL(baseUrl);
  return directLine.origins
    .filter((origin) => isCrossSite(new URL(origin), ours))
    .map((origin) => ({
      what: `DIRECT_LINE_ORIGINS names ${origin}, which is of another site than BASE_URL, ${ours.origin}`,
      fix: `Serve that page below the same domain as ${ours.hostname} and by the same scheme, or link to ${ours.origin}/chat`,
    }));
}

/** The secret, shown to Direct Line. */
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
          fix: `curl -i ${directLine.url}   from this machine; correct DIRECT_LINE_URL (for Europe https://europe.directline.botframework.com), or let the firewall through`,
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
