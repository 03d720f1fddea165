import type { NetworkTraffic } from './delay-proxy.ts';

/** One wait of a person. */
export interface Sample extends NetworkTraffic {
  milliseconds: number;
}

/** What a person does, in the order of the table. */
export const STEPS = {
  proven: 'sign-in, proven',
  confirmed: 'sign-in, confirmed',
  guarded: 'sign-in, with the identity check',
  fast: 'typing fast in Teams',
  slow: 'typing slowly in Teams',
  fastLetters: 'a query for each letter, 80 ms apart',
  slowLetters: 'a query for each letter, 200 ms apart',
  open: 'a search',
  idle: 'the first search after five minutes',
} as const;

export type Step = keyof typeof STEPS;

/** The samples of one server, one for each round. */
export type StepSamples = Partial<Record<Step, Sample[]>>;

export interface PeopleFigures {
  rounds: number;
  /** Milliseconds that the network adds. */
  roundTripMs: number;
  latchkey: StepSamples;
  stock: StepSamples;
}
