import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { ADA, GRACE } from '../../../local/people.ts';
import { freePorts } from '../../../local/processes.ts';
import { type ExportedPoint, type ExportedSpan, startCollector } from '../../support/network/otlp-collector.ts';
import { patient } from '../../support/patience.ts';
import { leaksIn, lineFor, logLines } from '../../support/process/log.ts';
import { wikiControl } from '../../support/wiki/wiki-control.ts';
import { type AnotherBot, withAnotherBot } from '../../support/world/another-bot.ts';
import { eventually, startWorld, type World } from '../../support/world/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-traces-'));
const auditLog = join(folder, 'audit.jsonl');
let world: World;
let collector: Awaited<ReturnType<typeof startCollector>>;
let metricsUrl: string;
/** All secret or personal data in the requests of this file. */
const used = ['celtics', 'hornets', 'srsearch', 'ticket=', '127.0.0.1'];

const FAST = { OTEL_BSP_SCHEDULE_DELAY: '50', OTEL_METRIC_EXPORT_INTERVAL: '200', OTEL_EXPORTER_OTLP_TIMEOUT: '500' };

beforeAll(async () => {
  const [port] = await freePorts(1);
  metricsUrl = `http://localhost:${port}/metrics`;
  collector = await startCollector();
  world = await startWorld({
    botEnv: {
      METRICS_PORT: String(port),
      AUDIT_LOG: auditLog,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
      ...FAST,
    },
  });
  await world.signIn(ADA);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await world?.stop();
  await collector?.close();
});

const isSearch = ({ name }: ExportedSpan) => name === 'composeExtension/query';
const childrenOf = ({ spanId }: ExportedSpan) =>
  collector.spans().filter(({ parentSpanId }) => parentSpanId === spanId);
const newestSearch = () => collector.spans().filter(isSearch).at(-1);

/** The span of the invoke with this source call, once both are exported. */
async function searchWith(traceparent: string | undefined): Promise<ExportedSpan> {
  const [, traceId, spanId] = traceparent?.split('-') ?? [];
  const ofTrace = () => collector.spans().filter((span) => span.traceId === traceId);
  const spans = await eventually(ofTrace, (found) => found.some(isSearch) && found.some((s) => s.spanId === spanId));
  return spans.find(isSearch) as ExportedSpan;
}

async function wikiCall(): Promise<string | undefined> {
  const calls = await wikiControl(world.wikiUrl).takeCalls();
  return calls.at(-1)?.traceparent;
}

