import { randomUUID } from 'node:crypto';
import { createLocalJWKSet, importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { CLIENT, WIKI_AUDIENCE, WIKI_SCOPE } from '../../people.ts';
import { accountById, claimsOf, type LocalIssuer } from '../issuers.ts';
import type { Consents } from '../oidc/consents.ts';

const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const PARAMETERS = ['assertion', 'requested_token_use', 'scope', 'client_info', 'claims'];

interface OnBehalfOfOptions {
  issuer: LocalIssuer;
  origin: string;
  /** Includes the private part. */
  key: object;
  consents: Consents;
  accessTokenTtl: number;
  /** Users who must sign in again, with their claims challenge. */
  challenged: ReadonlyMap<string, string>;
}

/** Exchanges a token for this client for one of a permitted API.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow */
export function grantOnBehalfOf(provider: Provider, options: OnBehalfOfOptions): void {
  provider.registerGrantType(
    GRANT,
    async (ctx: KoaContextWithOIDC) => {
      const { status, body } = await respond(ctx.oidc.params ?? {}, options);
      ctx.status = status;
      ctx.body = body;
    },
    PARAMETERS,
  );
}

async function respond(
  { assertion, requested_token_use: use, scope }: Record<string, unknown>,
  { issuer, origin, key, consents, accessTokenTtl, challenged }: OnBehalfOfOptions,
): Promise<{ status: number; body: unknown }> {
  const requests = String(scope ?? '').split(' ');
  if (use !== 'on_behalf_of' || !requests.includes(WIKI_SCOPE)) return refusal('invalid_request', 'AADSTS90014');
  const { d: _, ...published } = key as JWK;
  const set = createLocalJWKSet({ keys: [published] });
  const expected = { issuer: origin + issuer.path, audience: CLIENT.id, algorithms: ['RS256'] };
  const subject = await jwtVerify(String(assertion), set, expected).then(
    ({ payload }) => payload.sub,
    () => undefined,
  );
  const account = accountById(issuer, subject ?? '');
  if (!account) return refusal('invalid_grant', 'AADSTS50013: Assertion failed signature validation.');
  const challenge = challenged.get(account.username);
  if (challenge)
    return refusal('interaction_required', 'AADSTS50076: multi-factor authentication.', { claims: challenge });
  if (!consents.cover(account.accountId, CLIENT.id, [WIKI_SCOPE]))
    return refusal('invalid_grant', 'AADSTS65001: has not consented.', { suberror: 'consent_required' });
  const now = Math.floor(Date.now() / 1000);
  const claims = { ...claimsOf(issuer, account), iss: expected.issuer, sub: account.accountId, aud: WIKI_AUDIENCE };
  const token = await new SignJWT({
    ...claims,
    client_id: CLIENT.id,
    scope: WIKI_SCOPE,
    jti: randomUUID(),
    iat: now,
    exp: now + accessTokenTtl,
  })
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: String((key as JWK).kid) })
    .sign(await importJWK(key as JWK, 'RS256'));
  return {
    status: 200,
    body: {
      token_type: 'Bearer',
      scope: WIKI_SCOPE,
      expires_in: accessTokenTtl,
      ext_expires_in: accessTokenTtl,
      access_token: token,
    },
  };
}

function refusal(error: string, error_description: string, more: Record<string, string> = {}) {
  return { status: 400, body: { error, error_description, ...more } };
}
