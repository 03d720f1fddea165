/** Milliseconds, as in Teams. */
const INVOKE_TIMEOUT = 5000;

/** As the Connector sends it. */
const USER_AGENT = 'Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)';

export interface PostOptions {
  /** `null`: none. Default: a valid one for the activity's `serviceUrl`. */
  token?: string | null;
  /** Added or replaced, in lower case. */
  headers?: Record<string, string>;
  /** Raw, instead of the activity as JSON. */
  body?: string | Uint8Array;
  /** Milliseconds; default {@link INVOKE_TIMEOUT}. */
  timeout?: number;
}

export interface PostResult {
  status: number;
  /** JSON is parsed. Absent if empty. */
  body: unknown;
  headers: Headers;
  /** From the first byte sent to the last received. */
  ms: number;
}

export function requestHeaders(token: string | null, more: Record<string, string> = {}): Record<string, string> {
  const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
  return { 'content-type': 'application/json; charset=utf-8', 'user-agent': USER_AGENT, ...authorization, ...more };
}

/** @throws {DOMException} `TimeoutError`
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
    // The developer must see the invalid JSON.
    return text;
  }
}
