import { describe, expect, test } from '@jest/globals';
import { type GithubOptions, githubProvider } from '../../../bot/sign-in/providers/github.ts';
import type { Credential, ProviderFailure } from '../../../bot/sign-in/providers/identity-provider.ts';
import { ADA, CLIENT } from '../../../local/people.ts';
import { json, type Reply } from '../../support/provider/byzantine-provider.ts';
import { askerOf, begin, expectRefusal, revocationOf } from './flow.ts';
import { textResponse } from './hostile/hostile.ts';
import { type Change, GITHUB, USER_AGENT } from './kinds.ts';
import { signInAt, startByzantine } from './stand-in.ts';

/* Responses of GitHub's API, scopes, and options that cannot work. */

const byzantine = await startByzantine();

async function exchange(change: Change = {}): Promise<Credential> {
  return (await signInAt(byzantine, GITHUB, { provider: GITHUB.build(byzantine.origin, change), iss: undefined }))
    .credential;
}

const received = (path: string) => byzantine.received.filter((each) => each.path === path);

describe('the account', () => {
  test('the provider asks the authority’s own API with the new token and a User-Agent', async () => {
    await exchange();
    const requested = received('/api/v3/user').at(-1);
    expect(requested).toMatchObject({
      method: 'GET',
      authorization: 'Bearer secret-access-token',
      userAgent: USER_AGENT,
    });
  });

  test('the provider asks the configured address', async () => {
    await exchange({ apiUrl: `${byzantine.origin}/elsewhere/` });
    expect(received('/elsewhere/user')).toHaveLength(1);
  });

  // hostile/answers.test.ts has what every API may answer.
  test.each<[string, object]>([
    ['no login', { id: 1 }],
    ['a login that is an object', { login: {}, id: 1 }],
    ['a login that can’t be seen', { login: '\u200B', id: 1 }],
    ['an id that is text', { login: 'a', id: '1' }],
  ])('T33: %s is no account, and the client deletes the new token', async (_name, account) => {
    byzantine.responses = { user: (response) => json(response, 200, account) };
    const before = byzantine.received.length;
    await expectRefusal(exchange(), 'invalid_response', /no login or no id$/);
    const since = byzantine.received.slice(before);
    expect(since.filter(({ method }) => method === 'DELETE')).toEqual([
      expect.objectContaining({
        path: `/api/v3/applications/${CLIENT.id}/token`,
        body: '{"access_token":"secret-access-token"}',
        authorization: `Basic ${Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64')}`,
        userAgent: USER_AGENT,
      }),
    ]);
  });

  test.each([
    ['never control or direction characters', '\u202Egro.elpmaxe@ecarg\u0000\n\u2066', 'gro.elpmaxe@ecarg'],
    ['never more than 100 characters', '𝒶'.repeat(500), '𝒶'.repeat(100)],
    ['markup stays text', '<b>ada</b>', '<b>ada</b>'],
  ])('T38: is called: %s', async (_name, login, expected) => {
    byzantine.responses = { user: (response) => json(response, 200, { login, id: 583231 }) };
    expect((await exchange()).account).toEqual({ name: expected, subject: '583231' });
  });
});

describe('errors with status 200', () => {
  test.each<[string, ProviderFailure, RegExp]>([
    ['bad_verification_code', 'invalid_grant', /^exchange: error invalid_grant$/],
    ['bad_refresh_token', 'invalid_grant', /^exchange: error invalid_grant$/],
    ['incorrect_client_credentials', 'unavailable', /^exchange: error invalid_client$/],
    ['redirect_uri_mismatch', 'unavailable', /^exchange: error invalid_request$/],
    ['unverified_user_email', 'unavailable', /^exchange: error of another kind$/],
    ['secret-attacker', 'unavailable', /^exchange: error of another kind$/],
  ])('T32: %s, without GitHub’s words', async (error, failure, detail) => {
    const text = {
      error_description: '<script>attacker</script> secret-words',
      error_uri: 'https://attacker.example',
    };
    const tokens = { access_token: 'secret-access-token', token_type: 'bearer' };
    byzantine.responses = { access_token: (response) => json(response, 200, { ...tokens, error, ...text }) };
    await expectRefusal(exchange(), failure, detail);
  });
});

