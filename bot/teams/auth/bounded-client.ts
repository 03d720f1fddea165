import type { ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import { CHANNEL_ANSWER, ResponseTooLarge, readBody } from '../../platform/documents.ts';
import { LatchkeyError } from '../../platform/latchkey-error.ts';

type ClientOptions = NonNullable<ConstructorParameters<typeof ConfigurationBotFrameworkAuthentication>[4]>;
export type SendRequest = NonNullable<ClientOptions['httpClient']>['sendRequest'];

/** A channel that is out of reach, too slow, or answers what no channel does. */
export class ChannelError extends LatchkeyError {
  override readonly name = 'ChannelError';
}

/** Sends the library's requests to a channel. T96: its own client waits for ever. This one hangs up at the deadline, or when
 * the caller gives up (`abortSignal`). It follows no redirect, which would carry the bot's token along.
 * @param timeout milliseconds for one request */
export function boundedClient(timeout: number): { sendRequest: SendRequest } {
  return {
    async sendRequest(request) {
      const late = AbortSignal.timeout(timeout);
      const caller = request.abortSignal as AbortSignal | undefined;
      const signal = caller ? AbortSignal.any([caller, late]) : late;
      try {
        const response = await fetch(request.url, {
          method: request.method,
          headers: request.headers.toJson({ preserveCase: true }),
          body: (request.body ?? null) as string | null,
          redirect: 'error',
          signal,
        });
        return received(request, response, await readBody(response, CHANNEL_ANSWER));
      } catch (error) {
        if (signal.aborted) throw new ChannelError('The channel did not answer in time');
        if (error instanceof ResponseTooLarge) throw new ChannelError(error.message);
        throw new ChannelError(`The channel cannot be reached (${codeOf(error)})`);
      }
    },
  };
}

type Request = Parameters<SendRequest>[0];

/** The answer as the library reads one. */
export function received(request: Request, response: Response, bodyAsText: string): Awaited<ReturnType<SendRequest>> {
  const headers = request.headers.clone();
  for (const { name } of headers.headersArray()) headers.remove(name);
  for (const [name, value] of response.headers) headers.set(name, value);
  return { request, status: response.status, headers, bodyAsText };
}

/** The system's own word (`ECONNREFUSED`), never a message. */
function codeOf(error: unknown): string {
  const { code } = Object((error as Error).cause) as { code?: unknown };
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? code : 'no answer';
}
