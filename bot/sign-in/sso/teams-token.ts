import { createRemoteJWKSet, customFetch, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { ProviderError } from '../providers/identity-provider.ts';
import { boundedFetch } from '../providers/oauth/bounded-fetch.ts';
import { Discovery } from '../providers/oauth/discovery.ts';
import { CLOCK_SKEW_SECONDS } from '../providers/oauth/id-token.ts';
import { isSameUser, parseUser, type User } from '../user.ts';

type MicrosoftHost = 'teams' | 'outlook' | 'microsoft365';

interface MicrosoftClient {
  host: MicrosoftHost;
  name: string;
  /** Entra's application id, identical in every tenant. */
  id: string;
}

/** Clients that can get a token without a window. Outlook on the web has two ids. Two clients share one id.
 * @see https://learn.microsoft.com/microsoftteams/platform/m365-apps/extend-m365-teams-message-extension */
export const MICROSOFT_CLIENTS: readonly MicrosoftClient[] = [
  { host: 'teams', name: 'Teams on desktops and phones', id: '1fec8e78-bce4-4aaf-ab1b-5451cc387264' },
  { host: 'teams', name: 'Teams on the web', id: '5e3ce6c0-2b1f-4285-8d4b-75ee78787346' },
  { host: 'outlook', name: 'Outlook on desktops', id: 'd3590ed6-52b3-4102-aeff-aad2292ab01c' },
  { host: 'outlook', name: 'Outlook on the web', id: 'bc59ab01-8403-45c6-8796-ac3ef710b3e3' },
  { host: 'outlook', name: 'Outlook on the web', id: '00000002-0000-0ff1-ce00-000000000000' },
  { host: 'outlook', name: 'Outlook on phones', id: '27922004-5251-4030-b22d-91ecd9a37ea4' },
  { host: 'microsoft365', name: 'Microsoft 365 on the web', id: '4765445b-32c6-49b0-83e6-1d93765276ca' },
  { host: 'microsoft365', name: 'Microsoft 365 on desktops', id: '0ec893e0-5785-4de6-99da-4ed124e5296c' },
  { host: 'microsoft365', name: 'Microsoft 365 on phones', id: 'd3590ed6-52b3-4102-aeff-aad2292ab01c' },
];

export const MICROSOFT_HOSTS = ['teams', 'outlook', 'microsoft365'] as const satisfies readonly MicrosoftHost[];

function clientIdsIn(hosts: readonly MicrosoftHost[]): ReadonlySet<unknown> {
  return new Set(MICROSOFT_CLIENTS.filter(({ host }) => hosts.includes(host)).map(({ id }) => id));
}

export interface TeamsTokenOptions {
  /** Without a tenant. */
  authority: string;
  clientId: string;
  /** The Application ID URI, which is the audience of v1.0 tokens. */
  resource: string;
  hosts: readonly MicrosoftHost[];
  allowInsecureLoopback: boolean;
}

const SCOPE = 'access_as_user';
/** Short, since an invoke waits. */
const TIMEOUT_MS = 2_000;
const COOLDOWN_MS = 30_000;
const MAX_ISSUERS = 200;

/** T67: the keys are those of the asker's tenant. The token has no influence on them. */
export class TeamsTokenVerifier {
  readonly #options: TeamsTokenOptions;
  readonly #base: string;
  readonly #clientIds: ReadonlySet<unknown>;
  readonly #discovery: Discovery;
  readonly #keys = new LRUCache<string, JWTVerifyGetKey>({ max: MAX_ISSUERS });

  constructor(options: TeamsTokenOptions) {
    this.#options = options;
    this.#base = options.authority.replace(/\/+$/, '');
    this.#clientIds = clientIdsIn(options.hosts);
    this.#discovery = new Discovery({ ...options, timeoutMs: TIMEOUT_MS });
  }

  /** @returns why the token is invalid for this asker; `undefined` if it is valid. @throws {ProviderError} without
   * Entra's keys */
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
      cooldownDuration: COOLDOWN_MS,
      timeoutDuration: TIMEOUT_MS,
      [customFetch]: (url, { headers }) =>
        boundedFetch(AbortSignal.timeout(TIMEOUT_MS))(url, {
          headers: Object.fromEntries(headers),
          method: 'GET',
        } as never),
    });
    this.#keys.set(issuer, keys);
    return keys;
  }
}

/** For the log: the broken rule, without the token's content. */
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
  // An application token has roles and no scope.
  return typeof scp === 'string' && scp.split(' ').includes(SCOPE) ? undefined : 'another scope';
}
