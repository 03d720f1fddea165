import type { Refusal, Reply, Service } from '../../../../local/oauth2/service.ts';

const CLIENT: Reply = { status: 401, body: { error: 'invalid_client' } };
const GRANT: Reply = { status: 400, body: { error: 'invalid_grant', error_description: 'Invalid code.' } };
const BODY: Reply = { status: 400, body: { object: 'error', status: 400, code: 'validation_error' } };
const ERRORS: Partial<Record<Refusal, Reply>> = { client: CLIENT, content_type: BODY };

/** @see https://developers.notion.com/reference/create-a-token */
export const notion: Service = {
  title: 'Notion',
  paths: { authorize: '/v1/oauth/authorize', token: '/v1/oauth/token' },
  requires: { owner: 'user' },
  scopeParameter: 'scope',
  scopeSeparator: ' ',
  scopes: [],
  clientAuthentications: ['client_secret_basic'],
  formats: ['json'],
  // Its documentation does not mention PKCE.
  pkce: 'ignored',
  rotates: true,
  tokens: ({ account: { accountId, person }, accessToken, refreshToken }) => ({
    access_token: accessToken,
    token_type: 'bearer',
    refresh_token: refreshToken,
    bot_id: uuid(`bot ${accountId}`),
    workspace_id: uuid('workspace'),
    workspace_name: 'Contoso',
    workspace_icon: null,
    owner: {
      type: 'user',
      user: { object: 'user', id: uuid(accountId), name: person.name, person: { email: person.username } },
    },
    duplicated_template_id: null,
  }),
  refuse: (refusal) => ERRORS[refusal] ?? GRANT,
  cancelled: { error: 'access_denied' },
  resources: {},
  unauthorized: { status: 401, body: { object: 'error', status: 401, code: 'unauthorized' } },
};

function uuid(text: string): string {
  const hex = Buffer.from(text).toString('hex').padEnd(32, '0').slice(0, 32);
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})/, '$1-$2-4$3-8$4-$5');
}
