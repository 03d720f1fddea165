import { generateKeyPairSync } from 'node:crypto';
import { CompactSign, exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { CLIENT, LINUS, TENANTS } from '../../../../local/people.ts';
import type { ByzantineProvider, Json } from '../../../support/provider/byzantine-provider.ts';

/** An ID token that claims something false. */
export interface Forgery {
  name: string;
  /** The expected words in the log. */
  refused: RegExp;
  /** Makes it from the claims of a valid one. */
  forge: (good: Json, provider: ByzantineProvider) => string | Promise<string>;
}

const now = () => Math.floor(Date.now() / 1000);
const { privateKey: rogue } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const rogueJwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
const bytes = (text: string) => new TextEncoder().encode(text);

/** The same claims with one changed; `undefined` removes it. */
function claim(name: string, value: unknown, refused: RegExp, subject = JSON.stringify(value) ?? 'missing'): Forgery {
  return { name: `${name} ${subject}`, refused, forge: (good, { sign }) => sign({ ...good, [name]: value }) };
}

/** Numbers that JSON allows and `JSON.stringify` cannot write. */
function literal(name: string, number: string, refused: RegExp): Forgery {
  const forge = (good: Json, { key }: ByzantineProvider) => {
    const text = JSON.stringify({ ...good, [name]: 'HERE' }).replace('"HERE"', number);
    return new CompactSign(bytes(text)).setProtectedHeader({ alg: 'RS256', kid: 'key-1' }).sign(key);
  };
  return { name: `${name} ${number}`, refused, forge };
}

async function publicPem({ jwk }: ByzantineProvider): Promise<string> {
  const key = await importJWK(jwk, 'RS256');
  if (key instanceof Uint8Array) throw new Error('not a public key');
  return exportSPKI(key);
}

const parts = async (token: Promise<string>) => (await token).split('.') as [string, string, string];
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

const SIGNATURES: readonly Forgery[] = [
  {
    name: 'the signature of other claims',
    refused: /signature verification failed/,
    forge: async (good, { sign }) => {
      const [head, , signature] = await parts(sign(good));
      return `${head}.${encode({ ...good, name: 'attacker' })}.${signature}`;
    },
  },
  {
    name: 'one bit of the signature flipped',
    refused: /signature verification failed/,
    forge: async (good, { sign }) => {
      const [head, body, signature] = await parts(sign(good));
      const flipped = Buffer.from(signature, 'base64url');
      flipped.writeUInt8(flipped.readUInt8(7) ^ 1, 7);
      return `${head}.${body}.${flipped.toString('base64url')}`;
    },
  },
  {
    name: 'an empty signature',
    refused: /signature verification failed/,
    forge: async (good, { sign }) => `${(await parts(sign(good))).slice(0, 2).join('.')}.`,
  },
  {
    name: 'a signature that is not base64url',
    refused: /can’t be read/,
    forge: async (good, { sign }) => `${(await parts(sign(good))).slice(0, 2).join('.')}.%%%`,
  },
  {
    name: 'alg none, unsigned',
    refused: /unexpected JWT "alg"/,
    forge: (good) => new UnsecuredJWT(good).encode(),
  },
  {
    name: 'alg none, which the metadata allow',
    refused: /unsupported JWS "alg"/,
    forge: (good, provider) => {
      provider.metadata = { id_token_signing_alg_values_supported: ['RS256', 'none'] };
      return new UnsecuredJWT(good).encode();
    },
  },
  {
    name: 'HS256 with the public key as the secret',
    refused: /unexpected JWT "alg"/,
    forge: async (good, provider) => provider.sign(good, { alg: 'HS256' }, bytes(await publicPem(provider))),
  },
  {
    name: 'HS256 with the public key as the secret, which the metadata allow',
    refused: /unsupported JWS algorithm/,
    forge: async (good, provider) => {
      provider.metadata = { id_token_signing_alg_values_supported: ['RS256', 'HS256'] };
      return provider.sign(good, { alg: 'HS256' }, bytes(await publicPem(provider)));
    },
  },
  {
    name: 'HS256 with the client’s secret, which the metadata allow',
    refused: /unsupported JWS algorithm/,
    forge: (good, provider) => {
      provider.metadata = { id_token_signing_alg_values_supported: ['HS256'] };
      return provider.sign(good, { alg: 'HS256' }, bytes(CLIENT.secret.padEnd(32, '0')));
    },
  },
  {
    name: 'ES256 with another key under a known kid',
    refused: /signature verification failed/,
    forge: async (good, provider) => {
      const [known, another] = [await generateKeyPair('ES256'), await generateKeyPair('ES256')];
      provider.metadata = { id_token_signing_alg_values_supported: ['ES256'] };
      provider.keys = [{ ...(await exportJWK(known.publicKey)), kid: 'key-1', alg: 'ES256', use: 'sig' }];
      return provider.sign(good, { alg: 'ES256' }, another.privateKey);
    },
  },
  {
    name: 'an algorithm that the metadata do not name',
    refused: /unexpected JWT "alg"/,
    forge: (good, { sign }) => sign(good, { alg: 'PS256' }, rogue),
  },
  {
    name: 'a rogue key under a known kid',
    refused: /signature verification failed/,
    forge: (good, { sign }) => sign(good, {}, rogue),
  },
  {
    name: 'a rogue key under an unknown kid',
    refused: /no applicable keys/,
    forge: (good, { sign }) => sign(good, { kid: 'attacker' }, rogue),
  },
  {
    name: 'a rogue key that the header brings along',
    refused: /no applicable keys/,
    forge: (good, { sign, origin }) =>
      sign(good, { kid: 'attacker', jwk: rogueJwk, jku: `${origin}/thief/jwks`, x5u: `${origin}/thief/x5u` }, rogue),
  },
  {
    name: 'an extension that must be understood',
    refused: /"crit"/,
    forge: (good, { key }) => {
      const header = { alg: 'RS256', kid: 'key-1', crit: ['attack'], attack: true };
      return new SignJWT(good).setProtectedHeader(header).sign(key, { crit: { attack: true } });
    },
  },
];

const SHAPES: readonly Forgery[] = [
  { name: 'two parts', refused: /Invalid JWT/, forge: () => 'eyJhbGciOiJSUzI1NiJ9.e30' },
  { name: 'five parts', refused: /JWE/, forge: () => 'eyJhbGciOiJSUzI1NiJ9.a.b.c.d' },
  { name: 'a header that is not JSON', refused: /parse JWT Header/, forge: () => 'secret-.e30.c2ln' },
  { name: 'a body that is not JSON', refused: /parse JWT Payload/, forge: () => 'eyJhbGciOiJSUzI1NiJ9.secret-.c2ln' },
  { name: 'a body that is an array', refused: /Payload must be/, forge: () => 'eyJhbGciOiJSUzI1NiJ9.W10.c2ln' },
];

const CLAIMS: readonly Forgery[] = [
  claim('iss', undefined, /"iss" .* missing/),
  claim('iss', 'https://attacker.example', /"iss"/),
  claim('iss', ['https://attacker.example'], /"iss"/),
  {
    name: 'iss with a slash more',
    refused: /"iss"/,
    forge: (good, { sign }) => sign({ ...good, iss: `${good.iss}/` }),
  },
  claim('aud', undefined, /"aud" .* missing/),
  claim('aud', 'attacker', /"aud"/),
  claim('aud', ['attacker'], /"aud"/),
  claim('aud', [], /"aud"/),
  claim('aud', `${CLIENT.id}-attacker`, /"aud"/),
  claim('aud', { [CLIENT.id]: true }, /"aud"/),
  claim('exp', undefined, /"exp" .* missing/),
  claim('exp', now() - 120, /"exp"/, 'two minutes ago'),
  claim('exp', String(now() + 3600), /"exp"/, 'a string'),
  claim('exp', null, /"exp"/),
  claim('nbf', now() + 600, /"nbf"/, 'in ten minutes'),
  claim('iat', undefined, /"iat" .* missing/),
  claim('iat', String(now()), /"iat"/, 'a string'),
  claim('iat', now() + 600, /iat is not about now/, 'in ten minutes'),
  claim('iat', now() - 2 * 24 * 3600, /iat is not about now/, 'two days ago'),
  literal('iat', '1e999', /iat is not about now/),
  literal('iat', '-1e999', /iat is not about now/),
  claim('sub', undefined, /"sub" .* missing/),
  claim('sub', '', /sub is empty or too long/),
  claim('sub', 'a'.repeat(256), /sub is empty or too long/, 'of 256 characters'),
  claim('sub', 1, /"sub"/),
  claim('nonce', undefined, /"nonce" .* missing/),
  claim('nonce', '', /"nonce"/),
  claim('nonce', 'attacker', /"nonce"/),
  claim('azp', 'attacker', /azp is another client/),
  {
    name: 'several aud and no azp',
    refused: /untrusted audiences/,
    forge: (good, { sign }) => sign({ ...good, aud: [CLIENT.id, 'attacker'] }),
  },
  {
    name: 'several aud and the other’s azp',
    refused: /"azp"/,
    forge: (good, { sign }) => sign({ ...good, aud: [CLIENT.id, 'attacker'], azp: 'attacker' }),
  },
];

/** T29: every provider refuses these. */
export const FORGERIES: readonly Forgery[] = [...SIGNATURES, ...SHAPES, ...CLAIMS];

const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad';

/** T31: refused if the ID token proves who signed in. All of them have Ada's own user name and e-mail address. */
export const IDENTITY_FORGERIES: readonly Forgery[] = [
  claim('oid', undefined, /oid or tid is missing/),
  claim('oid', '', /oid or tid is missing/),
  claim('oid', 'ada@contoso.example', /oid or tid is missing/),
  claim('oid', ['aaaaaaaa-0001-4001-8001-000000000001'], /oid or tid is missing/),
  claim('oid', '00000000-0000-0000-0000-000000000000', /oid or tid is missing/),
  claim('tid', undefined, /oid or tid is missing/),
  claim('tid', TENANTS.fabrikam, /tid is another tenant/),
  claim('tid', CONSUMERS, /tid is another tenant/),
  {
    name: 'another tenant’s issuer, tid and person',
    refused: /"iss"/,
    forge: (good, { sign, origin }) =>
      sign({ ...good, iss: `${origin}/${LINUS.tenantId}/v2.0`, tid: LINUS.tenantId, oid: LINUS.objectId }),
  },
  {
    name: 'the consumer tenant’s issuer and tid',
    refused: /"iss"/,
    forge: (good, { sign, origin }) => sign({ ...good, iss: `${origin}/${CONSUMERS}/v2.0`, tid: CONSUMERS }),
  },
];
