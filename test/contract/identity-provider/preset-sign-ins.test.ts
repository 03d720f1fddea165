import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { IdentityProvider } from '../../../bot/sign-in/providers/identity-provider.ts';
import { signInByPages } from '../../../local/identity-provider/user-agent/sign-in.ts';
import { ADA, PASSWORD } from '../../../local/people.ts';
import { type RunningService, startService } from '../../support/oauth2/server.ts';
import { STAND_INS, standInOf, usernameAt } from '../../support/presets/stand-ins.ts';
import { askerOf, begin, expectRefusal, REDIRECT_URI, signIn, signInAtPages } from './flow.ts';
import { presetProvider } from './preset-provider.ts';

/* The sign-ins of the presets, each at a stand-in that refuses what its service refuses. test/contract/presets
 * shows the rest of a successful sign-in. */

const asker = askerOf(ADA);

describe.each(Object.entries(STAND_INS))('the sign-in of the preset %s', (preset, standIn) => {
  const { tokenTtl } = standIn;
  const { rotates, cancelled, ignoresRedirectUri = false } = standIn.service;
  const username = usernameAt(preset, ADA);
  let service: RunningService;
  let provider: IdentityProvider;
  beforeAll(async () => {
    const redirectUris = [REDIRECT_URI];
    service = await startService(standIn.service, { redirectUris, ...(tokenTtl === null && { tokenTtl }) });
    provider = presetProvider(preset, service.url);
  });
  afterAll(() => service.close());

  /** The parameters of the redirect to the bot. */
  async function answerTo(authorizationUrl: URL, decision: 'accept' | 'cancel' = 'accept'): Promise<URLSearchParams> {
    const pages = { authorizationUrl: authorizationUrl.href, username, password: PASSWORD, decision };
    return new URL((await signInByPages(pages)).callbackUrl).searchParams;
  }

  test('returns a stable id of the account, and the end of the token', async () => {
    const { credential } = await signIn(provider, username);
    const { account } = (await signIn(provider, username)).credential;
    expect(account).toEqual({ name: expect.any(String), subject: expect.stringMatching(/^\S+$/) });
    expect(credential.account).toEqual(account);
    expect('expiresAt' in credential).toBe(tokenTtl !== null);
  });

  test('T58: a refresh token that has ended needs a new sign-in', async () => {
    const { credential } = await signIn(provider, username);
    const { refreshToken } = await provider.refresh(credential, asker);
    expect(refreshToken === credential.refreshToken).toBe(rotates === false);
    const ended = rotates === true ? credential : { ...credential, refreshToken: 'refresh-that-has-ended' };
    await expectRefusal(provider.refresh(ended, asker), 'invalid_grant', /^refresh: /);
  });

  test('T28: a code works once', async () => {
    const begun = await begin(provider);
    const response = await signInAtPages(begun, username);
    await provider.exchange(response, begun.expected);
    const twice = await provider.exchange(response, begun.expected).catch((error: unknown) => error);
    expect(String(twice)).toMatch(/exchange: error /);
  });

  test('T28: a code without its code verifier is refused, unless the preset has no PKCE', async () => {
    const begun = await begin(provider);
    const response = await signInAtPages(begun, username);
    const other = { ...begun.expected, codeVerifier: 'v'.repeat(43) };
    const result = await provider.exchange(response, other).catch((error: unknown) => error);
    if (standIn.service.pkce === 'ignored') expect(result).toHaveProperty('credential');
    else expect(String(result)).toMatch(/exchange: error /);
  });

  test('another redirect URI than the one of the authorization request is refused', async () => {
    const begun = await begin(provider);
    const response = await signInAtPages(begun, username);
    const moved = { ...begun.expected, redirectUri: `${REDIRECT_URI}/other` };
    const result = await provider.exchange(response, moved).catch((error: unknown) => error);
    if (ignoresRedirectUri) expect(result).toHaveProperty('credential');
    else expect(String(result)).toMatch(/exchange: error /);
  });

  test('a redirect URI that is not registered gets no redirect', async () => {
    const { url } = await begin(provider);
    url.searchParams.set('redirect_uri', 'http://localhost:41199/auth/callback/other');
    await expect(answerTo(url)).rejects.toThrow(/no form/);
  });

  test('a wrong client secret is refused', async () => {
    const wrong = presetProvider(preset, service.url, { clientSecret: 'client-secret-wrong' });
    const refused = await signIn(wrong, username).catch((error: unknown) => error);
    expect(String(refused)).toMatch(/exchange: error /);
    expect(String(refused)).not.toMatch(/client-secret/);
  });

  test('T32: Cancel on its page returns an error', async () => {
    const answer = await answerTo((await begin(provider)).url, 'cancel');
    expect(answer.get('error')).toBe(cancelled.error);
    expect(answer.has('code')).toBe(false);
  });
});

/** The ways to authenticate that a service does not accept. */
const OTHER_WAYS = Object.entries(STAND_INS).flatMap(([preset, { service }]) =>
  (['client_secret_basic', 'client_secret_post'] as const)
    .filter((way) => !service.clientAuthentications.some((accepted) => accepted.startsWith(way)))
    .map((way) => [preset, way] as const),
);
/** Notion and Nextcloud have none. */
const WITH_SCOPES = Object.keys(STAND_INS).filter((preset) => standInOf(preset).service.scopes.length > 0);

describe('changes of a preset that its service refuses', () => {
  const started: RunningService[] = [];
  const start = async (preset: string) => {
    const service = await startService(standInOf(preset).service, { redirectUris: [REDIRECT_URI] });
    started.push(service);
    return service;
  };
  afterAll(() => Promise.all(started.map((service) => service.close())));

  test.each(OTHER_WAYS)('%s: another way to authenticate, %s', async (preset, clientAuthentication) => {
    const provider = presetProvider(preset, (await start(preset)).url, { clientAuthentication });
    await expect(signIn(provider, usernameAt(preset, ADA))).rejects.toThrow(/exchange: error /);
  });

  test.each(WITH_SCOPES)('%s: an unknown scope returns an error', async (preset) => {
    const { url } = await begin(presetProvider(preset, (await start(preset)).url, { scopes: ['unknown.scope'] }));
    const pages = { authorizationUrl: url.href, username: usernameAt(preset, ADA), password: PASSWORD };
    const { callbackUrl } = await signInByPages(pages);
    expect(new URL(callbackUrl).searchParams.get('error')).toBe('invalid_scope');
  });

  // Then people sign in again when the access token ends.
  test.each([
    ['google-drive', { authorizationParameters: { prompt: 'consent' } }],
    ['salesforce', { scopes: ['openid', 'api'] }],
    ['jira-cloud', { scopes: ['read:jira-work', 'read:me'] }],
    ['sharepoint', { scopes: ['openid', 'profile', 'https://graph.microsoft.com/Files.Read.All'] }],
  ])('%s: no refresh token with %j', async (preset, change) => {
    const provider = presetProvider(preset, (await start(preset)).url, change);
    expect((await signIn(provider, usernameAt(preset, ADA))).credential.refreshToken).toBeUndefined();
  });
});