describe('traces', () => {
  test('a line of the audit log has the trace of the sign-in', async () => {
    const lines = readFileSync(auditLog, 'utf8').trimEnd().split('\n');
    const { trace_id: traceId } = lines
      .map((line) => JSON.parse(line))
      .find(({ event }) => event === 'signin.completed');
    expect(traceId).toMatch(/^[\da-f]{32}$/);
    await eventually(
      () => collector.spans(),
      (spans) => spans.some((span) => span.traceId === traceId),
    );
  });

  test('a search is a trace: the invoke, with child spans for the store and the source, which gets a sampled trace', async () => {
    await wikiCall();
    await world.search(ADA, { text: 'celtics' });
    const traceparent = await wikiCall();
    expect(traceparent).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/);
    const invoke = await searchWith(traceparent);
    expect(invoke).toMatchObject({
      parentSpanId: '',
      attributes: { 'http.route': '/api/messages', 'http.response.status_code': 200 },
      resource: { 'service.name': 'latchkey', 'deployment.environment.name': 'test' },
      status: 0,
    });
    const children = childrenOf(invoke);
    expect(children.map(({ name }) => name).sort()).toEqual(['source search', 'store links.isStored']);
    expect(new Set(children.map(({ traceId }) => traceId))).toEqual(new Set([invoke.traceId]));
    const source = children.find(({ name }) => name === 'source search');
    expect(source?.attributes).toEqual({ 'latchkey.connection': 'wiki', 'latchkey.outcome': 'answered' });
    expect(traceparent).toContain(source?.spanId);
  });

  test('a sign-in makes traces of the page calls, with the calls of the provider and the store', async () => {
    await world.signIn(GRACE);
    const completed = await eventually(
      () => collector.spans().filter(({ name }) => name === 'POST /auth/api/complete'),
      (spans) => spans.length >= 1,
    );
    const last = completed.at(-1) as ExportedSpan;
    const children = await eventually(
      () => childrenOf(last).map(({ name }) => name),
      (names) => names.includes('provider exchange'),
    );
    expect(children).toEqual(
      expect.arrayContaining(['store transactions.take', 'provider exchange', 'store links.put']),
    );
  });

  test('a failure is an error in the trace, and its reference leads to the log line with the trace’s id', async () => {
    await wikiCall();
    await wikiControl(world.wikiUrl).fault({ status: 503 });
    const { text = '' } = await world.search(ADA, { text: 'hornets' });
    const invoke = await searchWith(await wikiCall());
    const line = lineFor(world.bot.output(), text);
    expect(line).toMatchObject({ reference: expect.any(String), trace_id: invoke.traceId, span_id: invoke.spanId });
    expect(invoke).toMatchObject({ status: 2, attributes: { 'latchkey.reference': line?.reference } });
    const source = childrenOf(invoke).find(({ name }) => name === 'source search');
    expect(source).toMatchObject({ status: 2, attributes: { 'latchkey.outcome': 'unavailable' } });
    const ofSignIn = logLines(world.bot.output()).find(({ event }) => event === 'signin.completed');
    expect(collector.spans().map(({ traceId }) => traceId)).toContain(ofSignIn?.trace_id);
  });

  test('T72: the sender of a request determines neither the trace id nor the sampling: its trace is a link', async () => {
    await wikiCall();
    const [traceId, spanId] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
    for (const header of [`00-${traceId}-${spanId}-00`, 'x', `00-${'0'.repeat(32)}-${spanId}-01`]) {
      await world.post(ADA, { text: 'celtics' }, undefined, { headers: { traceparent: header } });
      const traceparent = await wikiCall();
      expect(traceparent).toMatch(/-01$/);
      const invoke = await searchWith(traceparent);
      expect(invoke.traceId).not.toBe(traceId);
      expect(invoke.links).toEqual(header.startsWith('00-4') ? [{ traceId, spanId }] : []);
    }
  });

  test('a request that is refused at the gate makes no span', async () => {
    const headers = { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' };
    await world.search(ADA, { text: 'celtics' });
    const before = (await eventually(newestSearch, (span) => span !== undefined))?.spanId;
    expect((await world.post(ADA, { text: 'x' }, undefined, { headers })).status).toBe(403);
    await world.search(ADA, { text: 'celtics' });
    await eventually(newestSearch, (span) => span?.spanId !== before);
    const statuses = collector.spans().map(({ attributes }) => attributes['http.response.status_code']);
    expect(statuses).not.toContain(403);
  });
});

