import { isLoopback, isSafeUrl } from '../platform/safe-url.ts';
import type { Env, ReportProblem } from './setting.ts';

/** Azure Bot Service's token service, and how the bot signs in to it. */
export interface TokenServiceConfig {
  /** Its origin: the API's, and that of the pages where people sign in. */
  url: string;
  /** Where the bot gets the token that it shows there. */
  loginUrl: string;
  /** `aud` of that token. */
  scope: string;
}

const PUBLIC_LOGIN = {
  loginUrl: 'https://login.microsoftonline.com/botframework.com',
  scope: 'https://api.botframework.com',
};

/** By Microsoft's clouds, and the public one's regions (https://learn.microsoft.com/azure/bot-service/ref-oauth-redirect-urls). */
const SERVICES: ReadonlyMap<string, TokenServiceConfig> = new Map(
  Object.entries({
    public: { url: 'https://token.botframework.com', ...PUBLIC_LOGIN },
    europe: { url: 'https://europe.token.botframework.com', ...PUBLIC_LOGIN },
    unitedstates: { url: 'https://unitedstates.token.botframework.com', ...PUBLIC_LOGIN },
    india: { url: 'https://india.token.botframework.com', ...PUBLIC_LOGIN },
    usgov: {
      url: 'https://token.botframework.azure.us',
      loginUrl: 'https://login.microsoftonline.us/MicrosoftServices.onmicrosoft.us',
      scope: 'https://api.botframework.us',
    },
    china: {
      url: 'https://token.botframework.azure.cn',
      loginUrl: 'https://login.partner.microsoftonline.cn/microsoftservices.partner.onmschina.cn',
      scope: 'https://api.botframework.azure.cn',
    },
  }),
);

/** Reads BOT_TOKEN_SERVICE. @param cloud whose Connector is believed: its token service, unless another is named */
export function readTokenService(
  env: Env,
  cloud: string | undefined,
  loopback: boolean,
  bad: ReportProblem,
): TokenServiceConfig | undefined {
  const value = env.BOT_TOKEN_SERVICE || (SERVICES.has(cloud ?? '') ? String(cloud) : 'public');
  const service = SERVICES.get(value);
  if (service) return service;
  // People's tokens come from there, and the bot's own goes there: it may only be a stand-in on this machine.
  if (loopback && isSafeUrl(value, true) && isLoopback(new URL(value))) {
    const url = new URL(value).origin;
    return { url, loginUrl: `${url}/botframework.com`, scope: PUBLIC_LOGIN.scope };
  }
  return bad(
    `BOT_TOKEN_SERVICE must be one of ${[...SERVICES.keys()].join(', ')}, or a loopback URL where BASE_URL is loopback`,
  );
}
