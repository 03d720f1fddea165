import type { Check } from '../check.ts';

export const tokenServiceChecks: readonly Check[] = [
  {
    id: 'token-service-connection',
    section: 'Network',
    severity: 'error',
    needs: ['CONNECTIONS_FILE', 'BOT_ID', 'BOT_TOKEN_SERVICE'],
    why: 'Nobody can sign in to it: the bot has no link to give.',
    requires: 'network',
    find: ({ probes: { tokenService } }) =>
      tokenService.flatMap(({ connectionId, name, url, failure }) =>
        failure === undefined
          ? []
          : [
              {
                what: `${connectionId}: ${url} gives no sign-in link for "${name}" (${failure})`,
                fix: fixOf(failure, name),
              },
            ],
      ),
  },
];

function fixOf(failure: string, name: string): string {
  if (/answered (400|404)$/.test(failure)) {
    return `az bot authsetting create --setting-name '${name.replaceAll("'", '')}' …   or correct signIn.connectionName: the name under Configuration, OAuth Connection Settings of the Azure Bot`;
  }
  if (/answered (401|403)$|failed \(/.test(failure))
    return "Correct the bot's own credentials: BOT_PASSWORD or BOT_CERTIFICATE_FILE";
  return 'Let the firewall through, or set BOT_TOKEN_SERVICE to the service of the Azure Bot’s region';
}
