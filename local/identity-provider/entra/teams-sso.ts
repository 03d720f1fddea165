import type { IncomingMessage, ServerResponse } from 'node:http';
import { importJWK, type JWK, SignJWT } from 'jose';
import { CLIENT } from '../../people.ts';
import { sendJson } from '../../teams/http.ts';
import { readBody } from '../body.ts';
import { accountByUsername, claimsOf, type LocalIssuer } from '../issuers.ts';

/** Client id of Teams on the web. */
const TEAMS_WEB = '5e3ce6c0-2b1f-4285-8d4b-75ee78787346';
/** Seconds, about Entra's. */
const TTL = 3600;

interface SsoOptions {
  issuer: LocalIssuer;
  origin: string;
  key: object;
}

/** `POST …/__sso` with `{username}`: Entra's token for the Teams client (`access_as_user`). Tests change it with
 * `claims` and `header` (null removes a member). */
export async function handleSso(
  { issuer, origin, key }: SsoOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { username, claims, header } = JSON.parse(await readBody(request)) as Record<string, unknown>;
  const account = accountByUsername(issuer, String(username));
  if (!issuer.entra || !account) return sendJson(response, 400, { error: 'invalid_request' });
  const now = Math.floor(Date.now() / 1000);
  const message = {
    iss: origin + issuer.path,
    aud: CLIENT.id,
    azp: TEAMS_WEB,
    azpacr: '0',
    scp: 'access_as_user',
    sub: account.accountId,
    ...claimsOf(issuer, account),
    iat: now,
    nbf: now,
    exp: now + TTL,
    ...(claims as object),
  };
  const { kid } = key as { kid: string };
  const existing = Object.fromEntries(Object.entries(message).filter(([, value]) => value !== null));
  const token = await new SignJWT(existing)
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid, ...(header as object) })
    .sign(await importJWK(key as JWK, 'RS256'));
  sendJson(response, 200, { token });
}
