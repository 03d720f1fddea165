import { constants, createHmac, sign } from 'node:crypto';
import type { SigningKey } from './signing-keys.ts';

/** Of Microsoft's public cloud. */
export const CONNECTOR_ISSUER = 'https://api.botframework.com';

/** Seconds, as for real tokens. */
const LIFETIME = 3600;

/** Changes to claims; `undefined` removes one. */
export type Claims = Record<string, unknown>;

type Signature = 'RS256' | 'RS512' | 'PS256' | 'HS256' | 'none';

/** Deviations from the Connector's signature. The default is valid. */
export interface Signing {
  /** Replaces the current key. The header gets its `kid`. */
  key?: SigningKey;
  /** Adds or replaces members; `undefined` removes one. */
  header?: Record<string, unknown>;
  /** The real algorithm, whatever the header claims. Default RS256. */
  signature?: Signature;
  /** For HS256. Default: the public key's PEM, the classic algorithm confusion. */
  secret?: string | Uint8Array;
}

interface TokenDefaults {
  botId: string;
  serviceUrl: string;
  key: SigningKey;
  now: Date;
}

/** Uses node:crypto, because a JOSE library refuses to sign most attacks. */
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

// JSON.stringify omits undefined members.
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
