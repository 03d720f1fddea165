import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { type Person, WIKI_AUDIENCE, WIKI_SCOPE } from '../../../local/people.ts';
import { listen } from '../../../local/teams/listen.ts';

/** An issuer of access tokens: a key, its JWKS on loopback, and a function that signs. */
export interface TestIssuer {
  issuer: string;
  jwksUri: string;
  /** A valid token of the person, in Entra's form; `claims` replace or add, `undefined` removes. */
  sign(person: Person, claims?: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
}

export async function startIssuer(): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'RS256', use: 'sig' };
  const { server, origin: issuer, close } = await listen(0);
  const jwksUri = `${issuer}/jwks`;
  server.on('request', (request, response) => {
    response.setHeader('content-type', 'application/json');
    const metadata = { issuer, jwks_uri: jwksUri };
    response.end(JSON.stringify(request.url === '/jwks' ? { keys: [jwk] } : metadata));
  });
  return {
    issuer,
    jwksUri,
    sign: (person, claims = {}) =>
      new SignJWT({ ...claimsOf(person, issuer), ...claims } as JWTPayload)
        .setProtectedHeader({ alg: 'RS256', kid: 'test', typ: 'at+jwt' })
        .sign(privateKey),
    close,
  };
}

function claimsOf({ objectId, tenantId, name, username }: Person, issuer: string): JWTPayload {
  return {
    iss: issuer,
    aud: WIKI_AUDIENCE,
    sub: objectId,
    scope: `openid ${WIKI_SCOPE}`,
    exp: Math.floor(Date.now() / 1000) + 600,
    oid: objectId,
    tid: tenantId,
    name,
    preferred_username: username,
  };
}
