import { LRUCache } from 'lru-cache';
import * as client from 'openid-client';
import { isSafeUrl } from '../../../platform/safe-url.ts';
import { ProviderError } from '../identity-provider.ts';
import { toProviderError } from '../provider-errors.ts';
import { boundedFetch } from './bounded-fetch.ts';

/** What an issuer says of itself (OpenID Connect Discovery 1.0), and its keys as last fetched. */
export interface IssuerMetadata {
  metadata: client.ServerMetadata;
  keys: client.ExportedJWKSCache | undefined;
}

interface DiscoveryOptions {
  clientId: string;
  allowInsecureLoopback: boolean;
  /** Milliseconds. */
  timeout: number;
}

/** With Entra every tenant is an issuer of its own, and anybody can have a tenant. */
const MAX_ISSUERS = 200;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Discovery documents, fetched once a day and once for all who ask at the same time. A failure is forgotten at once. */
export class Discovery {
  readonly #options: DiscoveryOptions;
  /** Times out by the monotonic clock, which cannot be set back (T98). */
  readonly #issuers = new LRUCache<string, Promise<IssuerMetadata>>({ max: MAX_ISSUERS, ttl: DAY_MS });

  constructor(options: DiscoveryOptions) {
    this.#options = options;
  }

  /** @throws {ProviderError} */
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

async function discover(issuer: string, { clientId, allowInsecureLoopback, timeout }: DiscoveryOptions) {
  const config = await client
    .discovery(new URL(issuer), clientId, undefined, undefined, {
      [client.customFetch]: boundedFetch(AbortSignal.timeout(timeout)),
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

/** The document must be the issuer's own, to the letter (OpenID Connect Discovery section 4.3; openid-client lets the
 * public Entra's differ), and lead to no place where secrets would be readable. */
function checkMetadata(metadata: client.ServerMetadata, issuer: string, allowInsecureLoopback: boolean): void {
  if (metadata.issuer !== issuer) throw new ProviderError('invalid_response', 'discovery: another issuer');
  const optional = !metadata.revocation_endpoint ? [] : (['revocation_endpoint'] as const);
  for (const name of [...REQUIRED, ...optional]) {
    if (isSafeUrl(metadata[name], allowInsecureLoopback)) continue;
    throw new ProviderError('invalid_response', `discovery: ${name} is missing or not https`);
  }
}
