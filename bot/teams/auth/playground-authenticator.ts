import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../../platform/safe-url.ts';
import { type ActivityAuthenticator, AuthenticationError, type AuthorizeActivity } from './connector-token.ts';

/** The Microsoft 365 Agents Playground sends no token. The bot accepts it only if `BASE_URL` is loopback and no
 * `BOT_ID` is set (config.ts), and then listens only on loopback (app.ts). Each check also blocks its attack alone
 * (T9). */
export class PlaygroundAuthenticator implements ActivityAuthenticator {
  async verify(request: IncomingMessage): Promise<AuthorizeActivity> {
    refuseOtherMachines(request);
    refuseTunnels(request);
    refuseForeignNames(request);
    refuseWebPages(request);
    refuseTokens(request);
    return refuseTeams;
  }
}

/** Uses the TCP connection, because a header can claim any address. */
function refuseOtherMachines({ socket: { remoteAddress = '' } }: IncomingMessage): void {
  const address = remoteAddress.replace(/^::ffff:/, '');
  const local = address === '::1' || /^127(\.\d{1,3}){3}$/.test(address);
  if (!local) throw new AuthenticationError(403, 'not from this machine');
}

/** A proxy or a tunnel connects from this machine for remote clients. */
function refuseTunnels({ headers }: IncomingMessage): void {
  const forwarded = Object.keys(headers).some((name) =>
    /^(x-forwarded-|x-original-|x-real-ip$|forwarded$|via$)/.test(name),
  );
  if (forwarded) throw new AuthenticationError(403, 'forwarded by a proxy or a tunnel');
}

/** DNS rebinding: a web page's host name can resolve to this machine, so its requests are same-origin. */
function refuseForeignNames({ headers: { host = '' } }: IncomingMessage): void {
  const url = `http://${host}`;
  if (!URL.canParse(url) || !isLoopback(new URL(url))) throw new AuthenticationError(403, 'Host is not loopback');
}

/** The Playground's server sends no browser headers. */
function refuseWebPages({ headers }: IncomingMessage): void {
  if ('origin' in headers || 'sec-fetch-site' in headers) throw new AuthenticationError(403, 'sent by a web page');
}

function refuseTokens({ headers }: IncomingMessage): void {
  if ('authorization' in headers) throw new AuthenticationError(403, 'a token, but no BOT_ID to check it with');
}

/** These may be forwarded activities of the real Connector. */
function refuseTeams({ channelId, serviceUrl }: Record<string, unknown>): void {
  if (channelId !== 'msteams') throw new AuthenticationError(403, 'channelId is not msteams');
  const local = typeof serviceUrl === 'string' && URL.canParse(serviceUrl) && isLoopback(new URL(serviceUrl));
  if (!local) throw new AuthenticationError(403, 'serviceUrl is not loopback');
}
