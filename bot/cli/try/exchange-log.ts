import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingHttpHeaders } from 'node:http';
import { HTTP_EVENTS, type HttpEvent, type HttpRequest, networkErrorCode } from '../../platform/http-client.ts';
import { refusalCodeOf } from '../../sign-in/providers/oauth/token-response.ts';

/** A step of the try: its requests belong to it. */
export type Step = 'preflight' | 'sign-in' | 'search' | 'second page' | 'recent items' | 'link' | 'sign-out';

/** A request with its response, as it was on the wire. Contains secrets: print it only by the redaction. */
export interface Exchange {
  step: Step;
  method: string;
  url: string;
  /** Lower case, without values. */
  headerNames: readonly string[];
  contentType: string;
  body: string | undefined;
  /** Absent if there was no response. */
  response?: { status: number; headers: IncomingHttpHeaders; text: string | undefined };
  /** The code of a network error. */
  failure?: string;
  /** Milliseconds. */
  duration: number;
}

/** Remembers every exchange of this process while it listens. */
export class ExchangeLog {
  readonly #exchanges: Exchange[] = [];
  readonly #byRequest = new Map<HttpRequest, { exchange: Exchange; startedAt: number }>();
  readonly #byResponse = new WeakMap<object, { exchange: Exchange; startedAt: number }>();
  #step: Step = 'preflight';

  readonly #onMessage = (message: unknown): void => this.#take(message as HttpEvent);

  start(): void {
    subscribe(HTTP_EVENTS, this.#onMessage);
  }

  stop(): void {
    unsubscribe(HTTP_EVENTS, this.#onMessage);
  }

  /** Later exchanges belong to this step. */
  begin(step: Step): void {
    this.#step = step;
  }

  get all(): readonly Exchange[] {
    return this.#exchanges;
  }

  of(step: Step): readonly Exchange[] {
    return this.#exchanges.filter((exchange) => exchange.step === step);
  }

  #take(event: HttpEvent): void {
    if (event.type === 'request') {
      this.#open(event);
      return;
    }
    const found = event.type === 'body' ? this.#byResponse.get(event.response) : this.#byRequest.get(event.request);
    if (!found) return;
    const { exchange, startedAt } = found;
    exchange.duration = Math.round(performance.now() - startedAt);
    if (event.type === 'failure') exchange.failure = networkErrorCode(event.error) ?? 'no response';
    if (event.type === 'response') {
      const { statusCode: status = 0, headers } = event.response;
      exchange.response = { status, headers, text: undefined };
      this.#byResponse.set(event.response, found);
    }
    if (event.type === 'body' && exchange.response) exchange.response.text = event.text;
  }

  #open({ request, method, headers }: Extract<HttpEvent, { type: 'request' }>): void {
    const { url, body } = request;
    const contentType = Object.entries(request.headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
    const exchange: Exchange = {
      step: this.#step,
      method,
      url,
      headerNames: headers,
      contentType: contentType ?? '',
      body,
      duration: 0,
    };
    this.#exchanges.push(exchange);
    this.#byRequest.set(request, { exchange, startedAt: performance.now() });
  }
}

/** The parsed body of a response; `undefined` if it is no JSON. */
export function jsonOf({ response }: Exchange): unknown {
  try {
    return JSON.parse(response?.text ?? '');
  } catch {
    return undefined;
  }
}

/** The error code of a token endpoint; `undefined` for an answer that refuses nothing. */
export function refusalOf({ response }: Exchange): string | undefined {
  if (!response) return undefined;
  const { status, headers, text = '' } = response;
  const challenge = headers['www-authenticate'];
  return refusalCodeOf({ status, headers: new Headers(challenge ? { 'www-authenticate': challenge } : {}), text });
}
