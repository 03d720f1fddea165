import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { PEOPLE, type Person, WIKI_AUDIENCE, WIKI_SCOPE } from '../people.ts';

/** Without `jwksUri`, discovery finds the keys on first use. */
export interface Issuer {
  issuer: string;
  jwksUri?: string;
}

export interface TokenUser {
  name: string;
  editor: boolean;
}

/** 401 and 403: RFC 6750 section 3.1. 503: the provider's keys are unavailable. */
export class TokenRejected extends Error {
  override readonly name = 'TokenRejected';
  readonly status: 401 | 403 | 503;
  readonly challenge: string | undefined;

  constructor(status: 401 | 403 | 503, message: string, challenge?: string) {
    super(message);
    this.status = status;
    this.challenge = challenge;
  }
}

export type TokenCheck = (authorization: string | undefined) => Promise<TokenUser>;

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const BEARER = /^Bearer ([\w.~+/=-]+)$/i;

/** RFC 9068: signature, issuer, audience, expiry, scope. @throws {TokenRejected} */
export function tokenCheck(issuers: Issuer[]): TokenCheck {
  const keys = new Map(issuers.map((it) => [it.issuer, keysOf(it)]));
  return async (authorization) => {
    if (authorization === undefined) throw new TokenRejected(401, 'No access token was sent', 'Bearer realm="wiki"');
    const token = BEARER.exec(authorization)?.[1];
    if (!token) throw invalidToken('The Authorization header holds no bearer token');
    const claims = await verify(token, keys);
    if (!scopes(claims).includes(WIKI_SCOPE)) throw insufficientScope();
    return toReader(claims);
  };
}

async function verify(token: string, keys: Map<string, JWTVerifyGetKey>): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, byIssuer(token, keys), {
      issuer: [...keys.keys()],
      audience: WIKI_AUDIENCE,
      algorithms: ALGORITHMS,
      requiredClaims: ['exp', 'sub'],
    });
    return payload;
  } catch (error) {
    if (error instanceof TokenRejected) throw error;
    if (error instanceof errors.JOSEError) throw invalidToken(`Invalid access token (${error.code})`);
    throw error;
  }
}

function byIssuer(token: string, keys: Map<string, JWTVerifyGetKey>): JWTVerifyGetKey {
  const [, payload = ''] = token.split('.');
  const issuer = issuerOf(payload);
  return (issuer === undefined ? undefined : keys.get(issuer)) ?? unknownIssuer;
}

/** Chooses the keys before the verification. `jwtVerify` then checks the claim. */
function issuerOf(payload: string): string | undefined {
  try {
    const { iss } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof iss === 'string' ? iss : undefined;
  } catch {
    return undefined;
  }
}

async function unknownIssuer(): Promise<never> {
  throw invalidToken('Invalid access token (unknown issuer)');
}

function keysOf({ issuer, jwksUri }: Issuer): JWTVerifyGetKey {
  let keys: JWTVerifyGetKey | undefined;
  return async (header, token) => {
    try {
      keys ??= createRemoteJWKSet(new URL(jwksUri ?? (await discover(issuer))), { timeoutDuration: 3000 });
      return await keys(header, token);
    } catch (cause) {
      if (cause instanceof errors.JWKSNoMatchingKey || cause instanceof errors.JWKSMultipleMatchingKeys) throw cause;
      throw new TokenRejected(503, `The keys of ${issuer} are out of reach`);
    }
  };
}

async function discover(issuer: string): Promise<string> {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(3000) });
  const metadata = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
  if (metadata.issuer !== issuer || typeof metadata.jwks_uri !== 'string') throw new Error('unusable metadata');
  return metadata.jwks_uri;
}

function scopes(claims: JWTPayload): string[] {
  const scope = claims.scope;
  return typeof scope === 'string' ? scope.split(' ') : [];
}

/** By Entra's object id, otherwise by user name. */
function toReader(claims: JWTPayload): TokenUser {
  const person = claims.oid === undefined ? byUsername(claims) : PEOPLE.find((it) => isPerson(it, claims));
  return { name: person?.name ?? 'Reader', editor: person?.editor ?? false };
}

function isPerson(person: Person, claims: JWTPayload): boolean {
  return person.objectId === claims.oid && (claims.tid === undefined || claims.tid === person.tenantId);
}

function byUsername(claims: JWTPayload): Person | undefined {
  return PEOPLE.find((it) => it.username === (claims.preferred_username ?? claims.sub));
}

function invalidToken(message: string): TokenRejected {
  return new TokenRejected(401, message, `Bearer realm="wiki", error="invalid_token", error_description="${message}"`);
}

function insufficientScope(): TokenRejected {
  return new TokenRejected(
    403,
    `The access token lacks the scope ${WIKI_SCOPE}`,
    `Bearer realm="wiki", error="insufficient_scope", scope="${WIKI_SCOPE}"`,
  );
}
