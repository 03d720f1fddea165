import { generateKeyPairSync } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, UnsecuredJWT } from 'jose';
import { ADA, CLIENT } from '../../local/people.ts';
import { ByzantineProvider, type Json } from '../support/byzantine-provider.ts';
import { begin, expectRefusal } from './identity-provider-flow.ts';
import { KINDS, type Kind } from './identity-provider-kinds.ts';

/* The OpenID conformance suite's modules for relying parties, as far as they concern the code flow without userinfo: by
 * their names there, with a stand-in that misbehaves as each of them does. The suite itself needs a browser and a
 * server of its own, and was not run. */

let op: ByzantineProvider;
beforeAll(async () => {
  op = await ByzantineProvider.start();
});
afterAll(() => op.close());
afterEach(() => op.reset());

const now = () => Math.floor(Date.now() / 1000);
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const bytes = (text: string) => new TextEncoder().encode(text);
const without = (name: string) => (good: Json) => op.sign({ ...good, [name]: undefined });
const changed = (change: Json) => (good: Json) => op.sign({ ...good, ...change });

/** What a module does with the ID token, and with the provider before it signs. */
type Module = (good: Json) => string | Promise<string>;

const ACCEPTED: Record<string, Module> = {
  'oidcc-client-test': (good) => op.sign(good),
  'oidcc-client-test-idtoken-sig-rs256': (good) => op.sign(good, { alg: 'RS256' }),
  'oidcc-client-test-kid-absent-single-jwks': (good) => op.sign(good, { kid: undefined }),
  'oidcc-client-test-signing-key-rotation-just-before-signing': async (good) => {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    op.keys = [{ ...(await exportJWK(publicKey)), kid: 'key-2', alg: 'RS256', use: 'sig' }];
    return op.sign(good, { kid: 'key-2' }, privateKey);
  },
  'fapi1-advanced-final-client-test-valid-aud-as-array': (good) => op.sign({ ...good, aud: [CLIENT.id] }),
  'fapi1-advanced-final-client-test-no-scope-in-token-endpoint-response': (good) => {
    op.tokens = { scope: undefined };
    return op.sign(good);
  },
};

const FEWER_SCOPES = /fewer scopes/;

const REFUSED: Record<string, [RegExp, Module]> = {
  'oidcc-client-test-nonce-invalid': [/"nonce"/, changed({ nonce: 'another' })],
  'oidcc-client-test-invalid-iss': [/"iss"/, changed({ iss: 'https://op.invalid/' })],
  'oidcc-client-test-missing-sub': [/"sub"/, without('sub')],
  'oidcc-client-test-missing-iat': [/"iat"/, without('iat')],
  'oidcc-client-test-missing-aud': [/"aud"/, without('aud')],
  'oidcc-client-test-invalid-aud': [/"aud"/, changed({ aud: 'another-client' })],
  'oidcc-client-test-idtoken-sig-none': [/"alg"/, (good) => new UnsecuredJWT(good).encode()],
  'oidcc-client-test-invalid-sig-rs256': [/signature verification failed/, (good) => op.sign(good, {}, rsa)],
  'oidcc-client-test-invalid-sig-hs256': [
    /unsupported JWS algorithm/,
    (good) => {
      op.metadata = { id_token_signing_alg_values_supported: ['HS256'] };
      return op.sign(good, { alg: 'HS256' }, bytes('x'.repeat(32)));
    },
  ],
  'oidcc-client-test-invalid-sig-es256': [
    /signature verification failed/,
    async (good) => {
      op.metadata = { id_token_signing_alg_values_supported: ['ES256'] };
      const { publicKey } = await generateKeyPair('ES256');
      op.keys = [{ ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'ES256', use: 'sig' }];
      return op.sign(good, { alg: 'ES256' }, ec);
    },
  ],
  // One of the two ways that the suite allows.
  'oidcc-client-test-kid-absent-multiple-jwks': [
    /multiple applicable keys/,
    (good) => {
      op.keys = [op.jwk, { ...op.jwk, kid: 'key-2' }];
      return op.sign(good, { kid: undefined });
    },
  ],
  'oidcc-client-test-discovery-issuer-mismatch': [
    /issuer/,
    (good) => {
      op.metadata = { issuer: 'https://op.invalid/' };
      return op.sign(good);
    },
  ],
  'fapi1-advanced-final-client-test-invalid-secondary-aud': [
    /untrusted audiences/,
    (good) => op.sign({ ...good, aud: [CLIENT.id, 'https://another.invalid'] }),
  ],
  'fapi1-advanced-final-client-test-invalid-null-alg': [/"alg"/, (good) => new UnsecuredJWT(good).encode()],
  'fapi1-advanced-final-client-test-invalid-alternate-alg': [/"alg"/, (good) => op.sign(good, { alg: 'PS256' }, rsa)],
  'fapi1-advanced-final-client-test-invalid-expired-exp': [/"exp"/, (good) => op.sign({ ...good, exp: now() - 600 })],
  'fapi1-advanced-final-client-test-invalid-missing-exp': [/"exp"/, without('exp')],
  'fapi1-advanced-final-client-test-iat-is-week-in-past': [
    /iat is not about now/,
    (good) => op.sign({ ...good, iat: now() - 7 * 86_400 }),
  ],
  'fapi1-advanced-final-client-test-invalid-missing-iss': [/"iss"/, without('iss')],
  'fapi1-advanced-final-client-test-invalid-missing-nonce': [/"nonce"/, without('nonce')],
  'fapi1-advanced-final-client-test-invalid-scope-in-token-endpoint-response': [
    FEWER_SCOPES,
    (good) => {
      op.tokens = { scope: 'another' };
      return op.sign(good);
    },
  ],
};

