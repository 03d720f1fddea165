import { createRemoteJWKSet, customFetch, errors, type JWTPayload, jwtVerify } from 'jose';
import { asObject } from '../../platform/json.ts';
import { isSafeUrl } from '../../platform/safe-url.ts';
import { type Credential, ProviderError } from '../providers/identity-provider.ts';
import { boundedFetch } from '../providers/oauth/bounded-fetch.ts';
import { accountFromClaims } from '../providers/oauth/id-token.ts';

interface ConnectedAccountOptions {
  /** Channels on which only the channel's service can add an `AuthorizationToken`. */
  channels: readonly string[];
  /** Compared exactly, like `audience`. */
  issuer: string;
  audience: string;
  allowInsecureLoopback: boolean;
}

const TIMEOUT_MS = 2_500;
const MAX_TOKEN_LENGTH = 16 * 1024;
const CLOCK_SKEW_SECONDS = 60;

type Keys = ReturnType<typeof createRemoteJWKSet>;

/** Accounts that users connect in the channel's settings. A token serves only its own activity and is not stored. */
export class ConnectedAccount {
  readonly #options: ConnectedAccountOptions;
  readonly #channels: ReadonlySet<string>;
  #keys: Promise<Keys> | undefined;

  constructor(options: ConnectedAccountOptions) {
    this.#options = options;
    this.#channels = new Set(options.channels);
  }

  /** T71: no channel is trusted by default. */
  trusts(channelId: unknown): boolean {
    return typeof channelId === 'string' && this.#channels.has(channelId);
  }

  /** @throws {ProviderError} `invalid_grant` for an invalid token; another failure without the issuer's keys */
  async credential(token: string, now: number): Promise<Credential> {
    const { issuer, audience } = this.#options;
    if (token.length > MAX_TOKEN_LENGTH) throw new ProviderError('invalid_grant', 'connected account: too long');
    const { payload } = await this.#verify(token, await this.#keysOf(issuer), { issuer, audience, now });
    return {
      accessToken: token,
      scope: '',
      issuer,
      account: accountFromClaims({ ...payload, sub: String(payload.sub) }),
      ...expiryOf(payload),
    };
  }

  async #verify(
    token: string,
    keys: Keys,
    { issuer, audience, now }: { issuer: string; audience: string; now: number },
  ) {
    try {
      return await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: ['RS256', 'PS256', 'ES256'],
        requiredClaims: ['exp', 'sub'],
        clockTolerance: CLOCK_SKEW_SECONDS,
        currentDate: new Date(now),
      });
    } catch (cause) {
      throw failureOf(cause);
    }
  }

  /** Discovered once; a failure is not cached. */
  #keysOf(issuer: string): Promise<Keys> {
    this.#keys ??= this.#discover(issuer).catch((cause: unknown) => {
      this.#keys = undefined;
      if (cause instanceof ProviderError) throw cause;
      throw new ProviderError('unavailable', 'connected account: the issuer’s keys can’t be had', { cause });
    });
    return this.#keys;
  }

  async #discover(issuer: string): Promise<Keys> {
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const response = await getDocument(url);
    const body = await response.text();
    if (!response.ok) throw new ProviderError('unavailable', `connected account: metadata answered ${response.status}`);
    const { issuer: named, jwks_uri: jwksUri } = asObject(JSON.parse(body));
    if (named !== issuer) throw new ProviderError('invalid_response', 'connected account: metadata of another issuer');
    if (!isSafeUrl(jwksUri, this.#options.allowInsecureLoopback)) {
      throw new ProviderError('invalid_response', 'connected account: jwks_uri is missing or not https');
    }
    return createRemoteJWKSet(new URL(jwksUri), { timeoutDuration: TIMEOUT_MS, [customFetch]: getDocument });
  }
}

/** Faults of the issuer's keys, not of the token. ERR_JOSE_GENERIC: the key set's server returned an error. */
const KEYS_MISSING = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC']);

function getDocument(url: string): Promise<Response> {
  return boundedFetch(AbortSignal.timeout(TIMEOUT_MS))(url, {
    method: 'GET',
    headers: {},
    body: null,
    redirect: 'manual',
  });
}

function failureOf(cause: unknown): ProviderError {
  if (cause instanceof ProviderError) return new ProviderError(cause.failure, `connected account: ${cause.message}`);
  const unreachable = !(cause instanceof errors.JOSEError) || KEYS_MISSING.has(cause.code);
  if (unreachable)
    return new ProviderError('unavailable', 'connected account: the issuer’s keys can’t be had', { cause });
  return new ProviderError('invalid_grant', `connected account: ${cause.code}`);
}

function expiryOf({ exp }: JWTPayload): { expiresAt: number } {
  return { expiresAt: Number(exp) * 1000 };
}
