import { type Env, type ReportProblem, readInteger } from './env.ts';

/** What the bot exports by OTLP. The OpenTelemetry packages read the rest of the `OTEL_*` variables: addresses, headers,
 * certificates, the sampler, batches and the resource. */
export interface TelemetryConfig {
  /** `undefined`: the bot exports no traces. */
  traces: OtlpProtocol | undefined;
  /** `undefined`: the bot exports no metrics by OTLP. */
  metrics: OtlpProtocol | undefined;
  /** Milliseconds. */
  metricIntervalMs: number;
}

export type OtlpProtocol = (typeof PROTOCOLS)[number];

const PROTOCOLS = ['http/protobuf', 'http/json'] as const;
const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
];

/** Name and value. */
type Variable = readonly [name: string, value: string | undefined];

interface SignalVariables {
  exporter: Variable;
  /** The first that is set counts. */
  addresses: readonly Variable[];
  protocols: readonly Variable[];
}

/** Off without one of the variables that name a collector or the exporter `otlp`.
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
export function readTelemetry(env: Env, bad: ReportProblem): TelemetryConfig | undefined {
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return undefined;
  const address: Variable = ['OTEL_EXPORTER_OTLP_ENDPOINT', env.OTEL_EXPORTER_OTLP_ENDPOINT];
  const protocol: Variable = ['OTEL_EXPORTER_OTLP_PROTOCOL', env.OTEL_EXPORTER_OTLP_PROTOCOL];
  const traces = readSignal(
    {
      exporter: ['OTEL_TRACES_EXPORTER', env.OTEL_TRACES_EXPORTER],
      addresses: [['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT], address],
      protocols: [['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL], protocol],
    },
    bad,
  );
  const metrics = readSignal(
    {
      exporter: ['OTEL_METRICS_EXPORTER', env.OTEL_METRICS_EXPORTER],
      addresses: [['OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', env.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT], address],
      protocols: [['OTEL_EXPORTER_OTLP_METRICS_PROTOCOL', env.OTEL_EXPORTER_OTLP_METRICS_PROTOCOL], protocol],
    },
    bad,
  );
  if (traces) checkSampler(env, bad);
  const metricIntervalMs = metrics ? readInteger(env, 'OTEL_METRIC_EXPORT_INTERVAL', 60_000, 1, 999_999, bad) : 60_000;
  return traces || metrics ? { traces, metrics, metricIntervalMs } : undefined;
}

function readSignal(
  { exporter: [name, exporter], addresses, protocols }: SignalVariables,
  bad: ReportProblem,
): OtlpProtocol | undefined {
  const isOn = exporter ? exporter !== 'none' : addresses.some(([, address]) => address);
  if (!isOn) return undefined;
  if (exporter && exporter !== 'otlp') return bad(`${name} must be otlp or none`);
  for (const address of addresses) checkAddress(address, bad);
  return readProtocol(protocols, bad);
}

function checkAddress([name, value]: Variable, bad: ReportProblem): void {
  if (!value) return;
  const protocol = URL.canParse(value) ? new URL(value).protocol : '';
  if (!['http:', 'https:'].includes(protocol))
    bad(`${name} must be an http or https URL, such as http://127.0.0.1:4318`);
}

function readProtocol(variables: readonly Variable[], bad: ReportProblem): OtlpProtocol | undefined {
  const [name, value] = variables.find(([, each]) => each) ?? [];
  if (!value) return 'http/protobuf';
  const protocol = PROTOCOLS.find((each) => each === value);
  return protocol ?? bad(`${name} must be ${PROTOCOLS.join(' or ')}: the bot does not speak gRPC`);
}

function checkSampler(env: Env, bad: ReportProblem): void {
  const [sampler, ratio] = [env.OTEL_TRACES_SAMPLER, env.OTEL_TRACES_SAMPLER_ARG];
  if (!sampler) return;
  if (!SAMPLERS.includes(sampler)) bad(`OTEL_TRACES_SAMPLER must be one of ${SAMPLERS.join(', ')}`);
  if (sampler.endsWith('traceidratio') && !(ratio && Number(ratio) >= 0 && Number(ratio) <= 1))
    bad(`OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1 with OTEL_TRACES_SAMPLER=${sampler}`);
}
