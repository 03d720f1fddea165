import { describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair } from 'jose';
import { ADA, CLIENT, GRACE } from '../../../../local/people.ts';
import { type Json, json, type Reply } from '../../../support/provider/byzantine-provider.ts';
import { askerOf, begin, expectRefusal } from '../flow.ts';
import { ENTRA, KINDS, type Kind, OIDC } from '../kinds.ts';
import { signInAt, startByzantine } from '../stand-in.ts';
import { FORGERIES, type Forgery, IDENTITY_FORGERIES } from './forgeries.ts';

/* With ../discovery.test.ts and answers.test.ts, this covers the OpenID conformance suite's modules for relying parties,
 * as far as they concern the code flow. The suite itself was not run. */

const byzantine = await startByzantine();

/** A sign-in with an ID token that is made from the claims of a valid one. */
const signInWith = (kind: Kind, forge: Forgery['forge']) => signInAt(byzantine, kind, { forge });

describe.each(KINDS)('an ID token for the $name provider', (kind) => {
  const { sign } = byzantine;
  test.each<[string, Forgery['forge']]>([
    ['as it should be', (good) => sign(good)],
    ['with aud in a list', (good) => sign({ ...good, aud: [CLIENT.id] })],
    ['with several aud and our azp', (good) => sign({ ...good, aud: [CLIENT.id, 'api'], azp: CLIENT.id })],
    ['whose iat is five minutes ago, as Entra’s is', (good) => sign({ ...good, iat: Number(good.iat) - 300 })],
    ['from a clock half a minute ahead', (good) => sign({ ...good, iat: now() + 30, nbf: now() + 30 })],
    ['without kid, where there is one key', (good) => sign(good, { kid: undefined })],
    ['with a key that was rotated just before', signWithNewKey],
  ])('%s is accepted', async (_name, forge) => {
    const { identity, credential } = await signInWith(kind, forge);
    expect(identity).toEqual(kind.proven ? askerOf(ADA) : undefined);
    expect(credential.account).toEqual({ name: kind.username, subject: 'ada-over-there' });
  });

  test.each(FORGERIES)('T29: $name is refused', async ({ forge, refused }) => {
    await expectRefusal(signInWith(kind, forge), 'invalid_response', refused);
    expect(byzantine.received.filter(({ path }) => path.startsWith('/thief/'))).toEqual([]);
  });

  test.each([
    ['missing', undefined],
    ['null', null],
    ['empty', ''],
    ['a number', 1],
    ['an array', ['eyJ']],
  ])('T29: %s is refused', async (_name, value) => {
    byzantine.tokens = { id_token: value };
    await expectRefusal(
      signInWith(kind, () => 'unused'),
      'invalid_response',
      /"id_token" property|Invalid JWT/,
    );
  });

  test('T29: two keys, and the token names none: refused, not guessed', async () => {
    byzantine.keys = [byzantine.jwk, { ...byzantine.jwk, kid: 'key-2' }];
    const nameless = signInWith(kind, (good) => byzantine.sign(good, { kid: undefined }));
    await expectRefusal(nameless, 'invalid_response', /multiple applicable keys/);
  });
});

const now = () => Math.floor(Date.now() / 1000);

async function signWithNewKey(good: Json): Promise<string> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  byzantine.keys = [{ ...(await exportJWK(publicKey)), kid: 'key-2', alg: 'RS256', use: 'sig' }];
  return byzantine.sign(good, { kid: 'key-2' }, privateKey);
}

