import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { IdentityProvider } from '../../../bot/sign-in/providers/identity-provider.ts';
import { oauth2Provider } from '../../../bot/sign-in/providers/oauth2/provider.ts';
import { oauth2Settings } from '../../../bot/sign-in/providers/oauth2/settings.ts';
import { ADA } from '../../../local/people.ts';
import { DOCUMENTED, type DocumentedId, documentedSignIn } from '../../support/oauth2/documented.ts';
import { type RunningService, startService } from '../../support/oauth2/server.ts';
import { SITES } from '../../support/oauth2/services/atlassian.ts';
import { askerOf, begin, expectRefusal, REDIRECT_URI, signIn } from './flow.ts';
import { USER_AGENT } from './kinds.ts';

/* Behaviour of single services. preset-sign-ins.test.ts has what applies to each preset. */

const asker = askerOf(ADA);

function build(id: DocumentedId, origin: string, change: object = {}): IdentityProvider {
  const settings = oauth2Settings.parse({ ...documentedSignIn(id, origin), ...change });
  return oauth2Provider({ ...settings, allowInsecureLoopback: true, userAgent: USER_AGENT });
}

describe('what the services refuse', () => {
  const started: RunningService[] = [];
  const start = async (id: DocumentedId, options: Partial<Parameters<typeof startService>[1]> = {}) => {
    const service = await startService(DOCUMENTED[id], { redirectUris: [REDIRECT_URI], ...options });
    started.push(service);
    return service;
  };
  afterAll(() => Promise.all(started.map((service) => service.close())));

  test('Atlassian shows an error without audience, and without prompt', async () => {
    const { url } = await start('confluence');
    for (const [name, rest] of [
      ['audience', { prompt: 'consent' }],
      ['prompt', { audience: 'api.atlassian.com' }],
    ] as const) {
      const provider = build('confluence', url, { authorizationParameters: rest });
      await expect(signIn(provider, 'ada')).rejects.toThrow();
      const begun = await begin(provider);
      expect(await (await fetch(begun.url)).text()).toContain(`invalid_request: ${name}`);
    }
  });

  test('Notion refuses a form, the secret in the body, and the wrong owner', async () => {
    const { url } = await start('notion');
    for (const change of [
      { tokenRequestFormat: 'form' },
      { clientAuthentication: 'client_secret_post' },
      { authorizationParameters: {} },
    ]) {
      const refused = await signIn(build('notion', url, change), 'ada').catch((error: unknown) => error);
      expect(String(refused)).toMatch(/exchange: |lead nowhere|no form/);
    }
  });

  test('ServiceNow refuses JSON', async () => {
    const { url } = await start('servicenow');
    const provider = build('servicenow', url, { tokenRequestFormat: 'json' });
    await expectRefusal(signIn(provider, 'ada'), 'invalid_grant', /^exchange: error invalid_grant$/);
  });

  test('ServiceNow’s server_error at a refresh, without endedErrors, is an outage', async () => {
    const { url } = await start('servicenow');
    const provider = build('servicenow', url, { token: {} });
    const { credential } = await signIn(provider, 'ada');
    const ended = { ...credential, refreshToken: 'refresh-that-has-ended' };
    await expectRefusal(provider.refresh(ended, asker), 'unavailable', /^refresh: error server_error$/);
  });

  test('T33: Slack’s token at the top, a bot’s, is never taken at a sign-in', async () => {
    const { url } = await start('slack');
    const provider = build('slack', url, { token: { accessToken: '/authed_user/no_token', ignoreType: true } });
    await expectRefusal(signIn(provider, 'ada'), 'invalid_response', /"access_token"/);
  });

  test('Slack’s token type, without ignoreType, is no bearer token', async () => {
    const { url } = await start('slack');
    const { token } = documentedSignIn('slack', url) as unknown as { token: object };
    const provider = build('slack', url, { token: { ...token, ignoreType: false } });
    await expectRefusal(signIn(provider, 'ada'), 'invalid_response', /token_type/);
  });

  test('MediaWiki: a client that is not confidential signs in with PKCE, and cannot refresh', async () => {
    const { url } = await start('mediawiki', { clientAuthentication: 'none' });
    const provider = build('mediawiki', url, { clientAuthentication: 'none', clientSecret: '' });
    const { credential } = await signIn(provider, 'ada');
    expect(credential.account.name).toBe('Ada');
    await expectRefusal(provider.refresh(credential, asker), 'unavailable', /^refresh: error invalid_client$/);
  });
});

describe('the site', () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await startService(DOCUMENTED.confluence, { redirectUris: [REDIRECT_URI] });
  });
  afterAll(() => service.close());
  const site = (change: object) => {
    const documented = documentedSignIn('confluence', service.url) as unknown as { site: object };
    return build('confluence', service.url, { site: { ...documented.site, ...change } });
  };

  test.each([
    ['another site', { only: SITES[1].url }, SITES[1].id],
    ['with a slash at the end', { only: `${SITES[1].url}/` }, SITES[1].id],
  ])('%s: the one that the configuration names', async (_name, change, expected) => {
    expect((await signIn(site(change), 'ada')).credential.site).toBe(expected);
  });

  test('a site that the user cannot access: permissions are missing', async () => {
    const other = signIn(site({ only: 'https://other.atlassian.net' }), 'ada');
    await expectRefusal(other, 'insufficient_scope', /^exchange: account: the user has no access to the site$/);
    await expectRefusal(signIn(site({}), 'linus'), 'insufficient_scope', /no access to the site$/);
  });

  test('several sites, and none is configured: the log says what to set', async () => {
    const provider = site({ address: undefined, only: undefined });
    await expectRefusal(signIn(provider, 'ada'), 'invalid_response', /several sites: set site.only$/);
  });

  test('T33: an id that would change the address is refused', async () => {
    await expectRefusal(signIn(site({ id: '/url' }), 'ada'), 'invalid_response', /no usable id at site.id/);
  });

  test('a link from before the configuration had a site needs a new sign-in', async () => {
    const { credential } = await signIn(build('confluence', service.url, { site: undefined }), 'ada');
    await expectRefusal(site({}).refresh(credential, asker), 'invalid_grant', /^refresh: there is no site$/);
  });
});
