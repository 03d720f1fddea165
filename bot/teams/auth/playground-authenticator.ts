import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../../platform/safe-url.ts';
import { type ActivityAuthenticator, AuthenticationError, type AuthorizeActivity } from './connector-token.ts';

/** Accepts the Microsoft 365 Agents Playground on this machine, which sends no token. It exists only if `BASE_URL` is
 * loopback and no `BOT_ID` is set (config.ts), and then the server listens only on loopback (index.ts). Each check
 * below blocks one attack without relying on that (T9). */
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

/** Uses the TCP connection: a header can claim any address. */
function refuseOtherMachines({ socket: { remoteAddress = '' } }: IncomingMessage): void {
  const address = remoteAddress.replace(/^::ffff:/, '');
  const local = address === '::1' || /^127(\.\d{1,3}){3}$/.test(address);
  if (!local) throw new AuthenticationError(403, 'not from this machine');
}

/** A proxy or a developer's tunnel also connects from this machine, but for remote clients. */
function refuseTunnels({ headers }: IncomingMessage): void {
  const forwarded = Object.keys(headers).some((name) =>
    /^(x-forwarded-|x-original-|x-real-ip$|forwarded$|via$)/.test(name),
  );
  if (forwarded) throw new AuthenticationError(403, 'forwarded by a proxy or a tunnel');
}

/** DNS rebinding: a web page's host name can resolve to this machine, and its requests are then same-origin. */
function refuseForeignNames({ headers: { host = '' } }: IncomingMessage): void {
  const url = `http://${host}`;
  if (!URL.canParse(url) || !isLoopback(new URL(url))) throw new AuthenticationError(403, 'Host is not loopback');
}

/** The Playground's server sends no headers of a browser. (Cross-origin JSON would also need a preflight, which no
 * route answers.) */
function refuseWebPages({ headers }: IncomingMessage): void {
  if ('origin' in headers || 'sec-fetch-site' in headers) throw new AuthenticationError(403, 'sent by a web page');
}

/** A token means that a bot is registered, but this bot cannot verify it. */
function refuseTokens({ headers }: IncomingMessage): void {
  if ('authorization' in headers) throw new AuthenticationError(403, 'a token, but no BOT_ID to check it with');
}

/** Activities of the real Connector may be forwarded here. */
function refuseTeams({ channelId, serviceUrl }: Record<string, unknown>): void {
  if (channelId !== 'msteams') throw new AuthenticationError(403, 'channelId is not msteams');
  const local = typeof serviceUrl === 'string' && URL.canParse(serviceUrl) && isLoopback(new URL(serviceUrl));
  if (!local) throw new AuthenticationError(403, 'serviceUrl is not loopback');
}
