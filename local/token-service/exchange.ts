import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { CLIENT, TENANTS, WIKI_SCOPE } from '../people.ts';
import type { Token } from './users.ts';

/** Exchanges the Teams client's token for one of the connection's API, or returns the reason of a failure. */
export type Exchange = (token: string) => Promise<Token | { refused: string; status: number }>;

/** On behalf of the user, at the token's tenant (RFC 7523 section 2.1, like Entra).
 * @param audience of the Teams client's token */
export function exchangeAt(identityProviderUrl: string, audience: string): Exchange {
  const keys = new Map(
    Object.values(TENANTS).map((tenant) => {
      const issuer = `${identityProviderUrl}/${tenant}/v2.0`;
      return [issuer, createRemoteJWKSet(new URL(`${issuer}/jwks`))];
    }),
  );
  return async (token) => {
    const issuer = issuerOf(token);
    const set = keys.get(issuer);
    if (!set) return { refused: 'InvalidToken', status: 400 };
    try {
      await jwtVerify(token, set, { issuer, audience: [audience, CLIENT.id], algorithms: ['RS256'] });
    } catch {
      return { refused: 'InvalidToken', status: 400 };
    }
    return onBehalfOf(issuer, token);
  };
}

async function onBehalfOf(issuer: string, assertion: string): Promise<Token | { refused: string; status: number }> {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      requested_token_use: 'on_behalf_of',
      client_id: CLIENT.id,
      client_secret: CLIENT.secret,
      scope: WIKI_SCOPE,
      assertion,
    }),
  });
  const received = (await response.json()) as Record<string, unknown>;
  if (!response.ok) return { refused: 'ConsentRequired', status: 400 };
  return { token: String(received.access_token), expiresAt: Date.now() + Number(received.expires_in) * 1000 };
}

function issuerOf(token: string): string {
  try {
    return String(decodeJwt(token).iss);
  } catch {
    return '';
  }
}
