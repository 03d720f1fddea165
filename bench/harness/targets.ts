import type { GrowthFigures } from '../growth/figures.ts';
import { type Pick, type Round, ratiosOf, type Spread, valuesOf } from './figures.ts';
import { PAUSE_SECONDS, PAUSES } from './pause.ts';
import { FLOOR, LATCHKEY, STOCK } from './servers.ts';
import { SUSTAINED_SECONDS } from './sustained-load.ts';

export interface Verdict {
  figure: string;
  goal: string;
  /** Text with the minimum and maximum of the rounds. */
  measured: string;
  /** `undefined` if it was not measured. */
  met: boolean | undefined;
}

const perSecond =
  (name: string): Pick =>
  ({ perSecond }) =>
    perSecond[name];
const p99 =
  (name: string): Pick =>
  ({ p99 }) =>
    p99[name];

/** Judges each goal by the median over the rounds. */
export function verdictsOf(rounds: readonly Round[], growth: GrowthFigures, pageScript: number): Verdict[] {
  const ratio = (figure: string, bound: Bound, to: string, pick: Pick) =>
    judge(figure, bound, ` × ${to}`, ratiosOf(rounds, LATCHKEY, to, pick));
  return [
    ...[16, 64].flatMap((connections) => {
      const [figure, pick] = [`signed in, ${connections} connections`, perSecond(`in-${connections}`)];
      return [
        ratio(figure, atLeast(1), FLOOR, pick),
        ratio(figure, atLeast(4), STOCK, pick),
        ratio(figure, atLeast(3), 'teams-apps', pick),
        ratio(figure, atLeast(3), 'agents', pick),
      ];
    }),
    ...[16, 64].map((connections) =>
      ratio(`search by HTTP, ${connections} connections`, atLeast(0.9), FLOOR, perSecond(`http-${connections}`)),
    ),
    ...[16, 64].flatMap((connections) => {
      const [figure, pick] = [`signed out, ${connections} connections`, perSecond(`out-${connections}`)];
      return [ratio(figure, atLeast(1.2), FLOOR, pick), ratio(figure, atLeast(6), STOCK, pick)];
    }),
    ratio('every token new, 16 connections', atLeast(0.75), FLOOR, perSecond('new-16')),
    ratio('p99, 16 connections', atMost(1.3), FLOOR, p99('p99-16')),
    ratio('p99, 64 connections', atMost(1.3), FLOOR, p99('p99-64')),
    ratio('p99, open loop at 600/s', atMost(1.3), FLOOR, p99('open-600')),
    ratio(memoryFigure(rounds), atMost(1.7), FLOOR, ({ sustained }) => sustained?.memory),
    ratio('cold start to the first answered query', atMost(0.4), STOCK, ({ coldStart }) => coldStart),
    judge(
      pauseFigure(rounds),
      exactly(1),
      '',
      valuesOf(rounds, LATCHKEY, ({ pause }) => pause?.handshakes),
    ),
    ...growth.stores.map(({ store, ratio: found, sizes }) =>
      judge(`CPU per query, ${sizes.at(-1)} credentials (${store})`, atMost(1.15), ` × ${sizes[0]}`, found),
    ),
    judge('two processes on Redis', atLeast(1.8), ' × one', growth.twoProcesses),
    judge('refreshes for 200 queries of one expired user', exactly(1), '', growth.refreshes),
    judge('page script, gzip', atMost(20_000), ' bytes', one(pageScript)),
  ];
}

/** Says so if the load was shorter. */
function memoryFigure(rounds: readonly Round[]): string {
  const seconds = valuesOf(rounds, LATCHKEY, ({ sustained }) => sustained?.seconds)?.median ?? SUSTAINED_SECONDS;
  const figure = `memory after ${SUSTAINED_SECONDS} s of load`;
  return seconds < SUSTAINED_SECONDS ? `${figure} (here ${short(seconds)} s)` : figure;
}

function pauseFigure(rounds: readonly Round[]): string {
  const pause = rounds.map((round) => round[LATCHKEY]?.pause).find((found) => found !== undefined);
  const searches = pause?.searches ?? PAUSES + 1;
  return `TLS handshakes for ${searches} searches, ${pause?.pauseSeconds ?? PAUSE_SECONDS} s apart`;
}

interface Bound {
  message: string;
  holds(value: number): boolean;
}

const atLeast = (value: number): Bound => ({ message: `≥ ${value}`, holds: (measured) => measured >= value });
const atMost = (value: number): Bound => ({ message: `≤ ${value}`, holds: (measured) => measured <= value });
const exactly = (value: number): Bound => ({ message: `${value}`, holds: (measured) => measured === value });

function judge(figure: string, bound: Bound, unit: string, found: Spread | undefined): Verdict {
  const goal = `${bound.message}${unit}`;
  if (!found) return { figure, goal, measured: 'not measured', met: undefined };
  return { figure, goal, measured: withSpread(found), met: bound.holds(found.median) };
}

export function withSpread({ median, least, most }: Spread): string {
  const text = short(median);
  return least === most ? text : `${text} (${short(least)} – ${short(most)})`;
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toFixed(2)));
}

/** A value that was measured once. */
export function one(value: number): Spread {
  return { median: value, least: value, most: value };
}

/** The server's own number if there is no server to compare with. */
export function own(rounds: readonly Round[], server: string, pick: Pick): string {
  const found = valuesOf(rounds, server, pick);
  return found ? withSpread(found) : '–';
}
