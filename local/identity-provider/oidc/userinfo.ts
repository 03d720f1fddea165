import type { IncomingMessage, ServerResponse } from 'node:http';
import { createLocalJWKSet, type JWK, jwtVerify } from 'jose';
import { WIKI_AUDIENCE } from '../../people.ts';
import { sendJson } from '../../teams/http.ts';
import { accountById, claimsOf, type LocalIssuer } from '../issuers.ts';

/** Below the issuer. */
export const USERINFO_PATH = '/userinfo';

interface UserinfoOptions {
  issuer: LocalIssuer;
  origin: string;
  /** Includes the private part. */
  key: object;
}

/** OpenID Connect Core section 5.3. oidc-provider's own endpoint rejects tokens for the wiki's audience. */
export async function handleUserinfo(
  { issuer, origin, key }: UserinfoOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { d: _, ...published } = key as JWK;
  const token = request.headers.authorization?.replace(/^Bearer /i, '') ?? '';
  const expected = { issuer: origin + issuer.path, audience: WIKI_AUDIENCE, algorithms: ['RS256'] };
  const subject = await jwtVerify(token, createLocalJWKSet({ keys: [published] }), expected).then(
    ({ payload }) => payload.sub,
    () => undefined,
  );
  const account = accountById(issuer, subject ?? '');
  if (account) return sendJson(response, 200, { sub: account.accountId, ...claimsOf(issuer, account) });
  response.setHeader('www-authenticate', 'Bearer error="invalid_token"');
  sendJson(response, 401, { error: 'invalid_token' });
}
