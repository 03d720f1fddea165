import { constants, createHmac, sign } from 'node:crypto';
import type { SigningKey } from './signing-keys.ts';

/** Issuer of the Connector's tokens in Microsoft's public cloud. */
export const CONNECTOR_ISSUER = 'https://api.botframework.com';

/** Seconds that a token lives, as the Connector's do. */
const LIFETIME = 3600;

/** Changes to a token's claims; `undefined` takes a claim out. */
export type Claims = Record<string, unknown>;

type Signature = 'RS256' | 'RS512' | 'PS256' | 'HS256' | 'none';

/** How to sign other than the Connector does. The defaults make an honest token. */
export interface Signing {
  /** Instead of the current key. Its `kid` goes into the header, unless `header` says otherwise. */
  key?: SigningKey;
  /** Header members to add or replace; `undefined` takes one out. */
  header?: Record<string, unknown>;
  /** How the signature is really made, whatever the header claims. Default RS256. */
  signature?: Signature;
  /** For HS256; default the public key's PEM, the classic confusion of algorithms. */
  secret?: string | Uint8Array;
}

interface TokenDefaults {
  botId: string;
  serviceUrl: string;
  key: SigningKey;
  now: Date;
}

/** A compact JWS. Made with node:crypto, since a JOSE library rightly refuses most of what an attacker would sign. */
export function signConnectorToken(defaults: TokenDefaults, claims: Claims = {}, signing: Signing = {}): string {
  const key = signing.key ?? defaults.key;
  const signature = signing.signature ?? 'RS256';
  const header = { alg: signature, kid: key.kid, x5t: key.kid, typ: 'JWT', ...signing.header };
  const payload = { ...honestClaims(defaults), ...claims };
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${makeSignature(signature, input, key, signing.secret)}`;
}

function honestClaims({ botId, serviceUrl, now }: TokenDefaults): Claims {
  const issuedAt = Math.floor(now.getTime() / 1000);
  return { serviceurl: serviceUrl, nbf: issuedAt, exp: issuedAt + LIFETIME, iss: CONNECTOR_ISSUER, aud: botId };
}

// JSON.stringify leaves out what is undefined, which is how a claim is removed.
function encode(part: Record<string, unknown>): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function makeSignature(kind: Signature, input: string, key: SigningKey, secret?: string | Uint8Array): string {
  const bytes = Buffer.from(input);
  if (kind === 'none') return '';
  if (kind === 'HS256') {
    const shared = secret ?? key.publicKey.export({ type: 'spki', format: 'pem' });
    return createHmac('sha256', shared).update(bytes).digest('base64url');
  }
  const padding = kind === 'PS256' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : {};
  const hash = kind === 'RS512' ? 'sha512' : 'sha256';
  return sign(hash, bytes, { key: key.privateKey, ...padding }).toString('base64url');
}
