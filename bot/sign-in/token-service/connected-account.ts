import { createRemoteJWKSet, customFetch, errors, type JWTPayload, jwtVerify } from 'jose';
import { asObject } from '../../platform/json.ts';
import { isSafeUrl } from '../../platform/safe-url.ts';
import { type Credential, ProviderError } from '../providers/identity-provider.ts';
import { boundedFetch } from '../providers/oauth/bounded-fetch.ts';
import { accountFromClaims } from '../providers/oauth/id-token.ts';

interface ConnectedAccountOptions {
  /** Channels whose word counts: their service alone can put an `AuthorizationToken` into an activity. */
  channels: readonly string[];
  /** Who signs the tokens, and for whom: both to the letter. */
  issuer: string;
  audience: string;
  allowInsecureLoopback: boolean;
}

const TIMEOUT = 2_500;
const MAX_TOKEN_LENGTH = 16 * 1024;
/** Seconds. */
const CLOCK_SKEW_SECONDS = 60;

type Keys = ReturnType<typeof createRemoteJWKSet>;

/** Tokens that a channel brings along for an account that its user connected there, in the channel's own settings. They
 * are used for the one activity that brings them, and kept nowhere. */
export class ConnectedAccount {
  readonly #options: ConnectedAccountOptions;
  readonly #channels: ReadonlySet<string>;
  #keys: Promise<Keys> | undefined;

  constructor(options: ConnectedAccountOptions) {
    this.#options = options;
    this.#channels = new Set(options.channels);
  }

  /** T71: off, but for channels that are named. */
  trusts(channelId: unknown): boolean {
    return typeof channelId === 'string' && this.#channels.has(channelId);
  }

  /** The token as a credential, once its signature, issuer, audience and time are verified.
   * @throws {ProviderError} `invalid_grant` for a token that is not good; else the issuer's keys can't be had */
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

  /** Found out once; after a failure, anew. */
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
    return createRemoteJWKSet(new URL(jwksUri), { timeoutDuration: TIMEOUT, [customFetch]: getDocument });
  }
}

/** The issuer's keys are at fault, not the token. The generic code is that of a key set that answers with an error. */
const KEYS_MISSING = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC']);

/** Without a secret, and bounded as all requests to providers are. */
function getDocument(url: string): Promise<Response> {
  return boundedFetch(AbortSignal.timeout(TIMEOUT))(url, {
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
