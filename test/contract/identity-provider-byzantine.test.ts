import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { SignedIn } from '../../bot/sign-in/identity-provider.ts';
import { ADA, CLIENT, GRACE } from '../../local/people.ts';
import { ByzantineProvider, type Json } from '../support/byzantine-provider.ts';
import { askerOf, type Begun, begin, expectRefusal } from './identity-provider-flow.ts';
import { FORGERIES, type Forgery, IDENTITY_FORGERIES } from './identity-provider-forgeries.ts';
import { KINDS, type Kind } from './identity-provider-kinds.ts';

let byzantine: ByzantineProvider;
beforeAll(async () => {
  byzantine = await ByzantineProvider.start();
});
afterAll(() => byzantine.close());
afterEach(() => byzantine.reset());

/** The claims of an ID token that holds. */
function goodClaims(kind: Kind, { expected }: Begun): Json {
  const now = Math.floor(Date.now() / 1000);
  const standard = {
    iss: kind.issuer(byzantine.origin),
    aud: CLIENT.id,
    sub: 'ada-over-there',
    iat: now,
    exp: now + 3600,
  };
  return { ...standard, nonce: expected.nonce, email: 'ada@contoso.example', ...kind.claims };
}

/** A sign-in whose ID token is made from a good one's claims. */
async function signInWith(kind: Kind, make: Forgery['forge']): Promise<SignedIn> {
  const provider = kind.build(byzantine.origin);
  const begun = await begin(provider);
  byzantine.idToken = await make(goodClaims(kind, begun), byzantine);
  // Afresh: a forgery may have changed the metadata.
  return kind.build(byzantine.origin).exchange(responseTo(begun), begun.expected);
}

function responseTo({ expected: { oauthState, issuer } }: Begun) {
  return { code: 'secret-code', oauthState, iss: issuer };
}

describe.each(KINDS)('an ID token for the $name provider', (kind) => {
  test.each<[string, (good: Json) => Json]>([
    ['as it should be', (good) => good],
    ['with several aud and our azp', (good) => ({ ...good, aud: [CLIENT.id, 'api'], azp: CLIENT.id })],
    ['whose iat is five minutes ago, as Entra’s is', (good) => ({ ...good, iat: Number(good.iat) - 300 })],
    [
      'from a clock half a minute ahead',
      (good) => ({ ...good, iat: Number(good.iat) + 30, nbf: Number(good.iat) + 30 }),
    ],
  ])('%s is accepted', async (_name, change) => {
    const { identity, credential } = await signInWith(kind, (good) => byzantine.sign(change(good)));
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

  test('T29: two keys, and none named: refused, not guessed', async () => {
    byzantine.keys = [byzantine.jwk, { ...byzantine.jwk, kid: 'key-2' }];
    const nameless = signInWith(kind, (good) => byzantine.sign(good, { kid: undefined }));
    await expectRefusal(nameless, 'invalid_response', /multiple applicable keys/);
  });
});

describe('who signed in at Entra', () => {
  const entra = KINDS[0] as Kind;

  test.each(IDENTITY_FORGERIES)('T31: $name is refused', async ({ forge, refused }) => {
    await expectRefusal(signInWith(entra, forge), 'invalid_response', refused);
  });

  test('T31: the same names and e-mail address with another oid are another person', async () => {
    const { identity } = await signInWith(entra, (good) => byzantine.sign({ ...good, oid: GRACE.objectId }));
    expect(identity).toEqual(askerOf(GRACE));
  });

  test('T8: an oid in upper case is the same person', async () => {
    const { identity } = await signInWith(entra, (good) =>
      byzantine.sign({ ...good, oid: ADA.objectId.toUpperCase() }),
    );
    expect(identity).toEqual(askerOf(ADA));
  });

  test('T31: an asker of the consumer tenant gets no authorization URL, and nothing is asked', async () => {
    const asker = { tenantId: '9188040d-6c67-4c5b-b112-36a304b66dad', objectId: ADA.objectId };
    const before = byzantine.received.length;
    await expectRefusal(begin(entra.build(byzantine.origin), asker), 'invalid_response', /personal accounts/);
    expect(byzantine.received.length).toBe(before);
  });
});

describe('what an account is called', () => {
  const oidc = KINDS[1] as Kind;

  test.each([
    ['preferred_username first', {}, 'ada'],
    ['then the name', { preferred_username: undefined }, ADA.name],
    ['then the e-mail address', { preferred_username: undefined, name: '' }, 'ada@contoso.example'],
    ['then sub', { preferred_username: 1, name: ['x'], email: undefined }, 'ada-over-there'],
    [
      'never control or direction characters',
      { preferred_username: '\u202Egro.elpmaxe@ecarg\u0000\n\u2066' },
      'gro.elpmaxe@ecarg',
    ],
    ['never more than 100 characters', { preferred_username: '𝒶'.repeat(500) }, '𝒶'.repeat(100)],
    ['never nothing', { preferred_username: '\u200B', name: ' ', email: '', sub: '\u200B' }, 'unnamed'],
  ])('T38: %s', async (_name, change, expected) => {
    const { credential } = await signInWith(oidc, (good) => byzantine.sign({ ...good, ...change }));
    expect(credential.account.name).toBe(expected);
  });
});