describe('metrics', () => {
  /** The name of an OTLP series in Prometheus. */
  function translated({ name, unit, attributes, bounds }: ExportedPoint): string {
    const base = name.replaceAll('.', '_') + (unit === 's' ? '_seconds' : '');
    const labels = Object.entries(attributes).sort(([a], [b]) => a.localeCompare(b));
    return `${base}${bounds.length > 0 ? '_count' : '_total'}{${labels.map(([key, value]) => `${key}="${value}"`)}}`;
  }

  async function scraped(): Promise<Map<string, number>> {
    const lines = (await (await fetch(metricsUrl)).text()).split('\n');
    const wanted = lines.filter((line) => /^latchkey_\w+(_count|_total)\{/.test(line));
    return new Map(
      wanted.map((line) => {
        const [, name, labels = '', value] = /^(\w+)\{(.*)\} (\S+)$/.exec(line) ?? [];
        return [`${name}{${labels.split(',').sort().join(',')}}`, Number(value)];
      }),
    );
  }

  test('OTLP exports the series that Prometheus scrapes, with the same labels and values', async () => {
    await wikiControl(world.wikiUrl).fault({ status: 503 });
    await world.search(ADA, { text: 'hornets' });
    await world.post(ADA, { text: 'x' }, undefined, { headers: { authorization: 'Bearer e30.e30.' } });
    const exported = () => new Map(collector.points().map((point) => [translated(point), point.value]));
    const sorted = (series: Map<string, number>) => [...series].sort(([a], [b]) => a.localeCompare(b));
    const expected = sorted(await scraped());
    expect(expected.map(([name]) => name.split('{')[0])).toEqual(
      expect.arrayContaining([
        'latchkey_activity_seconds_count',
        'latchkey_source_call_seconds_count',
        'latchkey_security_events_total',
        'latchkey_refused_total',
        'latchkey_failures_total',
      ]),
    );
    const same = (series: Map<string, number>) => JSON.stringify(sorted(series)) === JSON.stringify(expected);
    expect(sorted(await eventually(exported, same))).toEqual(expected);
  });
});

test('T72: the export contains no secret or personal data', async () => {
  await world.search(ADA, { text: 'celtics trade plan' });
  const everything = collector.received();
  expect(everything.length).toBeGreaterThan(10_000);
  // The name of the service is also the password of the cast.
  expect(leaksIn(everything.replaceAll('"latchkey"', ''), used)).toEqual([]);
});

describe('other settings', () => {
  const others: (typeof collector)[] = [];
  afterEach(async () => {
    for (const other of others.splice(0)) await other.close();
  });

  async function startOther(): Promise<typeof collector> {
    const other = await startCollector();
    others.push(other);
    return other;
  }

  const searchAt = ({ url }: AnotherBot) => world.search(ADA, { text: 'lakers' }, url);
  const traced = (change: Record<string, string>) => ({
    ...FAST,
    METRICS_PORT: '',
    OTEL_METRICS_EXPORTER: 'none',
    ...change,
  });

  test('by default the bot exports nothing, and the API of a source gets no trace', async () => {
    await wikiCall();
    await withAnotherBot(world, { OTEL_SDK_DISABLED: 'true', METRICS_PORT: '' }, async (bot) => {
      expect((await searchAt(bot)).type).toBe('result');
      expect(await wikiCall()).toBeUndefined();
      expect(bot.output()).not.toContain('trace_id');
    });
  });

  test('a sampler that samples nothing: no span, and the source gets an unsampled trace; the log still has the trace’s id', async () => {
    const other = await startOther();
    await wikiCall();
    const change = traced({ OTEL_EXPORTER_OTLP_ENDPOINT: other.url, OTEL_TRACES_SAMPLER: 'always_off' });
    await withAnotherBot(world, change, async (bot) => {
      await wikiControl(world.wikiUrl).fault({ status: 503 });
      const { text = '' } = await searchAt(bot);
      const traceparent = await wikiCall();
      expect(traceparent).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-00$/);
      expect(lineFor(bot.output(), text)?.trace_id).toBe(traceparent?.slice(3, 35));
    });
    expect(other.requests()).toEqual([]);
  });

  test('Protobuf is the default, and the bot exports the rest when it stops', async () => {
    const other = await startOther();
    const change = traced({
      OTEL_EXPORTER_OTLP_ENDPOINT: '',
      OTEL_EXPORTER_OTLP_PROTOCOL: '',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${other.url}/v1/traces`,
      OTEL_BSP_SCHEDULE_DELAY: '60000',
    });
    await withAnotherBot(world, change, async (bot) => {
      expect((await searchAt(bot)).type).toBe('result');
      expect(other.requests()).toEqual([]);
    });
    expect(other.requests()).toEqual([{ path: '/v1/traces', contentType: 'application/x-protobuf' }]);
    expect(other.received()).toContain('composeExtension/query');
  });

  test('a collector that is down does not slow searches; the log says so once, and again when it is back', async () => {
    const other = await startOther();
    other.answer(404);
    const change = traced({ OTEL_EXPORTER_OTLP_ENDPOINT: other.url });
    await withAnotherBot(world, change, async (bot) => {
      const said = (message: string) => logLines(bot.output()).filter(({ msg }) => msg === message);
      const down = () => said('the OTLP collector takes no telemetry');
      await eventually(
        async () => {
          expect((await searchAt(bot)).type).toBe('result');
          return down();
        },
        (lines) => lines.length > 0,
      );
      for (let count = 0; count < 5; count++) expect((await searchAt(bot)).type).toBe('result');
      expect(down()).toEqual([expect.objectContaining({ signal: 'traces', status: 404 })]);
      other.answer(200);
      await eventually(
        async () => {
          await searchAt(bot);
          return said('the OTLP collector takes telemetry again');
        },
        (lines) => lines.length > 0,
      );
    });
  });

  test('a collector that never answers does not delay the end of the bot', async () => {
    const [nobody] = await freePorts(1);
    const change = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${nobody}`, METRICS_PORT: '' };
    let began = 0;
    await withAnotherBot(world, { ...change, OTEL_EXPORTER_OTLP_TIMEOUT: '60000' }, async (bot) => {
      expect((await searchAt(bot)).type).toBe('result');
      began = performance.now();
    });
    expect(performance.now() - began).toBeLessThan(patient(10_000));
  });
});
