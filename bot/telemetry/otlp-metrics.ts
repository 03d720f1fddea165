import type { Attributes, Counter, Histogram, Meter } from '@opentelemetry/api';
import { BUCKETS, FAILED_PARTS, type FailedPart, type Measurements, RARE_EVENTS } from './measurements.ts';

/** The names become those of Prometheus: `latchkey.activity` in seconds is `latchkey_activity_seconds` there.
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/ */
export class OtlpMeasurements implements Measurements {
  readonly #activities: Histogram;
  readonly #calls: Histogram;
  readonly #refused: Counter;
  readonly #events: Counter;
  readonly #failures: Counter;

  constructor(meter: Meter) {
    const histogram = (name: string, description: string) =>
      meter.createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries: [...BUCKETS] } });
    const counter = (name: string, description: string) => meter.createCounter(name, { description });
    this.#activities = histogram('latchkey.activity', 'From an activity to its answer');
    this.#calls = histogram('latchkey.source_call', 'One call of what is searched');
    this.#refused = counter('latchkey.refused', 'Requests without a valid token of the Connector');
    this.#events = counter('latchkey.security_events', 'Security events');
    this.#failures = counter(
      'latchkey.failures',
      'Failures that the log shows with a reference, and of the housekeeping',
    );
  }

  activity(kind: string, status: number, seconds: number): void {
    this.#activities.record(seconds, { kind, status: String(status) });
  }

  sourceCall(connection: string, outcome: string, seconds: number): void {
    this.#calls.record(seconds, { connection, outcome });
  }

  refused(status: number): void {
    this.#refused.add(1, { status: String(status) });
  }

  securityEvent(event: string, connection: string | undefined, count = 1): void {
    this.#events.add(count, labels({ event }, connection));
  }

  failure(part: FailedPart, connection: string | undefined, count = 1): void {
    this.#failures.add(count, labels({ part }, connection));
  }

  begin(connection: string | undefined): void {
    for (const part of FAILED_PARTS) this.failure(part, connection, 0);
    if (connection !== undefined) for (const event of RARE_EVENTS) this.securityEvent(event, connection, 0);
  }
}

function labels(own: Attributes, connection: string | undefined): Attributes {
  return connection === undefined ? own : { ...own, connection };
}
