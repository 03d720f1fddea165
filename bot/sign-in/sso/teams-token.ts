import { createRemoteJWKSet, customFetch, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { ProviderError } from '../providers/identity-provider.ts';
import { boundedFetch } from '../providers/oauth/bounded-fetch.ts';
import { Discovery } from '../providers/oauth/discovery.ts';
import { CLOCK_SKEW_SECONDS } from '../providers/oauth/id-token.ts';
import { isSameUser, parseUser, type User } from '../user.ts';
import { clientIdsIn, type MicrosoftHost } from './microsoft-clients.ts';

export interface TeamsTokenOptions {
  /** The login host's address, without a tenant. */
  authority: string;
  clientId: string;
  /** The Application ID URI, which older tokens have for their audience. */
  resource: string;
  /** Microsoft's products whose clients may bring a token. */
  hosts: readonly MicrosoftHost[];
  allowInsecureLoopback: boolean;
}

const SCOPE = 'access_as_user';
/** An invoke waits. Milliseconds. */
const TIMEOUT = 2_000;
const COOLDOWN = 30_000;
const MAX_ISSUERS = 200;

/** Verifies what Entra gave a Teams client for one of us (T67). Nothing that the token says decides where its keys are from:
 * those are of the asker's tenant. */
export class TeamsTokenVerifier {
  readonly #options: TeamsTokenOptions;
  readonly #base: string;
  readonly #clientIds: ReadonlySet<unknown>;
  readonly #discovery: Discovery;
  readonly #keys = new Map<string, JWTVerifyGetKey>();

  constructor(options: TeamsTokenOptions) {
    this.#options = options;
    this.#base = options.authority.replace(/\/+$/, '');
    this.#clientIds = clientIdsIn(options.hosts);
    this.#discovery = new Discovery({ ...options, timeout: TIMEOUT });
  }

  /** @returns why the token is not this asker's; `undefined` where it is. @throws {ProviderError} without Entra's keys */
  async refusalOf(token: string, asker: User): Promise<string | undefined> {
    const issuer = `${this.#base}/${asker.tenantId}/v2.0`;
    const { clientId, resource } = this.#options;
    try {
      const { payload } = await jwtVerify(token, await this.#keysOf(issuer), {
        issuer,
        audience: [clientId, resource],
        algorithms: ['RS256'],
        requiredClaims: ['exp', 'iat', 'oid', 'tid'],
        clockTolerance: CLOCK_SKEW_SECONDS,
      });
      return refusalOfClaims(payload, asker, this.#clientIds);
    } catch (error) {
      if (error instanceof ProviderError) throw error;
      if (error instanceof errors.JWKSTimeout) throw new ProviderError('timeout', 'keys: no answer in time');
      if (error instanceof errors.JOSEError) return failedRule(error);
      throw new ProviderError('invalid_response', 'keys: unusable');
    }
  }

  async #keysOf(issuer: string): Promise<JWTVerifyGetKey> {
    const cachedKeys = this.#keys.get(issuer);
    if (cachedKeys) return cachedKeys;
    const { metadata } = await this.#discovery.get(issuer);
    const keys = createRemoteJWKSet(new URL(String(metadata.jwks_uri)), {
      cooldownDuration: COOLDOWN,
      timeoutDuration: TIMEOUT,
      [customFetch]: (url, { headers }) =>
        boundedFetch(AbortSignal.timeout(TIMEOUT))(url, {
          headers: Object.fromEntries(headers),
          method: 'GET',
        } as never),
    });
    if (this.#keys.size >= MAX_ISSUERS) this.#keys.clear();
    this.#keys.set(issuer, keys);
    return keys;
  }
}

/** For the log: which rule was broken, and nothing of what the token says. */
function failedRule(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'expired';
  return error instanceof errors.JWTClaimValidationFailed ? `claim ${error.claim}` : error.code;
}

function refusalOfClaims(
  { oid, tid, azp, appid, scp }: JWTPayload,
  asker: User,
  clientIds: ReadonlySet<unknown>,
): string | undefined {
  const identity = parseUser(tid, oid);
  if (!identity || !isSameUser(identity, asker)) return 'another person';
  if (!clientIds.has(azp ?? appid)) return 'not from a Teams client';
  // An app's own token has roles, and no scope.
  return typeof scp === 'string' && scp.split(' ').includes(SCOPE) ? undefined : 'another scope';
}
