import { createPrivateKey, type KeyObject } from 'node:crypto';
import { importPKCS8 } from 'jose';
import * as client from 'openid-client';
import { readPem } from '../../../platform/certificate.ts';

interface KeyOptions {
  /** PEM. */
  privateKey: string;
  keyId?: string | undefined;
  /** Default: the token endpoint (OpenID Connect Core section 9). */
  audience?: string | undefined;
  /** The certificate's SHA-256, base64url: Entra finds the key by it. */
  thumbprint?: string | undefined;
}

/** `private_key_jwt` (OpenID Connect Core section 9, RFC 7523): the client proves that it has the key, and no secret
 * leaves this process.
 * @throws {TypeError} if the key cannot be read or has an unsuitable type; names no part of it */
export function clientAssertion({ privateKey, keyId, audience, thumbprint }: KeyOptions): client.ClientAuth {
  const key = readKey(privateKey);
  const alg = algorithmOf(key, thumbprint !== undefined);
  const imported = importPKCS8(key.export({ type: 'pkcs8', format: 'pem' }) as string, alg);
  // A rejection is reported by the first use.
  imported.catch(() => undefined);
  return async (as, of, body, headers) => {
    const authenticate = client.PrivateKeyJwt(
      { key: await imported, ...(keyId !== undefined && { kid: keyId }) },
      {
        [client.modifyAssertion]: (header, payload) => {
          payload.aud = audience ?? as.token_endpoint;
          if (thumbprint !== undefined) header['x5t#S256'] = thumbprint;
        },
      },
    );
    return authenticate(as, of, body, headers);
  };
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** RFC 7523 section 2.2, with an assertion of another issuer.
 * @param assertion for each request */
export function foreignAssertion(assertion: () => Promise<string>): client.ClientAuth {
  return async (_as, { client_id }, body) => {
    body.set('client_id', client_id);
    body.set('client_assertion', await assertion());
    body.set('client_assertion_type', ASSERTION_TYPE);
  };
}

function readKey(pem: string): KeyObject {
  try {
    return createPrivateKey(readPem(pem));
  } catch {
    throw new TypeError('privateKey: must be a private key as PEM, without a passphrase');
  }
}

/** @see https://learn.microsoft.com/entra/identity-platform/certificate-credentials for PS256 */
function algorithmOf({ asymmetricKeyType: type, asymmetricKeyDetails }: KeyObject, certified: boolean): string {
  if (type === 'rsa') return certified ? 'PS256' : 'RS256';
  if (type === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'ES256';
  throw new TypeError('privateKey: must be an RSA key or an EC key on P-256');
}
