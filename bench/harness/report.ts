import { readFileSync } from 'node:fs';
import type { GrowthFigures } from '../growth/figures.ts';
import { HANDSHAKE_ROUND_TRIPS } from '../people/delay-proxy.ts';
import { type PeopleFigures, type Sample, STEPS, type Step } from '../people/figures.ts';
import type { Bench } from './bench.ts';
import { CASES, type Case, isLatencyCase } from './cases.ts';
import { type Round, ratiosOf, type Spread, spreadOf } from './figures.ts';
import { commandLine, describeMachine, machineName } from './machine.ts';
import { FLOOR, STOCK } from './servers.ts';
import { own, type Verdict, withSpread } from './targets.ts';

/** All results as Markdown.
 * @param previous the text of the last report: `--only people` measured one of its sections */
export function report(
  previous: string,
  bench: Bench,
  rounds: readonly Round[],
  growth: GrowthFigures,
  verdicts: readonly Verdict[],
): string {
  const sections = [
    '# What the bench measured\n\nWritten by `npm run bench`; [README.md](README.md) says how to read it.',
    describeMachine(bench),
    `## Goals\n\n${goalTable(verdicts)}`,
    ...(rounds.length > 0 ? comparison(bench, rounds) : []),
    ...growthSections(growth),
    ...peopleSection(previous),
    findings(),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** Notes on missed goals. They have their own file, because this report is overwritten. */
function findings(): string {
  return readFileSync(new URL('../../../bench/FINDINGS.md', import.meta.url), 'utf8').trim();
}

export function goalTable(verdicts: readonly Verdict[]): string {
  const message = (met: boolean | undefined) => (met === undefined ? 'open' : met ? 'met' : '**missed**');
  const rows = verdicts.map(({ figure, goal, measured, met }) => [figure, goal, measured, message(met)]);
  return table(['figure', 'goal', 'measured: median (least – most)', 'verdict'], rows);
}

function comparison({ servers }: Bench, rounds: readonly Round[]): string[] {
  const names = servers.map(({ name }) => name);
  const measured = CASES.filter(({ name }) =>
    rounds.some((round) => Object.values(round).some((one) => one.perSecond[name])),
  );
  const byCase = (cell: (server: string, name: string) => string, cases: readonly Case[] = measured) =>
    table(
      ['case', ...names],
      cases.map(({ name }) => [name, ...names.map((server) => cell(server, name))]),
    );
  const throughput = measured.filter(({ latency }) => !latency);
  const closed = byCase((server, name) => own(rounds, server, ({ perSecond }) => perSecond[name]), throughput);
  const ratios = byCase(
    (server, name) => text(ratiosOf(rounds, server, FLOOR, ({ perSecond }) => perSecond[name])),
    throughput,
  );
  const p99 = byCase((server, name) => own(rounds, server, ({ p99 }) => p99[name]), measured.filter(isLatencyCase));
  const cpu = byCase((server, name) => own(rounds, server, ({ cpu }) => cpu[name]));
  const rest = table(
    ['figure', ...names],
    [
      ['memory ready, MB', ...names.map((server) => own(rounds, server, (one) => megabytes(one.memoryReady)))],
      [
        'memory after all cases in the process, MB',
        ...names.map((server) => own(rounds, server, (one) => megabytes(one.memoryLoaded))),
      ],
      [
        'memory after the sustained load, MB',
        ...names.map((server) => own(rounds, server, ({ sustained }) => megabytes(sustained?.memory))),
      ],
      ['seconds of it', ...names.map((server) => own(rounds, server, ({ sustained }) => sustained?.seconds))],
      ['cold start, ms', ...names.map((server) => own(rounds, server, ({ coldStart }) => coldStart))],
    ],
  );
  const pauses = table(
    ['figure', ...names],
    [
      ['a search after a pause, ms', ...names.map((server) => own(rounds, server, ({ pause }) => pause?.median))],
      ['TLS handshakes', ...names.map((server) => own(rounds, server, ({ pause }) => pause?.handshakes))],
    ],
  );
  return [
    `## Side by side\n\n${servers.map(({ name, what: subject }) => `- \`${name}\`: ${subject}`).join('\n')}`,
    `### Answered queries a second, as a ratio to \`${FLOOR}\` in the same round\n\n${ratios}`,
    `### Answered queries a second\n\n${closed}`,
    `### p99, in milliseconds\n\n${p99}`,
    `### CPU of the server per query, in microseconds\n\n${cpu}`,
    `### Memory and start\n\n${rest}`,
    `### Searches by https, with pauses\n\n${pauses}`,
  ];
}

