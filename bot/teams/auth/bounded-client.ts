import type { ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import {
  CHANNEL_ANSWER,
  fetchText,
  type HttpResponse,
  networkErrorCode,
  ResponseTooLarge,
} from '../../platform/http-client.ts';
import { LatchkeyError } from '../../platform/latchkey-error.ts';

type ClientOptions = NonNullable<ConstructorParameters<typeof ConfigurationBotFrameworkAuthentication>[4]>;
export type SendRequest = NonNullable<ClientOptions['httpClient']>['sendRequest'];

export class ChannelError extends LatchkeyError {
  override readonly name = 'ChannelError';
}

/** T96: the SDK's client has no deadline. A redirect would forward the bot's token, so this client follows none.
 * @param timeoutMs per request */
export function boundedClient(timeoutMs: number): { sendRequest: SendRequest } {
  return {
    async sendRequest(request) {
      const late = AbortSignal.timeout(timeoutMs);
      const caller = request.abortSignal as AbortSignal | undefined;
      const signal = caller ? AbortSignal.any([caller, late]) : late;
      try {
        const { url, method, body } = request;
        const headers = request.headers.toJson({ preserveCase: true });
        const content = body === undefined || body === null ? {} : { body: String(body) };
        const response = await fetchText({ url, method, headers, ...content, signal }, CHANNEL_ANSWER);
        if (response.status < 300 || response.status > 399) return toSdkResponse(request, response);
        throw new ChannelError(`The channel answered with a redirect (${response.status})`);
      } catch (error) {
        if (signal.aborted) throw new ChannelError('The channel did not answer in time');
        if (error instanceof ChannelError) throw error;
        if (error instanceof ResponseTooLarge) throw new ChannelError(error.message);
        throw new ChannelError(`The channel cannot be reached (${networkErrorCode(error) ?? 'no answer'})`);
      }
    },
  };
}

type Request = Parameters<SendRequest>[0];

export function toSdkResponse(request: Request, response: HttpResponse): Awaited<ReturnType<SendRequest>> {
  const headers = request.headers.clone();
  for (const { name } of headers.headersArray()) headers.remove(name);
  for (const [name, value] of response.headers) headers.set(name, value);
  return { request, status: response.status, headers, bodyAsText: response.text };
}
