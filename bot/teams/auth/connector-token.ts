import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type CryptoKey, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { LatchkeyError } from '../../platform/latchkey-error.ts';
import { type ConnectorKeys, ConnectorKeysUnavailable } from './connector-keys.ts';

export interface ActivityAuthenticator {
  /** Checks a request before its body is read. The returned function checks the activity.
   * @param now milliseconds since the epoch
   * @throws {AuthenticationError} (so does the returned function) */
  verify(request: IncomingMessage, now: number): Promise<AuthorizeActivity>;
}

export type AuthorizeActivity = (activity: Record<string, unknown>) => void;

/** The message goes only to the log. The sender gets the status. */
export class AuthenticationError extends LatchkeyError {
  override readonly name = 'AuthenticationError';
  readonly status: 401 | 403 | 503;

  constructor(status: AuthenticationError['status'], reason: string, options?: { cause?: unknown }) {
    super(reason, options);
    this.status = status;
  }
}

interface VerifiedToken {
  serviceUrl: string;
  /** Channels that the signing key may speak for. */
  endorsements: ReadonlySet<string>;
  /** Seconds since the epoch. */
  notBefore: number;
  expires: number;
}

/** As the Bot Framework allows. */
const CLOCK_SKEW_SECONDS = 300;
const MAX_TOKEN_LENGTH = 8192;
const MAX_VERIFIED_TOKENS = 5_000;
/** The Connector sends none of these. A sender must not choose the key that verifies its token (T4). */
const KEY_HEADERS = ['jku', 'jwk', 'x5u', 'x5c'];

/** Accepts only the Bot Connector.
 * @see https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication */
export class ConnectorAuthenticator implements ActivityAuthenticator {
  readonly #keys: ConnectorKeys;
  readonly #issuer: string;
  readonly #botId: string;
  /** By the token's hash: Teams reuses a token for about an hour. Contains only verified tokens (T3). */
  readonly #verifiedTokens = new LRUCache<string, VerifiedToken>({ max: MAX_VERIFIED_TOKENS });
  #generation = -1;

  constructor(keys: ConnectorKeys, issuer: string, botId: string) {
    this.#keys = keys;
    this.#issuer = issuer;
    this.#botId = botId;
  }

  async verify({ headers }: IncomingMessage, now: number): Promise<AuthorizeActivity> {
    const verified = await this.#verifyToken(headers.authorization, now);
    return (activity) => this.#authorize(verified, activity);
  }

  async #verifyToken(authorization: string | undefined, now: number): Promise<VerifiedToken> {
    const token = bearerToken(authorization);
    this.#evictAfterKeyChange();
    const hashed = hash('sha256', token, 'base64');
    const remembered = this.#verifiedTokens.get(hashed);
    if (remembered) return checkTime(remembered, now);
    const verified = await this.#verify(token, now);
    this.#verifiedTokens.set(hashed, verified);
    return verified;
  }

  #authorize(verified: VerifiedToken, activity: Record<string, unknown>): void {
    const { serviceUrl, channelId } = activity;
    if (typeof serviceUrl !== 'string' || serviceUrl !== verified.serviceUrl) {
      throw new AuthenticationError(403, 'serviceurl claim and activity differ');
    }
    if (typeof channelId !== 'string' || !verified.endorsements.has(channelId)) {
      throw new AuthenticationError(403, 'key not endorsed for the channel');
    }
    this.#checkRecipient(channelId, activity.recipient);
  }

  /** T7: the activity must address this bot. Teams writes a bot as `28:<app id>`. */
  #checkRecipient(channelId: string, recipient: unknown): void {
    const id = (recipient as { id?: unknown } | null | undefined)?.id;
    const isThisBot = typeof id === 'string' && id.toLowerCase() === `28:${this.#botId}`;
    const namesABot = channelId === 'msteams' || (typeof id === 'string' && id.startsWith('28:'));
    if (!isThisBot && namesABot) throw new AuthenticationError(403, 'activity is for another recipient');
  }

  async #verify(token: string, now: number): Promise<VerifiedToken> {
    try {
      const kid = keyIdOf(token);
      const key = await this.#keys.find(kid);
      if (!key) throw new AuthenticationError(403, 'unknown key');
      const payload = await this.#checkClaims(token, key.key, now);
      return { ...payload, endorsements: key.endorsements };
    } catch (error) {
      throw toAuthenticationError(error);
    }
  }

  /** T1, T2: requires each claim of a Connector token. */
  async #checkClaims(token: string, key: CryptoKey, now: number): Promise<Omit<VerifiedToken, 'endorsements'>> {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['RS256'],
      issuer: this.#issuer,
      audience: this.#botId,
      clockTolerance: CLOCK_SKEW_SECONDS,
      currentDate: new Date(now),
      requiredClaims: ['exp', 'nbf', 'serviceurl'],
    });
    const { aud, serviceurl, exp, nbf } = payload as JWTPayload & { serviceurl: unknown };
    if (typeof aud !== 'string') throw new AuthenticationError(403, 'aud is not a single value');
    if (typeof serviceurl !== 'string' || serviceurl === '')
      throw new AuthenticationError(403, 'serviceurl is not a text');
    return { serviceUrl: serviceurl, notBefore: Number(nbf), expires: Number(exp) };
  }

  #evictAfterKeyChange(): void {
    if (this.#generation === this.#keys.generation) return;
    this.#verifiedTokens.clear();
    this.#generation = this.#keys.generation;
  }
}

function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined || authorization === '') throw new AuthenticationError(401, 'no token');
  const [, token] = /^Bearer ([A-Za-z0-9_.-]+)$/i.exec(authorization) ?? [];
  if (token === undefined || token.length > MAX_TOKEN_LENGTH) throw new AuthenticationError(403, 'not a bearer token');
  return token;
}

function keyIdOf(token: string): string {
  const header = decodeProtectedHeader(token);
  if (KEY_HEADERS.some((name) => name in header))
    throw new AuthenticationError(403, 'the token brings a key of its own');
  if (header.alg !== 'RS256') throw new AuthenticationError(403, 'alg is not RS256');
  if (typeof header.kid !== 'string') throw new AuthenticationError(403, 'no kid');
  return header.kid;
}

function checkTime(token: VerifiedToken, now: number): VerifiedToken {
  const seconds = now / 1000;
  if (seconds >= token.expires + CLOCK_SKEW_SECONDS) throw new AuthenticationError(403, 'expired');
  if (seconds < token.notBefore - CLOCK_SKEW_SECONDS) throw new AuthenticationError(403, 'not valid yet');
  return token;
}

function toAuthenticationError(error: unknown): AuthenticationError {
  if (error instanceof AuthenticationError) return error;
  if (error instanceof ConnectorKeysUnavailable) return new AuthenticationError(503, error.message, { cause: error });
  if (error instanceof errors.JOSEError) return new AuthenticationError(403, error.code, { cause: error });
  // jose throws a TypeError for some malformed tokens.
  return new AuthenticationError(403, 'malformed token', { cause: error });
}
