/** Teams' timeout in milliseconds. */
const INVOKE_TIMEOUT = 5000;

/** The Connector's user agent. */
const USER_AGENT = 'Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)';

export interface PostOptions {
  /** `null` sends none. Default: a valid one for the activity's `serviceUrl`. */
  token?: string | null;
  /** Extra or replaced headers, in lower case. */
  headers?: Record<string, string>;
  /** The raw body, instead of the activity as JSON. */
  body?: string | Uint8Array;
  /** Milliseconds; default {@link INVOKE_TIMEOUT}. */
  timeout?: number;
}

export interface PostResult {
  status: number;
  /** Parsed JSON, or text for another type. Absent for an empty body. */
  body: unknown;
  headers: Headers;
  /** From the first byte sent to the last byte received. */
  ms: number;
}

export function requestHeaders(token: string | null, more: Record<string, string> = {}): Record<string, string> {
  const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
  return { 'content-type': 'application/json; charset=utf-8', 'user-agent': USER_AGENT, ...authorization, ...more };
}

/** Posts to the bot's messaging endpoint.
 * @throws {DOMException} `TimeoutError`
 * @throws {TypeError} if the bot cannot be reached */
export async function postToBot(
  botUrl: string,
  body: string | Uint8Array,
  headers: Record<string, string>,
  timeout = INVOKE_TIMEOUT,
): Promise<PostResult> {
  const started = performance.now();
  const response = await fetch(new URL('/api/messages', botUrl), {
    method: 'POST',
    headers,
    body: body as NonNullable<RequestInit['body']>,
    redirect: 'manual',
    signal: AbortSignal.timeout(timeout),
  });
  const text = await response.text();
  const ms = Math.round(performance.now() - started);
  return { status: response.status, body: parse(text, response.headers), headers: response.headers, ms };
}

function parse(text: string, headers: Headers): unknown {
  if (text === '') return undefined;
  if (!/^application\/(problem\+)?json\b/.test(headers.get('content-type') ?? '')) return text;
  try {
    return JSON.parse(text);
  } catch {
    // Returned as text, because the developer must see the invalid JSON.
    return text;
  }
}