describe('the identity at Entra', () => {
  test.each(IDENTITY_FORGERIES)('T31: $name is refused', async ({ forge, refused }) => {
    await expectRefusal(signInWith(ENTRA, forge), 'invalid_response', refused);
  });

  test('T31: the same names and e-mail address with another oid are another person', async () => {
    const { identity } = await signInWith(ENTRA, (good) => byzantine.sign({ ...good, oid: GRACE.objectId }));
    expect(identity).toEqual(askerOf(GRACE));
  });

  test('T8: an oid in upper case is the same person', async () => {
    const { identity } = await signInWith(ENTRA, (good) =>
      byzantine.sign({ ...good, oid: ADA.objectId.toUpperCase() }),
    );
    expect(identity).toEqual(askerOf(ADA));
  });

  test('T31: an asker of the consumer tenant gets no authorization URL, and the provider gets no request', async () => {
    const asker = { tenantId: '9188040d-6c67-4c5b-b112-36a304b66dad', objectId: ADA.objectId };
    const before = byzantine.received.length;
    await expectRefusal(begin(ENTRA.build(byzantine.origin), asker), 'invalid_response', /personal accounts/);
    expect(byzantine.received.length).toBe(before);
  });
});

describe('the name of an account', () => {
  test.each([
    ['preferred_username first', {}, 'ada'],
    ['then the name', { preferred_username: undefined }, ADA.name],
    ['then the e-mail address', { preferred_username: undefined, name: '' }, 'ada@contoso.example'],
    ['a name that is no id', { preferred_username: '4711', name: ADA.name, sub: '4711' }, ADA.name],
    ['the id where the provider calls it a name', { preferred_username: 'ada-over-there', name: '' }, 'ada-over-there'],
    [
      'never control or direction characters',
      { preferred_username: '\u202Egro.elpmaxe@ecarg\u0000\n\u2066' },
      'gro.elpmaxe@ecarg',
    ],
    ['never more than 100 characters', { preferred_username: '𝒶'.repeat(500) }, '𝒶'.repeat(100)],
  ])('T38: %s', async (_name, change, expected) => {
    const { credential } = await signInWith(OIDC, (good) => byzantine.sign({ ...good, ...change }));
    expect(credential.account.name).toBe(expected);
    expect(credential.account).not.toHaveProperty('unnamed');
  });

  /** An ID token with the fewest claims that the standard allows, and a provider with a userinfo endpoint. */
  const thin = async (sub = 'u-8f2c77', change: Json = {}) => {
    byzantine.metadata = { userinfo_endpoint: `${OIDC.issuer(byzantine.origin)}/userinfo`, ...byzantine.metadata };
    const noNames = { preferred_username: undefined, name: undefined, email: undefined };
    return signInWith(OIDC, (good) => byzantine.sign({ ...good, ...noNames, ...change, sub }));
  };
  const userinfo = (body: unknown): void => {
    byzantine.responses.userinfo = (response) => json(response, 200, body);
  };

  test('if the ID token has no name, the account has the name of the userinfo endpoint', async () => {
    userinfo({ sub: 'u-8f2c77', name: 'Ada Example', preferred_username: 'ada' });
    const { credential, unnamedBecause } = await thin();
    expect(credential.account).toEqual({ name: 'ada', subject: 'u-8f2c77' });
    expect(unnamedBecause).toBeUndefined();
    const requests = byzantine.received.filter(({ path }) => path.endsWith('/userinfo'));
    expect(requests.map(({ method, authorization }) => [method, authorization])).toEqual([
      ['GET', 'Bearer secret-access-token'],
    ]);
  });

  test('a user name that only repeats an opaque id is no name: the provider asks the userinfo endpoint', async () => {
    userinfo({ sub: '1', preferred_username: '1', email: 'ada@contoso.example' });
    const { credential } = await thin('1', { preferred_username: '1' });
    expect(credential.account).toEqual({ name: 'ada@contoso.example', subject: '1' });
  });

  test('if the ID token has a name, the provider does not ask the userinfo endpoint', async () => {
    const before = byzantine.count('userinfo');
    await thin('u-8f2c77', { name: 'Ada Example' });
    expect(byzantine.count('userinfo')).toBe(before);
  });

  const UNNAMED = { name: 'u-8f2c77', unnamed: true, subject: 'u-8f2c77' };

  test.each([
    ['of another account', { sub: 'u-other', name: 'Grace Sample' }],
    ['of an account in another case', { sub: 'U-8F2C77', name: 'Grace Sample' }],
  ])('T12: a userinfo answer %s ends the sign-in, and its tokens are revoked', async (_name, body) => {
    userinfo(body);
    const before = byzantine.count('revoke');
    await expectRefusal(thin(), 'invalid_response', /^userinfo: sub is another account$/);
    expect(byzantine.count('revoke') - before).toBe(2);
  });

  test('T12: a userinfo answer without an account gives the account no name', async () => {
    userinfo({ name: 'Grace Sample' });
    const { credential, unnamedBecause } = await thin();
    expect(credential.account).toEqual(UNNAMED);
    expect(unnamedBecause).toMatch(/^userinfo: .*"sub"/);
    expect(unnamedBecause).not.toMatch(/Grace|u-other|8f2c77/i);
  });

  test.each<[string, Reply, RegExp]>([
    ['401', (r) => r.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end(), /401/],
    ['403', (r) => json(r, 403, { error: 'insufficient_scope' }), /status code/],
    ['404', (r) => r.writeHead(404).end(), /status code/],
    ['503', (r) => r.writeHead(503).end(), /answered 503/],
    ['a redirect', (r) => r.writeHead(302, { location: '/thief/userinfo' }).end(), /a redirect/],
    ['HTML', (r) => r.writeHead(200, { 'content-type': 'text/html' }).end('<html>secret-page'), /content-type/],
    ['no name', (r) => json(r, 200, { sub: 'u-8f2c77', name: '' }), /no name/],
    ['a cut connection', (r) => r.destroy(), /no connection/],
  ])('the userinfo endpoint answers with %s: the person is signed in, without a name', async (...row) => {
    const [, response, because] = row;
    byzantine.responses.userinfo = response;
    const { credential, unnamedBecause } = await thin();
    expect(credential).toMatchObject({ account: UNNAMED, accessToken: 'secret-access-token' });
    expect(unnamedBecause).toMatch(because);
    expect(unnamedBecause).not.toMatch(/secret-|<html/);
  });

  test.each([
    ['no userinfo endpoint', undefined],
    ['one that is not https', 'http://attacker.example/userinfo'],
    ['one that is no URL', 'userinfo'],
  ])('a provider with %s: the person is signed in, without a name', async (_name, endpoint) => {
    byzantine.metadata = { userinfo_endpoint: endpoint };
    const { credential, unnamedBecause } = await thin();
    expect(credential.account).toEqual(UNNAMED);
    expect(unnamedBecause).toBe('userinfo: there is no endpoint');
  });

  const claims = () => ({
    sub: 'u-8f2c77',
    preferred_username: 'ada',
    iss: OIDC.issuer(byzantine.origin),
    aud: CLIENT.id,
  });
  test.each<[string, () => Promise<string>, string | undefined]>([
    ['that the provider signed', () => byzantine.sign(claims()), 'ada'],
    ['for another client', () => byzantine.sign({ ...claims(), aud: 'attacker' }), undefined],
    ['of another issuer', () => byzantine.sign({ ...claims(), iss: 'https://attacker.example' }), undefined],
    ['with an altered signature', async () => `${(await byzantine.sign(claims())).slice(0, -8)}AAAAAAAA`, undefined],
  ])('T12: a userinfo answer as a JWT %s', async (_name, make, expected) => {
    const jwt = await make();
    byzantine.metadata = { userinfo_signing_alg_values_supported: ['RS256'] };
    byzantine.responses.userinfo = (r) => r.writeHead(200, { 'content-type': 'application/jwt' }).end(jwt);
    const { credential } = await thin();
    expect(credential.account).toEqual(expected ? { name: expected, subject: 'u-8f2c77' } : UNNAMED);
  });

  test('an invisible id is no name either', async () => {
    expect((await thin('\u200B')).credential.account).toEqual({ name: '?', unnamed: true, subject: '\u200B' });
  });
});
