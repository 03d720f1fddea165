import { parseArgs } from 'node:util';

/** How long and how often, and what. */
export interface Options {
  /** A few requests of each: does it work, and are the answers right? Says nothing about speed. */
  quick: boolean;
  rounds: number;
  /** Of each case. */
  seconds: number;
  warmUpSeconds: number;
  /** Names of servers or cases; all where empty. */
  servers: readonly string[];
  cases: readonly string[];
  /** What makes the load; wrk where it is there, unless said. */
  load: 'wrk' | 'autocannon' | undefined;
  /** The rest of the table: stores of many sizes, two processes, a refresh stampede, sign-ins. */
  growth: boolean;
  /** Where the time goes in these servers and cases, and nothing else. */
  profile: boolean;
  /** Leave the comparison out. */
  only: 'growth' | undefined;
  /** Where RESULTS.md goes; nothing is written where it is `-`. */
  out: string;
}

export const USAGE = `npm run bench -- [--quick] [--rounds 5] [--seconds 5] [--warm-up 2] [--servers a,b] [--cases a,b]
  [--load wrk|autocannon] [--growth | --only growth | --profile] [--out bench/RESULTS.md | --out -]`;

/** @throws {TypeError} for an option that there is not */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      'warm-up': { type: 'string' },
      servers: { type: 'string', default: '' },
      cases: { type: 'string', default: '' },
      load: { type: 'string' },
      growth: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      only: { type: 'string' },
      out: { type: 'string' },
    },
  });
  const { quick } = values;
  if (values.load !== undefined && values.load !== 'wrk' && values.load !== 'autocannon') throw new TypeError('--load');
  if (values.only !== undefined && values.only !== 'growth') throw new TypeError('--only knows growth alone');
  return {
    quick,
    rounds: number(values.rounds, quick ? 1 : 5),
    seconds: number(values.seconds, 5),
    warmUpSeconds: number(values['warm-up'], 2),
    servers: list(values.servers),
    cases: list(values.cases),
    load: quick ? 'autocannon' : values.load,
    growth: values.growth || values.only === 'growth',
    profile: values.profile,
    only: values.only,
    // A quick run measures nothing that is worth keeping.
    out: values.out ?? (quick ? '-' : 'bench/RESULTS.md'),
  };
}

function number(text: string | undefined, fallback: number): number {
  const value = Number(text ?? fallback);
  if (!Number.isInteger(value) || value < 1) throw new TypeError(`${text} is no whole number above 0`);
  return value;
}

function list(text: string): string[] {
  return text.split(',').filter(Boolean);
}
