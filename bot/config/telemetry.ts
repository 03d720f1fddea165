import { type Env, type ReportProblem, readInteger } from './env.ts';

/** What the bot exports by OTLP. The OpenTelemetry packages read the rest of the `OTEL_*` variables: addresses, headers,
 * certificates, the sampler, batches and the resource. */
export interface TelemetryConfig {
  /** `undefined`: the bot exports no traces. */
  traces: OtlpProtocol | undefined;
  /** `undefined`: the bot exports no metrics by OTLP. */
  metrics: OtlpProtocol | undefined;
  /** Milliseconds. */
  metricInterval: number;
}

export type OtlpProtocol = (typeof PROTOCOLS)[number];

type Signal = 'TRACES' | 'METRICS';

const PROTOCOLS = ['http/protobuf', 'http/json'] as const;
const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
];

/** Off without one of the variables that name a collector or the exporter `otlp`.
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
export function readTelemetry(env: Env, bad: ReportProblem): TelemetryConfig | undefined {
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return undefined;
  const traces = readSignal(env, 'TRACES', bad);
  const metrics = readSignal(env, 'METRICS', bad);
  if (traces) readSampler(env, bad);
  if (!traces && !metrics) return undefined;
  return { traces, metrics, metricInterval: readInteger(env, 'OTEL_METRIC_EXPORT_INTERVAL', 60_000, 1, 999_999, bad) };
}

function readSignal(env: Env, signal: Signal, bad: ReportProblem): OtlpProtocol | undefined {
  const exporterName = `OTEL_${signal}_EXPORTER`;
  const addressNames = [`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`, 'OTEL_EXPORTER_OTLP_ENDPOINT'];
  const exporter = env[exporterName] || (addressNames.some((name) => env[name]) ? 'otlp' : 'none');
  if (exporter === 'none') return undefined;
  if (exporter !== 'otlp') return bad(`${exporterName} must be otlp or none`);
  for (const name of addressNames) checkAddress(name, env[name], bad);
  return readProtocol(env, signal, bad);
}

function checkAddress(name: string, value: string | undefined, bad: ReportProblem): void {
  if (!value) return;
  const protocol = URL.canParse(value) ? new URL(value).protocol : '';
  if (!['http:', 'https:'].includes(protocol))
    bad(`${name} must be an http or https URL, such as http://127.0.0.1:4318`);
}

function readProtocol(env: Env, signal: Signal, bad: ReportProblem): OtlpProtocol | undefined {
  const names = [`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`, 'OTEL_EXPORTER_OTLP_PROTOCOL'];
  const name = names.find((each) => env[each]);
  if (name === undefined) return 'http/protobuf';
  const protocol = PROTOCOLS.find((each) => each === env[name]);
  return protocol ?? bad(`${name} must be ${PROTOCOLS.join(' or ')}: the bot does not speak gRPC`);
}

function readSampler(env: Env, bad: ReportProblem): void {
  const { OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: ratio } = env;
  if (!sampler) return;
  if (!SAMPLERS.includes(sampler)) bad(`OTEL_TRACES_SAMPLER must be one of ${SAMPLERS.join(', ')}`);
  if (sampler.endsWith('traceidratio') && !(ratio && Number(ratio) >= 0 && Number(ratio) <= 1))
    bad(`OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1 with OTEL_TRACES_SAMPLER=${sampler}`);
}
