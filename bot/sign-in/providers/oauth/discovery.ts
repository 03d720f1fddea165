import { LRUCache } from 'lru-cache';
import * as client from 'openid-client';
import { isSafeUrl } from '../../../platform/safe-url.ts';
import { ProviderError } from '../identity-provider.ts';
import { toProviderError } from '../provider-errors.ts';
import { boundedFetch } from './bounded-fetch.ts';

/** The discovery document (OpenID Connect Discovery 1.0), and the keys of the last fetch. */
export interface IssuerMetadata {
  metadata: client.ServerMetadata;
  keys: client.ExportedJWKSCache | undefined;
}

interface DiscoveryOptions {
  clientId: string;
  allowInsecureLoopback: boolean;
  timeoutMs: number;
}

/** Every Entra tenant is an issuer, and everyone can create tenants. */
const MAX_ISSUERS = 200;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Fetches a document once a day, and once for concurrent callers. Does not cache failures. */
export class Discovery {
  readonly #options: DiscoveryOptions;
  /** Times out by the monotonic clock, which cannot be set back (T98). */
  readonly #issuers = new LRUCache<string, Promise<IssuerMetadata>>({ max: MAX_ISSUERS, ttl: DAY_MS });

  constructor(options: DiscoveryOptions) {
    this.#options = options;
  }

  async get(issuer: string): Promise<IssuerMetadata> {
    const cached = this.#issuers.get(issuer);
    if (cached) return cached;
    const discovered = discover(issuer, this.#options);
    this.#issuers.set(issuer, discovered);
    discovered.catch(() => {
      if (this.#issuers.peek(issuer) === discovered) this.#issuers.delete(issuer);
    });
    return discovered;
  }
}

async function discover(issuer: string, { clientId, allowInsecureLoopback, timeoutMs }: DiscoveryOptions) {
  const config = await client
    .discovery(new URL(issuer), clientId, undefined, undefined, {
      [client.customFetch]: boundedFetch(AbortSignal.timeout(timeoutMs)),
      execute: allowInsecureLoopback ? [client.allowInsecureRequests] : [],
    })
    .catch((error: unknown) => {
      throw toProviderError(error, 'discovery');
    });
  const metadata = config.serverMetadata();
  checkMetadata(metadata, issuer, allowInsecureLoopback);
  return { metadata, keys: undefined };
}

const REQUIRED = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const;

/** Requires exactly this issuer (OpenID Connect Discovery section 4.3; openid-client accepts a different one for the
 * public Entra) and safe endpoints for secrets. */
function checkMetadata(metadata: client.ServerMetadata, issuer: string, allowInsecureLoopback: boolean): void {
  if (metadata.issuer !== issuer) throw new ProviderError('invalid_response', 'discovery: another issuer');
  const optional = !metadata.revocation_endpoint ? [] : (['revocation_endpoint'] as const);
  for (const name of [...REQUIRED, ...optional]) {
    if (isSafeUrl(metadata[name], allowInsecureLoopback)) continue;
    throw new ProviderError('invalid_response', `discovery: ${name} is missing or not https`);
  }
}
