import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { OTLPMetricExporter as JsonMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Logger } from 'pino';
import type { OtlpProtocol, TelemetryConfig } from '../config/telemetry.ts';
import { serializeError } from '../platform/log.ts';
import type { Measurements } from './measurements.ts';
import { OtlpMeasurements } from './otlp-metrics.ts';
import { Tracing } from './tracing.ts';

export interface Telemetry {
  tracing: Tracing | undefined;
  measurements: Measurements | undefined;
  /** Exports what is left. Gives up after `timeoutMs`. */
  stop(timeoutMs: number): Promise<void>;
}

const SCOPE = 'latchkey';
/** The specification's default. */
const METRIC_TIMEOUT_MS = 30_000;

/** Exports traces and metrics by OTLP. No request waits for an export: the packages queue a limited number of spans,
 * and drop the rest if the collector takes none. */
export function startTelemetry(config: TelemetryConfig, log: Logger): Telemetry {
  const resource = latchkeyResource();
  const tracers = config.traces && startTraces(config.traces, resource, log);
  const meters = config.metrics && startMetrics(config.metrics, config.metricIntervalMs, resource, log);
  return {
    tracing: tracers && new Tracing(tracers.getTracer(SCOPE)),
    measurements: meters && new OtlpMeasurements(meters.getMeter(SCOPE)),
    async stop(timeoutMs) {
      // A failed export is in the log already.
      const exported = Promise.allSettled([tracers?.shutdown(), meters?.shutdown()]);
      await Promise.race([exported, new Promise((resolve) => setTimeout(resolve, timeoutMs).unref())]);
    },
  };
}

/** `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` win. An id tells instances apart. */
function latchkeyResource(): Resource {
  const detected = detectResources({ detectors: [serviceInstanceIdDetector, envDetector] });
  return defaultResource()
    .merge(resourceFromAttributes({ 'service.name': 'latchkey' }))
    .merge(detected);
}

function startTraces(protocol: OtlpProtocol, resource: Resource, log: Logger): BasicTracerProvider {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const exporter: SpanExporter = protocol === 'http/json' ? new JsonTraceExporter() : new ProtobufTraceExporter();
  reportOutages<SpanExporter>(exporter, 'traces', log);
  return new BasicTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(exporter)] });
}

function startMetrics(protocol: OtlpProtocol, intervalMs: number, resource: Resource, log: Logger): MeterProvider {
  const exporter = protocol === 'http/json' ? new JsonMetricExporter() : new ProtobufMetricExporter();
  reportOutages<PushMetricExporter>(exporter, 'metrics', log);
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: intervalMs,
    exportTimeoutMillis: Math.min(intervalMs, METRIC_TIMEOUT_MS),
  });
  return new MeterProvider({ resource, readers: [reader] });
}

/** Logs the first failure of an outage, and its end. */
function reportOutages<E extends SpanExporter | PushMetricExporter>(exporter: E, signal: string, log: Logger): void {
  const send: (batch: never, done: (result: ExportResult) => void) => void = exporter.export.bind(exporter);
  let isDown = false;
  exporter.export = (batch: never, done: (result: ExportResult) => void) => {
    send(batch, (result) => {
      const failed = result.code !== ExportResultCode.SUCCESS;
      if (failed && !isDown) log.warn({ signal, ...failureOf(result.error) }, 'the OTLP collector takes no telemetry');
      if (!failed && isDown) log.info({ signal }, 'the OTLP collector takes telemetry again');
      isDown = failed;
      done(result);
    });
  };
}

/** The exporter's error has the status as its code. */
function failureOf(error: Error | undefined): Record<string, unknown> {
  const { code } = (error ?? {}) as { code?: unknown };
  return { error: serializeError(error), ...(Number.isInteger(code) && { status: code }) };
}
