import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ADA } from '../../local/people.ts';
import { freePorts } from '../../local/processes.ts';
import { type Prometheus, startPrometheus } from '../support/network/prometheus.ts';
import { ROOT, read } from '../support/project/files.ts';
import { anchorsOf } from '../support/project/markdown.ts';
import { describeWithPrometheus } from '../support/requirements.ts';
import { wikiControl } from '../support/wiki/wiki-control.ts';
import { eventually, startWorld, type World } from '../support/world/world.ts';

const RULES = 'deploy/prometheus/latchkey.rules.yml';

interface Rule {
  alert: string;
  expr: string;
  annotations: { summary: string; runbook_url: string };
}

interface Panel {
  title: string;
  targets: { expr: string }[];
}

const rules = (parse(read(RULES)) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(read('deploy/grafana/latchkey.json')) as {
  panels: Panel[];
  templating: { list: { name: string; query: string }[] };
};
const panels = dashboard.panels.flatMap(({ title, targets }) =>
  targets.map(({ expr }): [string, string] => [title, filledIn(expr)]),
);

/** As Grafana replaces them. */
function filledIn(query: string): string {
  return query
    .replaceAll('$__rate_interval', '5m')
    .replaceAll('$job', 'latchkey')
    .replaceAll('$connection', 'wiki|handbook');
}

/** The series that a query reads, and those with the labels that it groups by. */
function selectorsOf(query: string): string[] {
  const read = query.match(/\b(?:latchkey|process|nodejs)_\w+\{[^}]*\}|\bup\{[^}]*\}/g) ?? [];
  const groups = query.matchAll(/\bby \(([^)]*)\) \((?:\w+\()?(\w+)\{/g);
  const grouped = [...groups].flatMap(([, labels = '', metric]) =>
    labels.split(/,\s*/).map((label) => `${metric}{${label}!=""}`),
  );
  return [...read, ...grouped];
}

test.each(rules)('$alert leads to a section of a page', ({ annotations }) => {
  const [path = '', anchor = ''] = annotations.runbook_url.split('#');
  expect(anchorsOf({ path, text: read(path) })).toContain(anchor);
});

describeWithPrometheus('Prometheus', () => {
  test('promtool finds no fault in the rules, and each alert fires when it should', () => {
    for (const args of [
      ['check', 'rules', join(ROOT, RULES)],
      ['test', 'rules', join(import.meta.dirname, 'prometheus.rules.yml')],
    ]) {
      const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
      expect([status, stdout + stderr]).toEqual([0, expect.stringContaining('SUCCESS')]);
    }
  });

  let world: World;
  let prometheus: Prometheus;
  beforeAll(async () => {
    const [port] = await freePorts(1);
    world = await startWorld({ botEnv: { METRICS_PORT: String(port) } });
    prometheus = await startPrometheus(`127.0.0.1:${port}`, join(ROOT, RULES));
    await eventually(() => prometheus.query('up{job="latchkey"} == 1'), isFound);
    await world.signIn(ADA);
    await wikiControl(world.wikiUrl).fault({ status: 503 });
    await world.search(ADA, { text: 'hornets' });
    await world.search(ADA, { text: 'celtics' });
    await world.post(ADA, { text: 'x' }, undefined, { headers: { authorization: 'Bearer e30.e30.' } });
    // A rate needs two scrapes that contain the series, with different values.
    const calls = 'latchkey_source_call_seconds_count{outcome="answered"}';
    await eventually(() => prometheus.query(calls), isFound);
    await world.search(ADA, { text: 'lakers' });
    await eventually(() => prometheus.query(`rate(${calls}[5m]) > 0`), isFound);
    await eventually(() => prometheus.query('min(count_over_time(latchkey_refused_total[5m])) >= 2'), isFound);
  });
  afterAll(async () => {
    await prometheus?.stop();
    await world?.stop();
  });

  const isFound = (samples: readonly unknown[]) => samples.length > 0;

  async function missingIn(query: string): Promise<string[]> {
    const selectors = selectorsOf(query);
    const found = await Promise.all(selectors.map((selector) => prometheus.query(`count(${selector})`)));
    return selectors.filter((_, at) => found[at]?.length === 0);
  }

  test.each(panels)('the dashboard’s query for “%s” returns values: %s', async (_, query) => {
    expect(selectorsOf(query)).not.toEqual([]);
    expect(await missingIn(query)).toEqual([]);
    expect((await prometheus.query(query)).map(({ value }) => Number.isNaN(Number(value[1])))).toContain(false);
  });

  test('the dashboard defines the variables of its queries, and they have values', async () => {
    const used = panels.length > 0 && JSON.stringify(dashboard.panels).match(/\$\{?(?!__)\w+/g);
    const named = dashboard.templating.list.map(({ name }) => name);
    expect([...new Set((used || []).map((name) => name.replace(/\W/g, '')))].sort()).toEqual(named.toSorted());
    for (const { query } of dashboard.templating.list) {
      const [, series, label] = /^label_values\((.*), (\w+)\)$/.exec(filledIn(query)) ?? [];
      if (series) expect(await prometheus.query(`count by (${label}) (${series})`)).not.toEqual([]);
    }
  });

  test.each(rules)('the series of the alert $alert exist', async ({ expr }) => {
    expect(selectorsOf(expr)).not.toEqual([]);
    expect(await missingIn(expr)).toEqual([]);
  });

  test('control: the test finds a metric, a label or a value that does not exist', async () => {
    const query = `sum by (place) (rate(latchkey_made_up_total{job="latchkey"}[5m]))
      + sum by (place) (rate(latchkey_refused_total{status="999"}[5m]))
      + sum by (status) (rate(latchkey_refused_total{job="latchkey"}[5m]))`;
    expect(await missingIn(query)).toEqual([
      'latchkey_made_up_total{job="latchkey"}',
      'latchkey_refused_total{status="999"}',
      'latchkey_made_up_total{place!=""}',
      'latchkey_refused_total{place!=""}',
    ]);
  });

  test('Prometheus evaluates every rule', async () => {
    const states = await eventually(
      () => prometheus.rules(),
      (all) => all.every(({ health }) => health !== 'unknown'),
    );
    expect(states.map(({ name, health, lastError }) => [name, health, lastError])).toEqual(
      rules.map(({ alert }) => [alert, 'ok', undefined]),
    );
  });

  test('when the bot stops, its alert is pending', async () => {
    await world.bot.stop();
    await eventually(() => prometheus.query('ALERTS{alertname="LatchkeyDown"}'), isFound);
  });
});
