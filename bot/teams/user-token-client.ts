import { type Activity, ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import type { Config } from '../config/config.ts';
import { withTimeout } from '../platform/deadline.ts';
import { asObject } from '../platform/json.ts';
import { isSafeUrl } from '../platform/safe-url.ts';
import type { SignInRequest } from '../sign-in/connection-sign-in.ts';
import { ProviderError } from '../sign-in/providers/identity-provider.ts';
import { boundedFetch } from '../sign-in/providers/oauth/bounded-fetch.ts';
import type { ConnectionTokens, UserToken } from '../sign-in/token-service/token-service.ts';
import { conversationReference } from './access-policy.ts';
import { tokenServiceCredentials } from './auth/bot-credentials.ts';
import { type SendRequest, toSdkResponse } from './auth/bounded-client.ts';

export type UserTokensConfig = Pick<Config, 'tokenService' | 'loopback'> & { bot: NonNullable<Config['bot']> };

/** Per call, including the request for the bot's token. */
const TIMEOUT_MS = 2_500;
const MAX_ID_LENGTH = 300;

type UserTokenClient = Awaited<ReturnType<ConfigurationBotFrameworkAuthentication['createUserTokenClient']>>;
type ChannelUser = { userId: string; channelId: string; activity: Activity };

/** Takes the name of an OAuth connection of the Azure Bot. */
export function userTokens(config: UserTokensConfig): (connectionName: string) => ConnectionTokens {
  let pendingClient: Promise<UserTokenClient> | undefined;
  const client = () => {
    pendingClient ??= createClient(config);
    pendingClient.catch(() => {
      pendingClient = undefined;
    });
    return pendingClient;
  };
  return (connectionName) => {
    const callService = <T>(
      subject: string,
      user: SignInRequest,
      call: (client: UserTokenClient, user: ChannelUser) => Promise<T>,
    ) => withProviderErrors(subject, async () => call(await client(), channelUser(user)));
    return {
      connectionName,
      get: (user, code) =>
        callService('GetToken', user, async (client, { userId, channelId }) =>
          toUserToken(await client.getUserToken(userId, connectionName, channelId, code as string)),
        ),
      signInResource: (user) =>
        callService('GetSignInResource', user, async (client, { activity }) => {
          // With no final page, the service's own page gives the code to Teams.
          const resource = await client.getSignInResource(connectionName, activity, undefined as unknown as string);
          const url = resource?.signInLink;
          if (!isSafeUrl(url, config.loopback)) throw new ProviderError('invalid_response', 'no sign-in link');
          const { id, uri, providerId } = resource.tokenExchangeResource ?? {};
          if (id === undefined || uri === undefined) return { url };
          return { url, exchange: { id, uri, ...(providerId && { providerId }), connectionName } };
        }),
      exchange: (user, token) =>
        callService('exchange', user, async (client, { userId, channelId }) => {
          const requested = client.exchangeToken(userId, connectionName, channelId, { token });
          // For a token that cannot be exchanged, the library returns 400 and 404 but throws 412.
          return toUserToken(await requested.catch(ignoreNotExchangeable));
        }),
      signOut: (user) =>
        callService('SignOut', user, (client, { userId, channelId }) =>
          client.signOutUser(userId, connectionName, channelId),
        ),
    };
  };
}

async function createClient({ bot, tokenService }: UserTokensConfig): Promise<UserTokenClient> {
  const { url, loginUrl, scope } = tokenService;
  const settings = {
    OAuthUrl: url,
    ToChannelFromBotLoginUrl: loginUrl,
    ToChannelFromBotOAuthScope: scope,
    ToBotFromChannelTokenIssuer: scope,
    ValidateAuthority: true,
  };
  const credentials = tokenServiceCredentials(bot, tokenService);
  const authentication = new ConfigurationBotFrameworkAuthentication(settings, credentials, undefined, undefined, {
    httpClient: { sendRequest },
  });
  // The library reads only the bot's id.
  return authentication.createUserTokenClient(Object.assign(Object.create(null), { getClaimValue: () => bot.id }));
}

/** The library's client has no deadline or size limit, and follows redirects with the bot's token. */
const sendRequest: SendRequest = async (request) => {
  const { url, method, headers, body } = request;
  const sent = headers.toJson({ preserveCase: true });
  const response = await boundedFetch(AbortSignal.timeout(TIMEOUT_MS))(url, {
    method,
    headers: sent,
    body: (body ?? null) as string | null,
    redirect: 'manual',
  } as Parameters<ReturnType<typeof boundedFetch>>[1]);
  return toSdkResponse(request, { status: response.status, headers: response.headers, text: await response.text() });
};

/** T8: from the authenticated activity. */
function channelUser({ activity = {} }: SignInRequest): ChannelUser {
  const reference = conversationReference(activity);
  const { id: userId } = asObject(reference.from);
  const { channelId } = reference;
  if (!isId(userId) || !isId(channelId)) throw new ProviderError('invalid_response', 'the channel names no user');
  return { userId, channelId, activity: reference as unknown as Activity };
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_ID_LENGTH;
}

function toUserToken(
  response: Awaited<ReturnType<UserTokenClient['getUserToken']>> | undefined,
): UserToken | undefined {
  const { token, expiration } = response ?? {};
  if (typeof token !== 'string' || token === '') return undefined;
  const expiresAt = Date.parse(String(expiration));
  return Number.isNaN(expiresAt) ? { token } : { token, expiresAt };
}

/** Sets a deadline, and drops the library's message, which contains the service's response.
 * @throws {ProviderError} for every failure */
async function withProviderErrors<T>(subject: string, work: () => Promise<T>): Promise<T> {
  try {
    return await withTimeout(work(), TIMEOUT_MS, () => new ProviderError('timeout', 'no answer in time'));
  } catch (error) {
    throw toProviderError(error, subject);
  }
}

function toProviderError(error: unknown, subject: string): ProviderError {
  if (error instanceof ProviderError) {
    return new ProviderError(error.failure, `token service: ${subject}: ${error.message}`);
  }
  const { name } = asObject(error);
  const status = statusOf(error);
  const why = status === undefined ? `failed (${String(name)})` : `answered ${status}`;
  return new ProviderError('unavailable', `token service: ${subject}: ${why}`);
}

function statusOf(error: unknown): number | undefined {
  const { statusCode } = asObject(error);
  return typeof statusCode === 'number' ? statusCode : undefined;
}

function ignoreNotExchangeable(error: unknown): undefined {
  if (statusOf(error) !== 412) throw error;
}