async function signInWith(kind: Kind, module: Module) {
  const begun = await begin(kind.build(op.origin));
  const { nonce, oauthState, issuer } = begun.expected;
  const good = { iss: issuer, aud: CLIENT.id, sub: 'ada-over-there', iat: now(), exp: now() + 3600, nonce };
  op.idToken = await module({ ...good, ...kind.claims });
  return kind.build(op.origin).exchange({ code: 'secret-code', oauthState, iss: issuer }, begun.expected);
}

describe.each(KINDS)('the OpenID conformance suite’s modules, for the $name provider', (kind) => {
  test.each(Object.entries(ACCEPTED))('T29: %s: Ada is signed in', async (_, module) => {
    const { credential, identity } = await signInWith(kind, module);
    expect(credential.account.subject).toBe('ada-over-there');
    expect(identity?.objectId).toBe(kind.proven ? ADA.objectId : undefined);
  });

  test.each(Object.entries(REFUSED))('T29, T33: %s: nobody is', async (_, [refused, module]) => {
    const failure = refused === FEWER_SCOPES ? 'insufficient_scope' : 'invalid_response';
    await expectRefusal(signInWith(kind, module), failure, refused);
  });

  test('oidcc-client-test-client-secret-basic: the client’s secret goes in a header', async () => {
    op.metadata = { token_endpoint_auth_methods_supported: ['client_secret_basic'] };
    await signInWith(kind, (good) => op.sign(good));
    const { authorization = '', form } = op.received.filter(({ path }) => path.endsWith('/token')).at(-1) ?? {};
    // Form-encoded first (RFC 6749 section 2.3.1).
    const message = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString();
    expect(message.split(':').map(decodeURIComponent)).toEqual([CLIENT.id, CLIENT.secret]);
    expect(form?.has('client_secret')).toBe(false);
  });

  test('oidcc-client-test-discovery-openid-config, -jwks-uri-keys: both are looked up, where the provider says', async () => {
    const issuer = kind.issuer(op.origin);
    op.metadata = { jwks_uri: `${issuer}/elsewhere/jwks` };
    const before = op.received.length;
    await signInWith(kind, (good) => op.sign(good));
    const paths = op.received.slice(before).map(({ path }) => op.origin + path);
    expect(paths).toContain(`${issuer}/.well-known/openid-configuration`);
    expect(paths).toContain(`${issuer}/elsewhere/jwks`);
  });
});
