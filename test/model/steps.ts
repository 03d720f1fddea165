import fc from 'fast-check';

import { ASKERS, CONNECTIONS, type ConnectionId } from './cast.ts';

/** The steps of a random run. Numbers that choose among what exists count from the newest, so that a step still has a
 * meaning when a shrunk run has less to choose from, and 0 is the simplest choice. */
export type Step =
  | { do: 'search'; person: Sender; code: CodeChoice; at: number; trouble: Trouble }
  /** The honest first steps: a search without a code, and its ticket, opened in a browser. */
  | { do: 'begin'; person: Sender; browser: number; at: number }
  /** Any earlier ticket, in any browser. */
  | { do: 'start'; ticket: number; browser: number; at: number }
  /** A person signs in at the provider of a transaction, or cancels there. */
  | { do: 'visit'; transaction: number; as: number; cancel: boolean }
  | { do: 'complete'; callback: number; browser: BrowserChoice; elsewhere: boolean; at: number }
  | { do: 'confirm'; confirmation: number | 'unnamed'; browser: BrowserChoice; cancel: boolean; at: number }
  /** The next step of an honest asker in a sign-in under way. */
  | { do: 'advance'; transaction: number; at: number; trouble: Trouble }
  | { do: 'signOut'; person: Sender; at: number }
  | { do: 'wait'; seconds: number }
  | { do: 'kill'; at: number }
  /** `kill -9` this many milliseconds after the request. */
  | { do: 'killDuring'; step: Step; after: number }
  /** Both at once, or the second this many milliseconds later. */
  | { do: 'race'; first: Step; second: Step; lag: number };

/** Who searches where: a person who signed in, at that connection; the person with the last one's object id in the
 * other tenant; or any. */
export type Sender = number | 'twin' | { asker: number; connection: ConnectionId };

/** The one that began it, or any. */
type BrowserChoice = 'own' | number;

/** The security code of a search: none, any earlier one, an invented one in the right form, or an invalid value. */
export type CodeChoice = number | 'none' | 'made up' | 'malformed';

/** The obstacle of a search: the wiki refuses the token once or twice, or once and the provider is down; or it
 * refuses two tokens, and two searches are under way (`shared`). */
export type Trouble = 'none' | 'refused' | 'refused twice' | 'provider down' | 'shared';

/** No two of these add up to within 20 s of a time limit (180 s for codes, 600 s for the rest). */
const WAITS = [110, 210, 710];

const at = fc.nat({ max: 1 });
const browser = fc.nat({ max: 2 });
const recent = fc.oneof({ arbitrary: fc.constant(0), weight: 3 }, { arbitrary: fc.nat({ max: 6 }), weight: 2 });
const anybody = fc.record({
  asker: fc.oneof(
    { arbitrary: fc.nat({ max: 2 }), weight: 3 },
    { arbitrary: fc.nat({ max: ASKERS.length - 1 }), weight: 1 },
  ),
  connection: fc.constantFrom<ConnectionId>(...CONNECTIONS),
});
const person = fc.oneof<fc.WeightedArbitrary<Sender>[]>(
  { arbitrary: recent, weight: 1 },
  { arbitrary: anybody, weight: 1 },
);
const somebodyElse = fc.oneof<fc.WeightedArbitrary<Sender>[]>(
  { arbitrary: anybody, weight: 2 },
  { arbitrary: fc.constant('twin'), weight: 1 },
);
const ownOrAny = fc.oneof<fc.WeightedArbitrary<BrowserChoice>[]>(
  { arbitrary: fc.constant('own'), weight: 3 },
  { arbitrary: browser, weight: 2 },
);
const seldom = fc.nat({ max: 7 }).map((die) => die === 7);

const code = fc.oneof(
  { arbitrary: fc.constant<CodeChoice>('none'), weight: 2 },
  { arbitrary: recent as fc.Arbitrary<CodeChoice>, weight: 6 },
  { arbitrary: fc.constantFrom<CodeChoice>('made up', 'malformed'), weight: 1 },
);
const trouble = fc.oneof(
  { arbitrary: fc.constant<Trouble>('none'), weight: 4 },
  { arbitrary: fc.constantFrom<Trouble>('refused', 'refused twice', 'provider down'), weight: 2 },
);

