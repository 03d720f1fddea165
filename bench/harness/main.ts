import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { NO_GROWTH } from '../growth/figures.ts';
import { measureGrowth } from '../growth/growth.ts';
import { seed } from '../growth/seed.ts';
import { compareLoaders } from '../load/own-cost.ts';
import { wrkVersion } from '../load/wrk.ts';
import { measurePeople } from '../people/people.ts';
import { SIGNED_IN } from '../workload/people.ts';
import type { Bench } from './bench.ts';
import { arePinned, LOAD_CORE, moveTo } from './cores.ts';
import { startEnvironment } from './environment.ts';
import type { Round } from './figures.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { pageScriptSize } from './page-script.ts';
import { profile } from './profile.ts';
import { goalTable, peopleTable, report, withPeople } from './report.ts';
import { runRound } from './rounds.ts';
import { LATCHKEY, LATCHKEY_REDIS, serversHere } from './servers.ts';
import { verdictsOf } from './targets.ts';

/** `npm run bench`: measures, prints the table of goals, and writes RESULTS.md. */
await run(optionsOrExit()).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

function optionsOrExit(): Options {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    process.exit(2);
  }
}

async function run(options: Options): Promise<void> {
  if (options.only === 'loader') return compareLoaders((text) => console.log(text));
  if (options.only === 'people') return runPeople(options);
  moveTo(LOAD_CORE);
  const environment = await startEnvironment();
  // On Ctrl+C, ends the started processes and deletes the temporary folder.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void environment.stop().finally(() => process.exit(130)));
  }
  try {
    const servers = serversHere(environment, options.servers);
    const load = options.load ?? (wrkVersion() ? 'wrk' : 'autocannon');
    const bench: Bench = { options, environment, servers, load, show: (text) => console.error(text) };
    if (!arePinned) bench.show('Nothing can be put on a core of its own here: the numbers will be worth less.');
    await signEverybodyIn(bench);
    if (options.profile) return await profile(bench);
    const rounds = options.only === 'growth' ? [] : await compare(bench);
    const growth = options.growth ? await measureGrowth(bench) : NO_GROWTH;
    const verdicts = verdictsOf(rounds, growth, pageScriptSize());
    console.log(goalTable(verdicts));
    if (options.quick) console.log('\nA quick run: every answer was right; the numbers mean nothing.');
    if (options.out !== '-')
      writeFileSync(options.out, report(lastReport(options.out), bench, rounds, growth, verdicts));
  } finally {
    await environment.stop();
  }
}

/** Needs none of the servers above, and replaces one section of the file. */
async function runPeople({ out, ...options }: Options): Promise<void> {
  const figures = await measurePeople(options, (text) => console.error(text));
  console.log(peopleTable(figures));
  if (out !== '-') writeFileSync(out, withPeople(lastReport(out), figures));
}

function lastReport(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** Each round runs every server. */
async function compare(bench: Bench): Promise<Round[]> {
  const { options } = bench;
  const rounds: Round[] = [];
  for (let at = 0; at < options.rounds; at++) {
    bench.show(`Round ${at + 1} of ${options.rounds}`);
    rounds.push(await runRound(bench, at));
  }
  return rounds;
}

/** For Latchkey, in each of its stores. The other servers fill their own Map. */
async function signEverybodyIn({ environment }: Bench): Promise<void> {
  for (const { name, env } of serversHere(environment, [])) {
    if (name !== LATCHKEY && name !== LATCHKEY_REDIS) continue;
    await seed(environment, String(env(environment).STORE_URL), 0, SIGNED_IN);
  }
}