describe('scopes', () => {
  test.each<[string, string[], string, boolean]>([
    ['to the letter', ['repo', 'read:org'], 'read:org,repo', true],
    ['in an answer with spaces', ['repo', 'gist'], 'repo, gist', true],
    ['more than asked for', ['gist'], 'gist,repo', true],
    ['that another includes by its name', ['user', 'user:email', 'read:user'], 'user', true],
    ['that another level includes', ['read:org', 'write:org'], 'admin:org', true],
    ['that repo includes', ['repo', 'public_repo', 'repo:status'], 'repo', true],
    ['none asked for, none granted', [], '', true],
    ['none granted, as to a GitHub App', ['repo'], '', false],
    ['less than asked for', ['repo', 'gist'], 'gist', false],
    ['a lower level', ['admin:org'], 'read:org', false],
    ['the same level of another thing', ['read:org'], 'read:user', false],
    ['a part of what was asked for', ['repo'], 'public_repo', false],
    ['something that merely begins alike', ['username'], 'user', false],
  ])('%s', async (_name, scopes, granted, enough) => {
    byzantine.tokens = { scope: granted };
    const signedIn = exchange({ scopes });
    if (enough) expect((await signedIn).scope).toBe(granted.split(/[\s,]+/).join(' '));
    else await expectRefusal(signedIn, 'insufficient_scope', /fewer scopes granted than asked for$/);
  });
});

describe('revoke', () => {
  const linked = (): Credential => ({
    accessToken: 'secret-old-access-token',
    scope: '',
    issuer: GITHUB.issuer(byzantine.origin),
    account: { name: 'ada' },
  });
  const revoke = (credential: Credential) => GITHUB.build(byzantine.origin).revoke(credential, askerOf(ADA));

  test.each([404, 422])('succeeds if GitHub answers %i: it no longer knows the token', async (status) => {
    byzantine.responses = { token: textResponse(status, '{}') };
    await revoke(linked());
  });

  test.each([200, 401, 403, 429, 500])('fails if it answers %i', async (status) => {
    byzantine.responses = { token: textResponse(status, '{"message":"secret-words"}') };
    await expectRefusal(revocationOf(revoke(linked())), 'unavailable', new RegExp(`^revoke: answered ${status}$`));
  });

  test('T97: a refresh token works only once: the token that came of it is left to revoke', async () => {
    let calls = 0;
    const notFoundThenDown: Reply = (response) =>
      response.writeHead(calls++ === 0 ? 404 : 503, { 'content-type': 'application/json' }).end('{}');
    byzantine.responses = { token: notFoundThenDown };
    byzantine.tokens = { access_token: 'secret-last-access-token' };
    const revocation = await revoke({ ...linked(), refreshToken: 'secret-old-refresh-token' });
    expect(revocation).toMatchObject({ outcome: 'incomplete', left: { accessToken: 'secret-last-access-token' } });
    expect(revocation).not.toHaveProperty('left.refreshToken');
  });

  test('fails if the refresh token of an invalid token cannot be ended', async () => {
    byzantine.responses = { token: textResponse(404, '{}'), access_token: textResponse(503, '') };
    const credential = { ...linked(), refreshToken: 'secret-old-refresh-token' };
    await expectRefusal(revocationOf(revoke(credential)), 'unavailable', /^revoke: answered 503$/);
  });
});

describe('options', () => {
  const good = { clientId: 'a', clientSecret: 'secret-b', scopes: [], allowInsecureLoopback: false, userAgent: 'test' };

  test.each<[string, Partial<GithubOptions>, RegExp]>([
    ['authority over plain http', { authority: 'http://github.example' }, /authority must be an https URL/],
    ['authority on loopback', { authority: 'https://localhost' }, /authority must be an https URL/],
    ['authority with a query', { authority: 'https://github.example?x' }, /authority must have no query/],
    ['apiUrl over plain http', { apiUrl: 'http://api.example' }, /apiUrl must be an https URL/],
    ['apiUrl with a user', { apiUrl: 'https://a:secret-c@api.example' }, /apiUrl must be an https URL/],
    ['no client id', { clientId: '' }, /clientId must not be empty/],
    ['a scope with a space', { scopes: ['repo gist'] }, /scopes must be words/],
  ])('%s: refused by name, without a secret', (_name, change, problem) => {
    const build = () => githubProvider({ ...good, authority: 'https://github.com', ...change });
    expect(build).toThrow(problem);
    expect(build).not.toThrow(/secret-/);
  });

  test('github.com needs only a client and its secret', async () => {
    const { url } = await begin(githubProvider({ ...good, authority: 'https://github.com/' }));
    expect(url.origin + url.pathname).toBe('https://github.com/login/oauth/authorize');
  });
});
