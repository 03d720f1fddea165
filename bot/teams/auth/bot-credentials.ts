import { type ConfigurationBotFrameworkAuthentication, ConfigurationServiceClientCredentialFactory } from 'botbuilder';
import type { Config } from '../../config/config.ts';
import { fetchText, TOKEN_ANSWER } from '../../platform/http-client.ts';
import { asObject, parseJsonObject } from '../../platform/json.ts';
import { LatchkeyError } from '../../platform/latchkey-error.ts';
import { isLoopback } from '../../platform/safe-url.ts';
import { ProviderError } from '../../sign-in/providers/identity-provider.ts';
import { boundedFetch } from '../../sign-in/providers/oauth/bounded-fetch.ts';
import { refusalCodeOf } from '../../sign-in/providers/oauth/token-response.ts';

const STAND_IN_TIMEOUT_MS = 2_000;
const EXPIRY_MARGIN_MS = 60_000;

type CredentialsFactory = NonNullable<ConstructorParameters<typeof ConfigurationBotFrameworkAuthentication>[1]>;
type Credentials = Awaited<ReturnType<CredentialsFactory['createCredentials']>>;
type Resource = Parameters<Credentials['signRequest']>[0];

/** Gets the bot's token from a stand-in on this machine (RFC 6749 section 4.4): the library calls only https login
 * hosts. */
class StandInCredentials implements CredentialsFactory {
  readonly #bot: NonNullable<Config['bot']>;
  readonly #tokenUrl: string;
  readonly #scope: string;
  #cached: { token: string; until: number } | undefined;

  constructor(bot: NonNullable<Config['bot']>, tokenUrl: string, scope: string) {
    this.#bot = bot;
    this.#tokenUrl = tokenUrl;
    this.#scope = scope;
  }

  async isValidAppId(appId: string): Promise<boolean> {
    return appId === this.#bot.id;
  }

  async isAuthenticationDisabled(): Promise<boolean> {
    return false;
  }

  async createCredentials(): Promise<Credentials> {
    return { signRequest: (resource) => this.#sign(resource) };
  }

  async #sign(resource: Resource): Promise<Resource> {
    if (!this.#cached || this.#cached.until < performance.now()) this.#cached = await this.#requestToken();
    resource.headers.set('Authorization', `Bearer ${this.#cached.token}`);
    return resource;
  }

  async #requestToken(): Promise<{ token: string; until: number }> {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: this.#bot.id,
      client_secret: this.#bot.password ?? '',
      scope: `${this.#scope}/.default`,
    });
    const request = {
      url: this.#tokenUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
      signal: AbortSignal.timeout(STAND_IN_TIMEOUT_MS),
    };
    const { status, text } = await fetchText(request, TOKEN_ANSWER);
    if (status !== 200) throw new LatchkeyError(`The stand-in answered ${status} for the bot's own token`);
    const { access_token: token, expires_in: seconds } = asObject(parseJsonObject(text));
    return { token: String(token), until: performance.now() + Number(seconds) * 1000 - EXPIRY_MARGIN_MS };
  }
}

type CreateCredentials = ConfigurationServiceClientCredentialFactory['createCredentials'];

const TOKEN_TIMEOUT_MS = 2_500;

/** The Agents Playground has no registration and needs no token. */
export function botCredentials(registration: Config['bot'], loopback: boolean): CredentialsFactory {
  if (!registration) return new ConfigurationServiceClientCredentialFactory({});
  const { id, type, tenantId, password, certificate } = registration;
  const canSend = type === 'UserAssignedMSI' || password !== undefined || certificate !== undefined;
  // Stand-ins accept messages without a token.
  if (!canSend && loopback) return new ConfigurationServiceClientCredentialFactory({});
  // The library's single-tenant factory requires a secret. A bot that only responds has none.
  return new BoundedCredentialFactory({
    MicrosoftAppId: id,
    MicrosoftAppType: canSend ? type : 'MultiTenant',
    ...(tenantId && { MicrosoftAppTenantId: tenantId }),
    ...(password && type !== 'UserAssignedMSI' && { MicrosoftAppPassword: password }),
    ...(certificate && {
      CertificateThumbprint: certificate.thumbprint,
      CertificatePrivateKey: certificate.privateKey,
    }),
  });
}

/** T96: the library requests tokens without a deadline and has no option. This class patches its internals, and
 * throws if they are missing. */
