import type { ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import type { Config } from '../../config/config.ts';
import { LatchkeyError } from '../../platform/latchkey-error.ts';

/** Milliseconds. */
const TIMEOUT = 2_000;
const EXPIRY_MARGIN_MS = 60_000;

/** What the library gets credentials from. */
export type CredentialsFactory = NonNullable<ConstructorParameters<typeof ConfigurationBotFrameworkAuthentication>[1]>;
type Credentials = Awaited<ReturnType<CredentialsFactory['createCredentials']>>;
type Resource = Parameters<Credentials['signRequest']>[0];

/** The bot's own token from a stand-in on this machine: what the library gets tokens with asks https login hosts alone, and
 * looks every one up at Microsoft. The same grant (RFC 6749 section 4.4), nothing more. */
export class StandInCredentials implements CredentialsFactory {
  readonly #bot: NonNullable<Config['bot']>;
  readonly #tokenUrl: string;
  readonly #scope: string;
  #token: { token: string; until: number } | undefined;

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
    if (!this.#token || this.#token.until < performance.now()) this.#token = await this.#ask();
    resource.headers.set('Authorization', `Bearer ${this.#token.token}`);
    return resource;
  }

  async #ask(): Promise<{ token: string; until: number }> {
    const response = await fetch(this.#tokenUrl, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: this.#bot.id,
        client_secret: this.#bot.password ?? '',
        scope: `${this.#scope}/.default`,
      }),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT),
    });
    if (!response.ok) throw new LatchkeyError(`The stand-in answered ${response.status} for the bot's own token`);
    const { access_token: token, expires_in: seconds } = (await response.json()) as Record<string, unknown>;
    return { token: String(token), until: performance.now() + Number(seconds) * 1000 - EXPIRY_MARGIN_MS };
  }
}