const search = fc.record({ do: fc.constant('search' as const), person: person, code, at, trouble });
/** Most likely with a code of another person. */
const steal = fc.record({
  do: fc.constant('search' as const),
  person: somebodyElse,
  code: recent,
  at,
  trouble: fc.constant('none' as const),
});
const begin = fc.record({ do: fc.constant('begin' as const), person: anybody, browser, at });
const start = fc.record({ do: fc.constant('start' as const), ticket: recent, browser, at });
const visit = fc.record({
  do: fc.constant('visit' as const),
  transaction: recent,
  as: fc.nat({ max: 2 }),
  cancel: seldom,
});
const complete = fc.record({
  do: fc.constant('complete' as const),
  callback: recent,
  browser: ownOrAny,
  elsewhere: seldom,
  at,
});
const confirm = fc.record({
  do: fc.constant('confirm' as const),
  confirmation: fc.oneof<fc.WeightedArbitrary<number | 'unnamed'>[]>(
    { arbitrary: recent, weight: 3 },
    { arbitrary: fc.constant('unnamed'), weight: 1 },
  ),
  browser: ownOrAny,
  cancel: seldom,
  at,
});
const advance = fc.record({ do: fc.constant('advance' as const), transaction: recent, at, trouble });
const signOut = fc.record({ do: fc.constant('signOut' as const), person: person, at });
const wait = fc.record({ do: fc.constant('wait' as const), seconds: fc.constantFrom(...WAITS) });
const kill = fc.record({ do: fc.constant('kill' as const), at });
const single = fc.oneof<fc.WeightedArbitrary<Step>[]>(
  { arbitrary: advance, weight: 4 },
  { arbitrary: search, weight: 3 },
  { arbitrary: complete, weight: 2 },
  { arbitrary: confirm, weight: 1 },
);
const killDuring = fc.record({ do: fc.constant('killDuring' as const), step: single, after: fc.nat({ max: 10 }) });
/** Mostly of different people, and half of the time at one process. */
const plainSearch = fc.record({
  do: fc.constant('search' as const),
  person: fc.nat({ max: 4 }),
  code: fc.constant('none' as const),
  at,
  trouble,
});
const oneOfTwo = fc.oneof<fc.WeightedArbitrary<Step>[]>(
  { arbitrary: single, weight: 1 },
  { arbitrary: plainSearch, weight: 1 },
);
const lag = fc.nat({ max: 15 });
const anyTwo = fc.record({
  do: fc.constant('race' as const),
  first: oneOfTwo,
  second: fc.oneof<fc.WeightedArbitrary<Step>[]>({ arbitrary: oneOfTwo, weight: 2 }, { arbitrary: signOut, weight: 1 }),
  lag: fc.oneof({ arbitrary: fc.constant(0), weight: 2 }, { arbitrary: lag, weight: 1 }),
});
/** T64: a sign-out during a refresh. */
const outOfRefresh = fc.record({ person: recent, at, lag }).map(({ person, at: place, lag }): Step => {
  const first: Step = { do: 'search', person, code: 'none', at: place, trouble: 'refused' };
  return { do: 'race', first, second: { do: 'signOut', person, at: 0 }, lag };
});
const race = fc.oneof<fc.WeightedArbitrary<Step>[]>(
  { arbitrary: anyTwo, weight: 3 },
  { arbitrary: outOfRefresh, weight: 1 },
);

const step = fc.oneof<fc.WeightedArbitrary<Step>[]>(
  { arbitrary: advance, weight: 32 },
  { arbitrary: begin, weight: 10 },
  { arbitrary: steal, weight: 6 },
  { arbitrary: search, weight: 12 },
  { arbitrary: complete, weight: 8 },
  { arbitrary: visit, weight: 5 },
  { arbitrary: confirm, weight: 5 },
  { arbitrary: race, weight: 8 },
  { arbitrary: start, weight: 4 },
  { arbitrary: signOut, weight: 4 },
  { arbitrary: wait, weight: 2 },
  { arbitrary: killDuring, weight: 2 },
  { arbitrary: kill, weight: 1 },
);

/** A run: a random interleaving of the actions of six askers, three browsers and their people. */
export const runs: fc.Arbitrary<Step[]> = fc.array(step, { minLength: 1, maxLength: 60, size: 'max' });
