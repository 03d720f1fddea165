import type { CustomFetch, CustomFetchOptions, ServerMetadata } from 'openid-client';
import { ProviderError } from '../identity-provider.ts';
import { causeOf, refusalCodeOf } from './refusals.ts';

/** How a client authenticates at the token endpoint (OpenID Connect Core section 9). `client_secret_basic_raw` is Basic
 * without the percent-encoding of RFC 6749 section 2.3.1, for providers that do not decode it. */
export const CLIENT_AUTHENTICATIONS = [
  'client_secret_basic',
  'client_secret_basic_raw',
  'client_secret_post',
  'none',
] as const;
export type ClientAuthentication = (typeof CLIENT_AUTHENTICATIONS)[number];

export interface ClientAuthenticatorOptions {
  clientId: string;
  clientSecret: string;
  clientAuthentication?: ClientAuthentication | undefined;
}

/** Authenticates the client as it is registered. Discovery says what a provider can do, not how this client is registered:
 * where it lists both methods, the second is tried once if the first is refused, and what worked is remembered. */
export class ClientAuthenticator {
  readonly #options: ClientAuthenticatorOptions;
  #worked: ClientAuthentication | undefined;

  constructor(options: ClientAuthenticatorOptions) {
    this.#options = options;
  }

  /** `fetch` whose POSTs carry the client's credentials. @throws {ProviderError} if no method is known to both sides */
  authenticated(fetch: CustomFetch, metadata: ServerMetadata): CustomFetch {
    const [first, other] = this.#methods(metadata);
    if (first === undefined)
      throw new ProviderError('invalid_response', 'discovery: no way to authenticate the client');
    return async (url, options) => {
      if (options.method !== 'POST') return fetch(url, options);
      const answer = await fetch(url, this.#sign(options, first));
      if (!(await refusesClient(answer))) return this.#remember(first, answer);
      if (other === undefined) return answer;
      const second = await fetch(url, this.#sign(options, other));
      return (await refusesClient(second)) ? answer : this.#remember(other, second);
    };
  }

  #remember(method: ClientAuthentication, answer: Response): Response {
    this.#worked = method;
    return answer;
  }

  /** In the order in which they are tried. `client_secret_basic` where the metadata say nothing (Discovery section 3). */
  #methods({ token_endpoint_auth_methods_supported: listed }: ServerMetadata): ClientAuthentication[] {
    const { clientAuthentication } = this.#options;
    if (clientAuthentication) return [clientAuthentication];
    const supported = listed ?? ['client_secret_basic'];
    const methods = (['client_secret_post', 'client_secret_basic'] as const).filter((each) => supported.includes(each));
    return this.#worked === 'client_secret_basic' ? methods.reverse() : methods;
  }

  #sign(options: CustomFetchOptions, method: ClientAuthentication): CustomFetchOptions {
    const { clientId, clientSecret } = this.#options;
    const body = new URLSearchParams(options.body as URLSearchParams);
    if (method === 'client_secret_basic' || method === 'client_secret_basic_raw') {
      const encode = method === 'client_secret_basic' ? formEncode : (value: string) => value;
      const credentials = Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString('base64');
      return { ...options, body, headers: { ...options.headers, authorization: `Basic ${credentials}` } };
    }
    body.set('client_id', clientId);
    if (method === 'client_secret_post') body.set('client_secret', clientSecret);
    return { ...options, body };
  }
}

async function refusesClient(answer: Response): Promise<boolean> {
  const { status, headers } = answer;
  if (status < 400) return false;
  const code = refusalCodeOf({ status, headers, text: await answer.clone().text() });
  return code !== undefined && causeOf(code) === 'client';
}

/** RFC 6749 section 2.3.1 and appendix B. What URLs need not encode stays: some providers compare without decoding. */
function formEncode(value: string): string {
  return encodeURIComponent(value)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
