import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './bench.ts';
import { load, type RequestSets, requestSets } from './case-load.ts';
import { type Case, casesHere } from './cases.ts';
import { SERVER_CORE } from './cores.ts';
import { LATCHKEY, type Server, startServer } from './servers.ts';

/** The format of `--cpu-prof`. */
interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
}

const MAX_ENTRIES = 40;

/** `--profile`: the time of each function; by default of Latchkey with a signed-in user and 16 connections. */
export async function profile(bench: Bench): Promise<void> {
  const { options, servers } = bench;
  const cases = casesHere(options.quick, options.cases.length > 0 ? options.cases : ['in-16']);
  const sets = await requestSets(bench, cases);
  const chosen = servers.filter(({ name }) => options.servers.length > 0 || name === LATCHKEY);
  for (const server of chosen) for (const each of cases) await profileOne(bench, server, each, sets);
}

async function profileOne(bench: Bench, server: Server, each: Case, sets: RequestSets): Promise<void> {
  const { environment, options } = bench;
  const folder = join(environment.folder, `${server.name}-${each.name}`);
  mkdirSync(folder);
  const nodeOptions = ['--cpu-prof', `--cpu-prof-dir=${folder}`];
  const running = await startServer(server, each.workload, environment, SERVER_CORE, nodeOptions);
  const one = { perSecond: {}, p50: {}, p99: {}, cpu: {} };
  const { requests } = await load(bench, running, each, sets, one, options.seconds).finally(() => running.stop());
  const [file] = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
  if (!file) throw new Error(`${server.name} left no profile`);
  const found = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile;
  console.log(`${server.name}, ${each.name}: ${requests} queries; microseconds for each, in the function itself`);
  for (const [name, time] of selfTimes(found).slice(0, MAX_ENTRIES)) {
    console.log(`  ${(time / requests).toFixed(1).padStart(7)}  ${name}`);
  }
}

/** Microseconds by function and place, largest first, without idle time. */
function selfTimes({ nodes, samples, timeDeltas }: CpuProfile): [string, number][] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const times = new Map<string, number>();
  for (const [at, id] of samples.entries()) {
    const name = names.get(id) ?? '';
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[at] ?? 0));
  }
  times.delete('(idle)');
  return [...times].sort(([, a], [, b]) => b - a);
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const name = functionName || '(anonymous)';
  const place = url.replace(/^.*\/(dist|node_modules)\//, '');
  return place ? `${name}  ${place}:${lineNumber + 1}` : name;
}
