import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ADA } from '../../../local/people.ts';
import { type RunningService, type ServiceOptions, startService } from '../../support/oauth2/server.ts';
import { SITES } from '../../support/oauth2/services/atlassian.ts';
import { standInOf } from '../../support/presets/stand-ins.ts';
import { askerOf, begin, expectRefusal, REDIRECT_URI, signIn } from './flow.ts';
import { presetProvider, signInOf } from './preset-provider.ts';

/* Behaviour of single services. preset-sign-ins.test.ts has what applies to each preset. */

const asker = askerOf(ADA);

describe('what the services refuse', () => {
  const started: RunningService[] = [];
  const start = async (preset: string, options: Partial<ServiceOptions> = {}) => {
    const service = await startService(standInOf(preset).service, { redirectUris: [REDIRECT_URI], ...options });
    started.push(service);
    return service;
  };
  afterAll(() => Promise.all(started.map((service) => service.close())));

  test('Atlassian shows an error without audience, and without prompt', async () => {
    const { url } = await start('confluence-cloud');
    for (const [name, rest] of [
      ['audience', { prompt: 'consent' }],
      ['prompt', { audience: 'api.atlassian.com' }],
    ] as const) {
      const provider = presetProvider('confluence-cloud', url, { authorizationParameters: rest });
      await expect(signIn(provider, 'ada')).rejects.toThrow();
      const begun = await begin(provider);
      expect(await (await fetch(begun.url)).text()).toContain(`invalid_request: ${name}`);
    }
  });

  test('Notion refuses a form, and the wrong owner', async () => {
    const { url } = await start('notion');
    for (const change of [{ tokenRequestFormat: 'form' }, { authorizationParameters: {} }]) {
      const refused = await signIn(presetProvider('notion', url, change), 'ada').catch((error: unknown) => error);
      expect(String(refused)).toMatch(/exchange: |lead nowhere|no form/);
    }
  });

  test('ServiceNow refuses JSON', async () => {
    const { url } = await start('servicenow-knowledge');
    const provider = presetProvider('servicenow-knowledge', url, { tokenRequestFormat: 'json' });
    await expectRefusal(signIn(provider, 'ada'), 'invalid_grant', /^exchange: error invalid_grant$/);
  });

  test('ServiceNow’s server_error at a refresh, without endedErrors, is an outage', async () => {
    const { url } = await start('servicenow-knowledge');
    const provider = presetProvider('servicenow-knowledge', url, { token: {} });
    const { credential } = await signIn(provider, 'ada');
    const ended = { ...credential, refreshToken: 'refresh-that-has-ended' };
    await expectRefusal(provider.refresh(ended, asker), 'unavailable', /^refresh: error server_error$/);
  });

  test('T33: Slack’s token at the top, a bot’s, is never taken at a sign-in', async () => {
    const { url } = await start('slack');
    const provider = presetProvider('slack', url, {
      token: { accessToken: '/authed_user/no_token', ignoreType: true },
    });
    await expectRefusal(signIn(provider, 'ada'), 'invalid_response', /"access_token"/);
  });

  test('Slack’s token type, without ignoreType, is no bearer token', async () => {
    const { url } = await start('slack');
    const { token } = signInOf('slack', url);
    const provider = presetProvider('slack', url, { token: { ...(token as object), ignoreType: false } });
    await expectRefusal(signIn(provider, 'ada'), 'invalid_response', /token_type/);
  });

  test('MediaWiki: a client that is not confidential signs in with PKCE, and cannot refresh', async () => {
    const { url } = await start('mediawiki-oauth', { clientAuthentication: 'none' });
    const provider = presetProvider('mediawiki-oauth', url, { clientAuthentication: 'none', clientSecret: '' });
    const { credential } = await signIn(provider, 'ada');
    expect(credential.account.name).toBe('Ada');
    await expectRefusal(provider.refresh(credential, asker), 'unavailable', /^refresh: error invalid_client$/);
  });
});

describe('the site', () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await startService(standInOf('confluence-cloud').service, { redirectUris: [REDIRECT_URI] });
  });
  afterAll(() => service.close());
  const site = (change: object) => {
    const { site } = signInOf('confluence-cloud', service.url);
    return presetProvider('confluence-cloud', service.url, { site: { ...(site as object), ...change } });
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
    const { credential } = await signIn(presetProvider('confluence-cloud', service.url, { site: undefined }), 'ada');
    await expectRefusal(site({}).refresh(credential, asker), 'invalid_grant', /^refresh: there is no site$/);
  });
});
