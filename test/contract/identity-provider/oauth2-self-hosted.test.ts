import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { IdentityProvider } from '../../../bot/sign-in/providers/identity-provider.ts';
import { oauth2Provider } from '../../../bot/sign-in/providers/oauth2/provider.ts';
import { oauth2Settings } from '../../../bot/sign-in/providers/oauth2/settings.ts';
import { ADA } from '../../../local/people.ts';
import { sendJson } from '../../../local/teams/http.ts';
import { handleBy, listen } from '../../../local/teams/listen.ts';
import { exampleConnection } from '../../support/project/presets.ts';
import { askerOf, begin, expectRefusal } from './flow.ts';
import { USER_AGENT } from './kinds.ts';

/** A system that a company runs itself, with an OAuth 2.0 server in it. */
interface System {
  preset: string;
  address: string;
  authorize: string;
  token: string;
  scope: string | null;
  /** How the client authenticates. */
  secretIn: 'body' | 'header';
  account: { method: string; path: string; answer: object; header?: string };
  /** The answer to a refresh token that has ended. */
  ended: string;
  subject: string;
}

const SYSTEMS: System[] = [
  {
    // server/routes/oauth and server/routes/api/auth of github.com/outline/outline
    preset: 'outline',
    address: 'https://docs.contoso.example',
    authorize: '/oauth/authorize',
    token: '/oauth/token',
    scope: 'read',
    secretIn: 'body',
    account: { method: 'POST', path: '/api/auth.info', answer: { data: { user: { id: 'u1', name: 'Ada Example' } } } },
    ended: 'invalid_grant',
    subject: 'u1',
  },
  {
    // apps/oauth2 of github.com/nextcloud/server
    preset: 'nextcloud',
    address: 'https://cloud.contoso.example',
    authorize: '/apps/oauth2/authorize',
    token: '/apps/oauth2/api/v1/token',
    scope: null,
    secretIn: 'body',
    account: {
      method: 'GET',
      path: '/ocs/v2.php/cloud/user?format=json',
      answer: { ocs: { data: { id: 'ada', displayname: 'Ada Example', email: 'ada@contoso.example' } } },
      header: 'ocs-apirequest',
    },
    ended: 'invalid_request',
    subject: 'ada',
  },
  {
    // config/initializers/30-redmine.rb of github.com/redmine/redmine
    preset: 'redmine',
    address: 'https://redmine.contoso.example',
    authorize: '/oauth/authorize',
    token: '/oauth/token',
    scope: 'view_project search_project view_issues view_wiki_pages',
    secretIn: 'header',
    account: { method: 'GET', path: '/users/current.json', answer: { user: { id: 7, login: 'Ada Example' } } },
    ended: 'invalid_grant',
    subject: '7',
  },
];

describe.each(SYSTEMS)('the sign-in of the preset $preset', (system) => {
  let close: () => Promise<void>;
  let provider: IdentityProvider;
  let origin: string;

  async function answer(request: IncomingMessage): Promise<[status: number, body: object]> {
    const { method, url = '', headers } = request;
    const { account, token, secretIn, ended } = system;
    if (method === 'POST' && url === token) {
      const parameters = new URLSearchParams(await text(request));
      const isClient =
        secretIn === 'header'
          ? headers.authorization === `Basic ${Buffer.from('client:secret').toString('base64')}`
          : parameters.get('client_id') === 'client' && parameters.get('client_secret') === 'secret';
      if (!isClient) return [401, { error: 'invalid_client' }];
      const isGood = parameters.get('code') === 'good' || parameters.get('refresh_token') === 'refresh-1';
      if (!isGood) return [400, { error: ended }];
      const scope = system.scope === null ? {} : { scope: system.scope };
      return [
        200,
        { access_token: 'access-1', refresh_token: 'refresh-1', token_type: 'Bearer', expires_in: 3600, ...scope },
      ];
    }
    const isAccount = method === account.method && url === account.path && (!account.header || headers[account.header]);
    if (!isAccount) return [404, { error: 'not_found' }];
    return headers.authorization === 'Bearer access-1' ? [200, account.answer] : [401, {}];
  }

  beforeAll(async () => {
    const listening = await listen(0);
    ({ close, origin } = listening);
    handleBy(listening.server, async (request, response) => sendJson(response, ...(await answer(request))), {});
    const signIn = JSON.stringify(exampleConnection(system.preset).signIn);
    const settings = oauth2Settings.parse(JSON.parse(signIn.replaceAll(system.address, origin)));
    provider = oauth2Provider({ ...settings, allowInsecureLoopback: true, userAgent: USER_AGENT });
  });
  afterAll(() => close());

  test('names the account, and renews the tokens until the grant has ended', async () => {
    const { url, expected } = await begin(provider);
    expect(url.href.startsWith(origin + system.authorize)).toBe(true);
    expect(url.searchParams.get('scope')).toBe(system.scope);
    const response = { code: 'good', oauthState: expected.oauthState, iss: undefined };
    const { credential } = await provider.exchange(response, expected);
    expect(credential.account).toEqual({ name: 'Ada Example', subject: system.subject });
    const renewed = await provider.refresh(credential, askerOf(ADA));
    expect(renewed).toMatchObject({ accessToken: 'access-1', account: credential.account });
    const ended = provider.refresh({ ...credential, refreshToken: 'refresh-0' }, askerOf(ADA));
    await expectRefusal(ended, 'invalid_grant', /^refresh: /);
  });
});
