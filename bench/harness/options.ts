import { parseArgs } from 'node:util';

export interface Options {
  /** Sends a few requests per case to check the responses. Its speed means nothing. */
  quick: boolean;
  rounds: number;
  /** Per case. */
  seconds: number;
  warmUpSeconds: number;
  /** Names of servers or cases; empty means all. */
  servers: readonly string[];
  cases: readonly string[];
  /** By default wrk if it is installed. */
  load: 'wrk' | 'autocannon' | undefined;
  /** Adds the rest of the table: store sizes, two processes, a refresh stampede, sign-ins. */
  growth: boolean;
  /** Only profiles these servers and cases. */
  profile: boolean;
  /** Skips the comparison. `loader` measures only what the bench's own loader costs, `people` only what a person waits
   * for, in a browser. */
  only: (typeof PARTS)[number] | undefined;
  /** For `--only people`: what the network adds, in milliseconds. */
  roundTripMs: number;
  /** The path of RESULTS.md; `-` writes no file. */
  out: string;
}

export const USAGE = `npm run bench -- [--quick] [--rounds 5] [--seconds 5] [--warm-up 2] [--servers a,b] [--cases a,b]
  [--load wrk|autocannon] [--growth | --only growth | --only loader | --only people [--round-trip 40] | --profile]
  [--out bench/RESULTS.md | --out -]`;

const PARTS = ['growth', 'loader', 'people'] as const;

/** @throws {TypeError} for an unknown option */
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
      'round-trip': { type: 'string' },
      out: { type: 'string' },
    },
  });
  const { quick } = values;
  if (values.load !== undefined && values.load !== 'wrk' && values.load !== 'autocannon') throw new TypeError('--load');
  const { only } = values;
  const part = PARTS.find((name) => name === only);
  if (only !== part) throw new TypeError(`--only accepts ${PARTS.join(', ')}`);
  return {
    quick,
    rounds: number(values.rounds, quick ? 1 : 5),
    seconds: number(values.seconds, 5),
    warmUpSeconds: number(values['warm-up'], 2),
    servers: list(values.servers),
    cases: list(values.cases),
    load: quick ? 'autocannon' : values.load,
    growth: values.growth || only === 'growth',
    profile: values.profile,
    only: part,
    roundTripMs: number(values['round-trip'], 40),
    // The numbers of a quick run are useless.
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
