import { clientIdsOf } from '../../../config/sign-in-types.ts';
import { asObjects, asStrings } from '../../../platform/json.ts';
import { shellUrl } from '../../shell-url.ts';
import type { Check } from '../check.ts';
import { describeFailure, jsonOf } from '../probes/probe-all.ts';

export const tokenServiceChecks: readonly Check[] = [
  {
    id: 'token-service-connection',
    section: 'Network',
    severity: 'error',
    needs: ['CONNECTIONS_FILE', 'BOT_ID', 'BOT_TOKEN_SERVICE'],
    why: 'No user can sign in to the connection: the bot has no sign-in link.',
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

const FIREWALL = 'from this machine; let the firewall or the proxy through, or correct BOT_OPENID_METADATA';

export const connectorChecks: readonly Check[] = [
  {
    id: 'connector-metadata',
    section: 'Network',
    severity: 'error',
    needs: ['BOT_OPENID_METADATA'],
    why: 'The bot cannot verify the requests of Teams, so it refuses each of them and answers no search.',
    requires: 'network',
    find: ({ probes: { connector }, project }) => {
      if (!connector) return { unchecked: 'no bot is registered, so the Connector is not checked' };
      const body = jsonOf(connector.metadata);
      const { url } = connector.metadata;
      const fix = `curl -i ${shellUrl(url)}   ${FIREWALL}`;
      if (!body) return [{ what: `${url} ${describeFailure(connector.metadata)}`, fix }];
      const issuer = project.settings.connector?.issuer;
      return body.issuer === issuer ? [] : [{ what: `${url} names another issuer than ${issuer}`, fix }];
    },
  },
  {
    id: 'connector-keys',
    section: 'Network',
    severity: 'error',
    needs: ['BOT_OPENID_METADATA'],
    why: 'The bot cannot verify the requests of Teams, so it refuses each of them and answers no search.',
    requires: 'network',
    find: ({ probes: { connector } }) => {
      if (!connector?.keys) return { unchecked: 'the metadata names no keys' };
      const keys = asObjects(jsonOf(connector.keys)?.keys);
      const usable = keys.some(({ kty, kid, endorsements }) => {
        return kty === 'RSA' && typeof kid === 'string' && asStrings(endorsements).includes('msteams');
      });
      if (usable) return [];
      const { url } = connector.keys;
      const problem = jsonOf(connector.keys) ? 'contains no key that signs for Teams' : describeFailure(connector.keys);
      return [{ what: `${url} ${problem}`, fix: `curl -i ${shellUrl(url)}   ${FIREWALL}` }];
    },
  },
];

export const botChecks: readonly Check[] = [
  {
    id: 'bot-type-multitenant',
    section: 'Bot',
    severity: 'warning',
    needs: ['BOT_ID', 'BOT_TYPE'],
    why: 'New multi-tenant bots can no longer be created. Existing ones keep working. A single-tenant bot serves other tenants too.',
    find: ({ project: { settings } }) => {
      const { bot } = settings;
      if (bot?.type !== 'MultiTenant') return [];
      return [
        {
          what: 'BOT_TYPE is MultiTenant, which is also the default',
          fix: 'Register the bot as single tenant (or managed identity), then BOT_TYPE=SingleTenant BOT_TENANT_ID=<its tenant>',
        },
      ];
    },
  },
  {
    id: 'bot-secret',
    section: 'Bot',
    severity: 'error',
    needs: ['BOT_ID', 'BOT_TYPE', 'BOT_CERTIFICATE_FILE'],
    why: 'The bot answers searches without it, but cannot write to a conversation: users get no greeting.',
    find: ({ project: { settings } }) => {
      const { bot } = settings;
      if (bot === undefined || bot.type === 'UserAssignedMSI' || bot.password || bot.certificate) return [];
      return [
        {
          what: `BOT_TYPE is ${bot.type}, and neither BOT_PASSWORD nor BOT_CERTIFICATE_FILE is set`,
          fix: `az ad app credential reset --id ${bot.id} --append   and set BOT_PASSWORD to the password that it prints`,
        },
      ];
    },
  },
  {
    id: 'bot-secret-unused',
    section: 'Bot',
    severity: 'warning',
    needs: ['BOT_ID', 'BOT_TYPE'],
    why: 'A managed identity needs no secret. An unused secret can only leak.',
    find: ({ project: { settings } }) =>
      settings.bot?.type === 'UserAssignedMSI' && settings.bot.password !== undefined
        ? [{ what: 'BOT_PASSWORD is set, and BOT_TYPE is UserAssignedMSI', fix: 'unset BOT_PASSWORD' }]
        : [],
  },
  {
    id: 'bot-id-is-client-id',
    section: 'Bot',
    severity: 'error',
    needs: ['BOT_ID', 'CONNECTIONS_FILE'],
    why: "The users' tokens would have the bot as their audience, like the tokens of the Connector. The two must differ.",
    find: ({ project: { settings } }) =>
      settings.connections.flatMap(({ id, signIn }) => {
        const ids = clientIdsOf(signIn);
        if (!ids.some((clientId) => clientId.toLowerCase() === settings.bot?.id)) return [];
        return [
          {
            what: `${id}: signIn.clientId is BOT_ID, the bot's own registration`,
            fix: `az ad app create --display-name "Latchkey sign-in"   and use its appId as the clientId of ${id}`,
          },
        ];
      }),
  },
  {
    id: 'allowed-tenants-bot',
    section: 'Bot',
    severity: 'warning',
    needs: ['BOT_ID', 'BOT_TENANT_ID', 'ALLOWED_TENANTS'],
    why: 'Users of that organization read that the app is not for them.',
    find: ({ project: { settings } }) => {
      const { bot, allowedTenants } = settings;
      if (bot?.tenantId === undefined || allowedTenants === undefined || allowedTenants.size === 0) return [];
      if (allowedTenants.has(bot.tenantId)) return [];
      return [
        {
          what: "the bot's own tenant, BOT_TENANT_ID, is not among ALLOWED_TENANTS",
          fix: `ALLOWED_TENANTS=${[...allowedTenants, bot.tenantId].join()}`,
        },
      ];
    },
  },
  {
    id: 'allowed-tenants-everybody',
    section: 'Bot',
    severity: 'warning',
    needs: ['ALLOWED_TENANTS'],
    why: 'Each Teams user of any organization can get a sign-in link from this bot.',
    find: ({ project }) =>
      project.settings.allowedTenants === undefined
        ? [{ what: 'ALLOWED_TENANTS is *', fix: 'ALLOWED_TENANTS=<tenant GUID>[,<tenant GUID>…]' }]
        : [],
  },
];
