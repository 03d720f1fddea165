import { isSafeUrl } from '../../../platform/safe-url.ts';
import type { ClientAuthentication } from './client-authentication.ts';

/** What every provider on OAuth 2.0 is told. */
export interface OAuthClientOptions {
  clientId: string;
  /** Empty where `clientAuthentication` is `none`. */
  clientSecret: string;
  /** As the client is registered. Without it, what the discovery document lists is tried. */
  clientAuthentication?: ClientAuthentication | undefined;
  /** What to ask for; OpenID Connect's `openid`, without which nobody is signed in, goes without saying. */
  scopes: readonly string[];
  /** Plain http, where the issuer and its endpoints are on this machine. */
  allowInsecureLoopback: boolean;
  timeouts?: Timeouts;
  /** Where tokens are revoked (RFC 7009), in place of what the discovery document says. */
  revocationEndpoint?: string | undefined;
}

/** Milliseconds for one operation, however many requests it takes. */
export interface Timeouts {
  /** A person waits: 8,000 unless said. */
  exchange?: number;
  /** An invoke waits, which must be answered in 4.5 s: 3,000 unless said. For discovery and revocation too. */
  refresh?: number;
}

export function clientTimeouts({ timeouts }: OAuthClientOptions): Required<Timeouts> {
  return { exchange: timeouts?.exchange ?? 8000, refresh: timeouts?.refresh ?? 3000 };
}

/** RFC 6749 section 3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Checks a provider's options, once. @param kind of provider, for the message @param urls each with its option's name
 * @throws {TypeError} that names every option that is wrong, and holds no secret */
export function validateOptions(
  kind: string,
  options: OAuthClientOptions,
  ...urls: ['issuer' | 'authority' | 'apiUrl', string][]
): void {
  const { clientId, clientSecret, scopes, allowInsecureLoopback } = options;
  const problems = [
    ...urls.map(([name, url]) => urlProblem(name, url, allowInsecureLoopback)),
    clientId ? undefined : 'clientId must not be empty',
    clientSecret || options.clientAuthentication === 'none' ? undefined : 'clientSecret must not be empty',
    scopes.every((scope) => SCOPE.test(scope)) ? undefined : 'scopes must be words without spaces',
  ].filter((problem) => problem !== undefined);
  if (problems.length > 0) throw new TypeError(`${kind} provider: ${problems.join('; ')}`);
}

/** The same options, asking for these scopes too. */
export function addScopes<T extends OAuthClientOptions>(options: T, ...scopes: string[]): T {
  return { ...options, scopes: [...new Set([...scopes, ...options.scopes])] };
}

function urlProblem(name: string, value: string, allowInsecureLoopback: boolean): string | undefined {
  if (!isSafeUrl(value, allowInsecureLoopback)) {
    return `${name} must be an https URL without a user (http only for loopback, where allowed)`;
  }
  const { search, hash, pathname } = new URL(value);
  if (search || hash) return `${name} must have no query or fragment`;
  return pathname.includes('/.well-known/') ? `${name} must be the issuer, not its discovery document` : undefined;
}