function growthSections({ stores, redis, simulated, twoProcessesNote, stampede, signIns }: GrowthFigures): string[] {
  const sections: string[] = [];
  for (const { store, sizes, cpu, seeding } of stores) {
    const rows = sizes.map((size, at) => [String(size), text(cpu[at])]);
    const made = `The largest was made in ${seeding.toFixed(1)} s.`;
    sections.push(`## Growth: ${store}\n\n${table(['linked credentials', 'CPU per query, µs'], rows)}\n\n${made}`);
  }
  if (redis) {
    const calls = Object.entries(redis.calls).map(([name, count]) => `${count.toFixed(2)} × ${name}`);
    const rows = simulated.map((each) => [
      String(each.instances),
      each.perSecond.toFixed(0),
      `${(each.redisBusy * 100).toFixed(0)} %`,
    ]);
    const cost = `A query is ${calls.join(', ')}: ${redis.microseconds.toFixed(1)} µs in commands, ${redis.cpu?.toFixed(1) ?? '?'} µs of CPU in all.`;
    sections.push(
      `## Many instances, on paper\n\n${cost} With a core for each instance and one Redis:\n\n${table(['instances', 'queries a second', 'Redis busy'], rows)}`,
    );
  }
  if (twoProcessesNote) sections.push(`Two processes on Redis were not measured: ${twoProcessesNote}.`);
  if (stampede) sections.push(`The 200 queries of one expired user were answered with ${counted(stampede)}.`);
  if (signIns) {
    const cpu = signIns.botCpu === undefined ? '' : `, ${signIns.botCpu.toFixed(1)} ms of the bot's CPU each`;
    sections.push(
      `${signIns.count} sign-ins, from the prompt to the results: ${signIns.perSecond.toFixed(1)} a second${cpu}; the rest is the local identity provider's.`,
    );
  }
  return sections;
}

function counted(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} × ${name}`)
    .join(', ');
}

const SIGN_IN_STEPS: ReadonlySet<Step> = new Set(['proven', 'confirmed', 'guarded']);

/** A row for each step and server. */
export function peopleTable({ latchkey, stock }: PeopleFigures): string {
  const rows = (Object.keys(STEPS) as Step[]).flatMap((step) => [
    [STEPS[step], 'Latchkey', ...peopleCells(latchkey[step], 'not measured')],
    [
      STEPS[step],
      STOCK,
      ...peopleCells(stock[step], SIGN_IN_STEPS.has(step) ? 'no sign-in of its own' : 'not measured'),
    ],
  ]);
  const head = ['what', 'server', 'ms', 'browser: requests', 'browser: kB', 'servers: requests', 'servers: kB'];
  return table(head, rows);
}

function peopleCells(samples: readonly Sample[] | undefined, reason: string): string[] {
  if (!samples) return [reason, '–', '–', '–', '–'];
  const spread = (pick: (sample: Sample) => number) => text(spreadOf(samples.map(pick)));
  return [
    spread(({ milliseconds }) => Math.round(milliseconds)),
    spread(({ browser }) => browser.requests),
    spread(({ browser }) => Math.round(browser.bytes / 100) / 10),
    spread(({ servers }) => servers.requests),
    spread(({ servers }) => Math.round(servers.bytes / 100) / 10),
  ];
}

const PEOPLE_HEADING = '## What a person waits for';

/** @param results the text of RESULTS.md
 * @returns it with this section in the place of the old one */
export function withPeople(results: string, figures: PeopleFigures): string {
  const [old] = peopleSection(results);
  const others = old === undefined ? results : results.replace(`${old}\n\n`, () => '');
  const section = [
    PEOPLE_HEADING,
    `${commandLine()}, ${new Date().toISOString().slice(0, 10)}: ${figures.rounds} rounds on ${machineName()}, Node ${process.versions.node}. ` +
      `Each part is behind ${figures.roundTripMs} ms of round-trip time, and a new connection waits ${HANDSHAKE_ROUND_TRIPS} round trips more. ` +
      'Median (least – most). [README.md](README.md#what-a-person-waits-for) says what is simulated.',
    peopleTable(figures),
  ].join('\n\n');
  const at = others.indexOf(findings().split('\n', 1)[0] ?? '');
  // The findings are the last part, and may be newer than this report.
  return `${at < 0 ? others : others.slice(0, at)}${section}\n\n${findings()}\n`;
}

/** The section of a report, in a list that is empty if it has none. */
function peopleSection(results: string): string[] {
  const section = new RegExp(`^${PEOPLE_HEADING}\\n[^]*?(?=\\n\\n## )`, 'm').exec(results);
  return section ? [section[0]] : [];
}

function text(spread: Spread | undefined): string {
  return spread ? withSpread(spread) : '–';
}

function megabytes(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : bytes / 1e6;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
