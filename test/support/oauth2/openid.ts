import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Issued, OpenId, Service } from '../../../local/oauth2/service.ts';
import { CLIENT } from '../../../local/people.ts';

interface RunningOpenId {
  /** The discovery document and the keys, by path. */
  documents: Readonly<Record<string, object>>;
  sign(issued: Issued): Promise<string>;
}

const KEYS = '/openid/keys';
const LIFETIME = '1h';

/** The OpenID Connect part of a service. */
export async function startOpenId(service: Service, openid: OpenId, origin: string): Promise<RunningOpenId> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'RS256', use: 'sig' };
  const issuer = origin + openid.path;
  return {
    documents: {
      [`${openid.path}/.well-known/openid-configuration`]: discoveryDocument(service, openid, origin),
      [KEYS]: { keys: [jwk] },
    },
    sign: ({ account, scopes, nonce }) =>
      new SignJWT({ ...openid.claims(account, scopes), ...(nonce !== undefined && { nonce }) })
        .setProtectedHeader({ alg: 'RS256', kid: 'test', typ: 'JWT' })
        .setIssuer(issuer)
        .setAudience(CLIENT.id)
        .setIssuedAt()
        .setExpirationTime(LIFETIME)
        .sign(privateKey),
  };
}

function discoveryDocument(service: Service, { path, userinfo, metadata }: OpenId, origin: string): object {
  const { authorize, token, revoke } = service.paths;
  return {
    issuer: origin + path,
    authorization_endpoint: origin + authorize,
    token_endpoint: origin + token,
    ...(revoke !== undefined && { revocation_endpoint: origin + revoke }),
    ...(userinfo !== undefined && { userinfo_endpoint: origin + userinfo }),
    jwks_uri: origin + KEYS,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: service.clientAuthentications,
    ...metadata,
  };
}
