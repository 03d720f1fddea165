import type { RequestListener, ServerResponse } from 'node:http';
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { type Source, SourceError } from '../sources/source.ts';

/** Seconds. Teams' limit is the last. */
const BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** T72: other names create no new series. */
const INVOKES = new Set([
  'composeExtension/query',
  'composeExtension/queryLink',
  'composeExtension/anonymousQueryLink',
  'composeExtension/fetchTask',
  'composeExtension/submitAction',
  'composeExtension/selectItem',
  'composeExtension/querySettingUrl',
  'composeExtension/setting',
  'composeExtension/onCardButtonClicked',
  'task/fetch',
  'task/submit',
  'signin/verifyState',
  'signin/tokenExchange',
  'signin/failure',
]);
const TYPES = new Set(['message', 'event', 'conversationUpdate', 'installationUpdate']);

type Observer = { observe(seconds: number): void };

/** Labels come from fixed lists and the configuration, never from a person, a query or a channel's id (T72). */
export class Metrics {
  readonly #registry = new Registry();
  readonly #activities: Histogram<'kind' | 'status'>;
  readonly #calls: Histogram<'connection' | 'outcome'>;
  readonly #refused: Counter<'status'>;
  readonly #events: Counter<'event'>;
  /** A label lookup is slower than the count. */
  readonly #series = new Map<string, Observer>();

  constructor() {
    const registers = [this.#registry];
    const histogram = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
      new Histogram({ name: `latchkey_${name}_seconds`, help, labelNames, buckets: BUCKETS, registers });
    this.#activities = histogram('activity', 'From an activity to its answer', ['kind', 'status']);
    this.#calls = histogram('source_call', 'One call of what is searched', ['connection', 'outcome']);
    this.#refused = new Counter({
      name: 'latchkey_refused_total',
      help: 'Requests that the gate refused',
      labelNames: ['status'],
      registers,
    });
    this.#events = new Counter({
      name: 'latchkey_security_events_total',
      help: 'Security events',
      labelNames: ['event'],
      registers,
    });
    collectDefaultMetrics({ register: this.#registry });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  observeActivity({ type, name }: { type?: unknown; name?: unknown }, status: number, seconds: number): void {
    const kind = type === 'invoke' ? known(INVOKES, name) : known(TYPES, type);
    this.#seriesFor(`${kind} ${status}`, () => this.#activities.labels({ kind, status: String(status) })).observe(
      seconds,
    );
  }

  countRejected(status: number): void {
    this.#refused.inc({ status: String(status) });
  }

  event(event: string): void {
    this.#events.inc({ event });
  }

  timedSource(source: Source, connection: string): Source {
    const observe = (outcome: string, seconds: number) =>
      this.#seriesFor(`${connection}: ${outcome}`, () => this.#calls.labels({ connection, outcome })).observe(seconds);
    const { page } = source;
    return {
      search: (query, session) => timed(() => source.search(query, session), session.signal, observe),
      ...(page && { page: (url, session) => timed(() => page.call(source, url, session), session.signal, observe) }),
    };
  }

  #seriesFor(key: string, make: () => Observer): Observer {
    const existing = this.#series.get(key) ?? make();
    this.#series.set(key, existing);
    return existing;
  }
}

function known(names: ReadonlySet<unknown>, name: unknown): string {
  return names.has(name) ? String(name) : 'other';
}

async function timed<T>(
  call: () => Promise<T>,
  signal: AbortSignal,
  observe: (outcome: string, seconds: number) => void,
): Promise<T> {
  const began = performance.now();
  const end = (outcome: string) => observe(outcome, (performance.now() - began) / 1000);
  try {
    const response = await call();
    end('answered');
    return response;
  } catch (error) {
    // A replaced query or a deadline does not describe the source.
    if (signal.aborted) end('stopped');
    else end(error instanceof SourceError ? error.failure : 'broken');
    throw error;
  }
}

/** Serve `GET /metrics` on a separate port that no proxy forwards to. */
export function metricsRoute(metrics: Metrics, report: (error: unknown) => void): RequestListener {
  return (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') return end(response, 404);
    send(metrics, response).catch((error: unknown) => {
      report(error);
      end(response, 500);
    });
  };
}

async function send(metrics: Metrics, response: ServerResponse): Promise<void> {
  const text = await metrics.text();
  response.setHeader('Content-Type', metrics.contentType);
  response.setHeader('Cache-Control', 'no-store');
  end(response, 200, text);
}

/** restify patches `writeHead` on every server of the process, and its version cannot be chained. */
function end(response: ServerResponse, status: number, text = ''): void {
  response.statusCode = status;
  response.end(text);
}
