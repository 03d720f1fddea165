import type { RequestListener, ServerResponse } from 'node:http';
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { BUCKETS, FAILED_PARTS, type FailedPart, type Measurements, RARE_EVENTS } from '../telemetry/measurements.ts';

type Observer = { observe(seconds: number): void };

/** For Prometheus. */
export class Metrics implements Measurements {
  readonly #registry = new Registry();
  readonly #activities: Histogram<'kind' | 'status'>;
  readonly #calls: Histogram<'connection' | 'outcome'>;
  readonly #refused: Counter<'status'>;
  readonly #events: Counter<'event' | 'connection'>;
  readonly #failures: Counter<'part' | 'connection'>;
  /** A label lookup is slower than the count. */
  readonly #series = new Map<string, Observer>();

  constructor() {
    const registers = [this.#registry];
    const histogram = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
      new Histogram({ name: `latchkey_${name}_seconds`, help, labelNames, buckets: BUCKETS, registers });
    const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
      new Counter({ name: `latchkey_${name}_total`, help, labelNames, registers });
    this.#activities = histogram('activity', 'From an activity to its answer', ['kind', 'status']);
    this.#calls = histogram('source_call', 'One call of what is searched', ['connection', 'outcome']);
    this.#refused = counter('refused', 'Requests without a valid token of the Connector', ['status']);
    this.#events = counter('security_events', 'Security events', ['event', 'connection']);
    this.#failures = counter('failures', 'Failures that the log shows with a reference, and of the housekeeping', [
      'part',
      'connection',
    ]);
    collectDefaultMetrics({ register: this.#registry });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  activity(kind: string, status: number, seconds: number): void {
    this.#seriesFor(`${kind} ${status}`, () => this.#activities.labels({ kind, status: String(status) })).observe(
      seconds,
    );
  }

  sourceCall(connection: string, outcome: string, seconds: number): void {
    this.#seriesFor(`${connection}: ${outcome}`, () => this.#calls.labels({ connection, outcome })).observe(seconds);
  }

  refused(status: number): void {
    this.#refused.inc({ status: String(status) });
  }

  securityEvent(event: string, connection: string | undefined, count = 1): void {
    this.#events.inc({ event, ...(connection !== undefined && { connection }) }, count);
  }

  failure(part: FailedPart, connection: string | undefined, count = 1): void {
    this.#failures.inc({ part, ...(connection !== undefined && { connection }) }, count);
  }

  begin(connection: string | undefined): void {
    for (const part of FAILED_PARTS) this.failure(part, connection, 0);
    if (connection !== undefined) for (const event of RARE_EVENTS) this.securityEvent(event, connection, 0);
  }

  #seriesFor(key: string, make: () => Observer): Observer {
    const existing = this.#series.get(key);
    if (existing) return existing;
    const series = make();
    this.#series.set(key, series);
    return series;
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
