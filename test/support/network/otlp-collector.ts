import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

type Attributes = Record<string, string | number | boolean>;

/** A span as the collector read it. */
export interface ExportedSpan {
  name: string;
  traceId: string;
  spanId: string;
  /** Empty for the first span of a trace. */
  parentSpanId: string;
  attributes: Attributes;
  links: { traceId: string; spanId: string }[];
  /** 2 is an error. */
  status: number;
  resource: Attributes;
}

/** A data point of a counter or a histogram: `value` is the sum or the count. */
export interface ExportedPoint {
  name: string;
  unit: string;
  attributes: Attributes;
  value: number;
  bounds: number[];
}

interface Collector {
  url: string;
  spans(): ExportedSpan[];
  /** The newest value of each series. */
  points(): ExportedPoint[];
  /** All received data. */
  received(): string;
  /** Content types and paths of all requests. */
  requests(): { path: string; contentType: string }[];
  /** From now on answers every request with this status. */
  answer(status: number): void;
  close(): Promise<void>;
}

/** An OTLP/HTTP collector on loopback that reads JSON, as the OTLP specification defines it. Other bodies are only counted.
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp */
export async function startCollector(): Promise<Collector> {
  const bodies: { path: string; contentType: string; body: string }[] = [];
  let status = 200;
  const server = createServer(async (request, response) => {
    const { path, contentType } = describeRequest(request);
    const body = await text(request);
    const isKnown = request.method === 'POST' && ['/v1/traces', '/v1/metrics'].includes(path);
    if (isKnown && status === 200) bodies.push({ path, contentType, body });
    response.writeHead(isKnown ? status : 404, { 'Content-Type': contentType });
    response.end(contentType === 'application/json' ? '{}' : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const read = <T>(wanted: string): T[] =>
    bodies.filter(({ path }) => path === wanted).map(({ body }) => JSON.parse(body) as T);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => read<TracesRequest>('/v1/traces').flatMap(spansIn),
    points: () => newest(read<MetricsRequest>('/v1/metrics').flatMap(pointsIn)),
    received: () => bodies.map(({ body }) => body).join('\n'),
    requests: () => bodies.map(({ path, contentType }) => ({ path, contentType })),
    answer: (next) => {
      status = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function describeRequest({ url = '', headers }: IncomingMessage): { path: string; contentType: string } {
  return { path: url, contentType: headers['content-type'] ?? '' };
}

interface KeyValue {
  key: string;
  value: { stringValue?: string; intValue?: string | number; doubleValue?: number; boolValue?: boolean };
}

interface TracesRequest {
  resourceSpans: {
    resource: { attributes: KeyValue[] };
    scopeSpans: {
      spans: {
        name: string;
        traceId: string;
        spanId: string;
        parentSpanId?: string;
        attributes?: KeyValue[];
        links?: { traceId: string; spanId: string }[];
        status?: { code?: number };
      }[];
    }[];
  }[];
}

interface MetricsRequest {
  resourceMetrics: {
    scopeMetrics: {
      metrics: { name: string; unit?: string; sum?: { dataPoints: Point[] }; histogram?: { dataPoints: Point[] } }[];
    }[];
  }[];
}

interface Point {
  attributes?: KeyValue[];
  asDouble?: number;
  asInt?: string | number;
  count?: string | number;
  explicitBounds?: number[];
}

function spansIn({ resourceSpans }: TracesRequest): ExportedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ name, traceId, spanId, parentSpanId = '', attributes, links = [], status }) => ({
        name,
        traceId,
        spanId,
        parentSpanId,
        attributes: attributesOf(attributes),
        links: links.map((link) => ({ traceId: link.traceId, spanId: link.spanId })),
        status: status?.code ?? 0,
        resource: attributesOf(resource.attributes),
      })),
    ),
  );
}

function pointsIn({ resourceMetrics }: MetricsRequest): ExportedPoint[] {
  const metrics = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  return metrics.flatMap(({ name, unit = '', sum, histogram }) =>
    [...(sum?.dataPoints ?? []), ...(histogram?.dataPoints ?? [])].map((point) => ({
      name,
      unit,
      attributes: attributesOf(point.attributes),
      value: Number(point.count ?? point.asInt ?? point.asDouble),
      bounds: point.explicitBounds ?? [],
    })),
  );
}

function newest(points: readonly ExportedPoint[]): ExportedPoint[] {
  const series = new Map(points.map((point) => [JSON.stringify([point.name, point.attributes]), point]));
  return [...series.values()];
}

function attributesOf(entries: readonly KeyValue[] = []): Attributes {
  return Object.fromEntries(
    entries.map(({ key, value }) => [
      key,
      value.stringValue ?? value.boolValue ?? Number(value.intValue ?? value.doubleValue),
    ]),
  );
}
