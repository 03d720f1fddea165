import { parseJsonObject } from '../../../platform/json.ts';
import { shellUrl } from '../../shell-url.ts';
import type { Check } from '../check.ts';
import type { Answered } from '../probes/probe.ts';
import { describeFailure, hasResponse } from '../probes/probe-all.ts';

export const sourceChecks: readonly Check[] = [
  {
    id: 'source-reachable',
    section: 'Network',
    severity: 'error',
    needs: ['CONNECTIONS_FILE'],
    why: 'Users sign in, and then every search says that the system does not answer.',
    requires: 'network',
    find: ({ probes: { sources } }) =>
      sources
        .filter(({ response }) => !hasResponse(response) || response.status >= 500)
        .map(({ connectionId, url, response }) => ({
          what: `${connectionId}: ${url} ${describeFailure(response)}`,
          fix: `curl -I ${shellUrl(url)}   from this machine; correct source.url of ${connectionId}, or let the firewall through`,
        })),
  },
  {
    id: 'source-mediawiki-api',
    section: 'Network',
    severity: 'error',
    needs: ['CONNECTIONS_FILE'],
    why: 'Users sign in, and then every search fails: the search needs the action API of the wiki.',
    requires: 'network',
    find: ({ probes: { sources } }) => {
      const wikis = sources.flatMap(({ connectionId, api }) => (hasResponse(api) ? [{ connectionId, api }] : []));
      if (wikis.length === 0) return { unchecked: 'no MediaWiki answered' };
      return wikis
        .filter(({ api }) => !isActionApi(api))
        .map(({ connectionId, api }) => ({
          what: `${connectionId}: ${api.url.split('?')[0]} is not the action API of a MediaWiki (it ${describeFailure(api)})`,
          fix: `"apiPath": "/api.php"   in source of ${connectionId}: the path that the wiki's Special:Version names for api.php`,
        }));
    },
  },
  {
    id: 'source-address',
    section: 'Network',
    severity: 'warning',
    needs: ['CONNECTIONS_FILE'],
    why: 'Users sign in, and then every search fails: the address is not that of the API.',
    requires: 'network',
    find: ({ probes: { sources } }) =>
      sources.flatMap(({ connectionId, unauthenticated: answer }) => {
        const problem = hasResponse(answer) ? addressProblem(answer) : undefined;
        if (problem === undefined || !hasResponse(answer)) return [];
        return [
          {
            what: `${connectionId}: ${answer.url.split('?')[0]} ${problem} to a request without a token; an API answers 401`,
            fix: `Correct source.url of ${connectionId}; node dist/bot/cli.js connections try ${connectionId} shows more`,
          },
        ];
      }),
  },
];

/** An API may also refuse in another way, or answer without a token. */
function addressProblem({ status, headers }: Answered): string | undefined {
  if (status === 404) return 'answers 404';
  if (status >= 300 && status < 400) return `answers with a redirect (${status})`;
  return status === 200 && /html/i.test(headers.get('content-type') ?? '') ? 'answers with a page' : undefined;
}

/** Without a sign-in, the action API describes the wiki or refuses in JSON or with 401 or 403. */
function isActionApi({ status, text }: Answered): boolean {
  if (status === 401 || status === 403) return true;
  const body = status === 200 ? parseJsonObject(text) : undefined;
  return body?.query !== undefined || body?.error !== undefined || body?.errors !== undefined;
}
