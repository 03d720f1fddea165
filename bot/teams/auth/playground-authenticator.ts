import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../../platform/safe-url.ts';
import { type ActivityAuthenticator, AuthenticationError, type AuthorizeActivity } from './connector-token.ts';

/**
 * Lets in what the Microsoft 365 Agents Playground on this machine says, which brings no token. There is such a gate only
 * where `BASE_URL` is loopback and no `BOT_ID` is set (config.ts), and the service then listens on loopback alone
 * (index.ts); these checks hold by themselves, each against one way in (T9).
 */
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

/** Who connects, by the TCP connection alone: a header may say anything. */
function refuseOtherMachines({ socket: { remoteAddress = '' } }: IncomingMessage): void {
  const address = remoteAddress.replace(/^::ffff:/, '');
  const local = address === '::1' || /^127(\.\d{1,3}){3}$/.test(address);
  if (!local) throw new AuthenticationError(403, 'not from this machine');
}

/** A proxy or a developer's tunnel connects from this machine too, for whoever it speaks for. */
function refuseTunnels({ headers }: IncomingMessage): void {
  const forwarded = Object.keys(headers).some((name) =>
    /^(x-forwarded-|x-original-|x-real-ip$|forwarded$|via$)/.test(name),
  );
  if (forwarded) throw new AuthenticationError(403, 'forwarded by a proxy or a tunnel');
}

/** DNS rebinding: a web page's own name may be made to lead here, and its requests are then not cross-origin. */
function refuseForeignNames({ headers: { host = '' } }: IncomingMessage): void {
  const url = `http://${host}`;
  if (!URL.canParse(url) || !isLoopback(new URL(url))) throw new AuthenticationError(403, 'Host is not loopback');
}

/** A web page in a browser of this machine: nothing that a browser sends is the Playground's server. (JSON from another
 * origin would need a preflight besides, which no route answers.) */
function refuseWebPages({ headers }: IncomingMessage): void {
  if ('origin' in headers || 'sec-fetch-site' in headers) throw new AuthenticationError(403, 'sent by a web page');
}

/** A token says that a bot is registered somewhere; nobody here could tell whether it is good. */
function refuseTokens({ headers }: IncomingMessage): void {
  if ('authorization' in headers) throw new AuthenticationError(403, 'a token, but no BOT_ID to check it with');
}

/** The Connector's own activities, which somebody may have led here. */
function refuseTeams({ channelId, serviceUrl }: Record<string, unknown>): void {
  if (channelId !== 'msteams') throw new AuthenticationError(403, 'channelId is not msteams');
  const local = typeof serviceUrl === 'string' && URL.canParse(serviceUrl) && isLoopback(new URL(serviceUrl));
  if (!local) throw new AuthenticationError(403, 'serviceUrl is not loopback');
}