class BoundedCredentialFactory extends ConfigurationServiceClientCredentialFactory {
  readonly #credentials = new Map<string, Promise<Credentials>>();

  override createCredentials(...args: Parameters<CreateCredentials>): Promise<Credentials> {
    const key = args.join(' ');
    const credentials = this.#credentials.get(key) ?? this.#make(args);
    this.#credentials.set(key, credentials);
    return credentials;
  }

  async #make(args: Parameters<CreateCredentials>): Promise<Credentials> {
    const credentials = await super.createCredentials(...args);
    const { authenticator } = credentials as ManagedIdentityCredentials;
    if (authenticator) boundIdentityService(authenticator);
    else boundEntra(credentials);
    return credentials;
  }
}

interface ManagedIdentityCredentials {
  authenticator?: { tokenProvider?: { _sources?: { identityClient?: AzureClient }[] } };
}
interface AzureClient {
  pipeline: { addPolicy(policy: AzurePolicy): void; removePolicy(policy: { name: string }): unknown };
}
interface AzurePolicy {
  name: string;
  sendRequest(request: { timeout: number }, next: (request: { timeout: number }) => Promise<unknown>): Promise<unknown>;
}
interface MsalCredentials {
  clientApplication?: { config?: { system?: { networkClient: unknown } } };
}

const deadlinePolicy: AzurePolicy = {
  name: 'latchkeyDeadline',
  sendRequest(request, next) {
    request.timeout = TOKEN_TIMEOUT_MS;
    return next(request);
  },
};

function boundIdentityService({ tokenProvider }: NonNullable<ManagedIdentityCredentials['authenticator']>): void {
  const clients = tokenProvider?._sources?.flatMap(({ identityClient }) => identityClient ?? []) ?? [];
  if (clients.length === 0) throw new LatchkeyError('Another version of @azure/identity');
  for (const { pipeline } of clients) {
    pipeline.addPolicy(deadlinePolicy);
    // T48: it would send the request, with the secret of App Service, through the proxy of HTTP_PROXY.
    pipeline.removePolicy({ name: 'proxyPolicy' });
  }
}

interface MsalRequestOptions {
  headers?: Record<string, string>;
  body?: string;
}

interface MsalResponse {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** T96: MSAL's client has no deadline or size limit. */
const msalNetwork = {
  sendGetRequestAsync: (url: string, options?: MsalRequestOptions) => sendForMsal('GET', url, options),
  sendPostRequestAsync: (url: string, options?: MsalRequestOptions) => sendForMsal('POST', url, options),
};

async function sendForMsal(
  method: 'GET' | 'POST',
  url: string,
  { headers = {}, body }: MsalRequestOptions = {},
): Promise<MsalResponse> {
  const fetch = boundedFetch(AbortSignal.timeout(TOKEN_TIMEOUT_MS));
  const response = await fetch(url, { method, headers, body } as never);
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await bodyOf(response) };
}

async function bodyOf(response: Response): Promise<unknown> {
  const { status, headers } = response;
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    const error = refusalCodeOf({ status, headers, text });
    if (error !== undefined) return { error };
    // The parser's message quotes the response.
    throw new ProviderError('invalid_response', 'no JSON');
  }
}

/** The library stores its MSAL client as `credentials` when it requests the first token. */
function boundEntra(libraryCredentials: Credentials): void {
  let stored: MsalCredentials | undefined;
  Object.defineProperty(libraryCredentials, 'credentials', {
    get: () => stored,
    set(credentials: MsalCredentials) {
      const system = credentials.clientApplication?.config?.system;
      if (!system) throw new LatchkeyError('Another version of @azure/msal-node');
      system.networkClient = msalNetwork;
      stored = credentials;
    },
  });
}

/** For the bot's messages. */
export function connectorCredentials({
  bot,
  loopback,
  tokenService,
}: Pick<Config, 'bot' | 'loopback' | 'tokenService'>): CredentialsFactory {
  if (bot?.password && isLoopback(new URL(tokenService.loginUrl))) return tokenServiceCredentials(bot, tokenService);
  return botCredentials(bot, loopback);
}

/** For the token service. A login URL on this machine selects a stand-in. */
export function tokenServiceCredentials(
  registration: NonNullable<Config['bot']>,
  { loginUrl, scope }: Config['tokenService'],
): CredentialsFactory {
  if (!isLoopback(new URL(loginUrl))) return botCredentials(registration, false);
  return new StandInCredentials(registration, `${loginUrl}/oauth2/v2.0/token`, scope);
}
