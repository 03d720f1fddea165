import { eventually, type World } from './world.ts';

/** A security event as the bot's log has it. */
export interface LoggedEvent {
  event: string;
  tenant: string;
  asker: string;
  connection: string;
  reason?: string;
}

const TABLES = ['transactions', 'parked', 'links', 'attempts'] as const;
/** What forgetting takes along: work that is still to do for people who are forgotten. */
const CHORES = ['revocations', 'leases'];

/** {@link rowCounts} of an empty store. */
export const NO_ROWS = { transactions: 0, parked: 0, links: 0, attempts: 0 };

/** How many rows each table of the store has. */
export function rowCounts(world: World): Record<(typeof TABLES)[number], number> {
  const counts = TABLES.map((table) => [table, world.rows(table).length]);
  return Object.fromEntries(counts) as Record<(typeof TABLES)[number], number>;
}

/** Every row of the store, to compare two moments. */
export function allRows(world: World): Record<string, Record<string, unknown>[]> {
  return Object.fromEntries(TABLES.map((table) => [table, world.rows(table)]));
}

/** Empties the store: everybody is signed out, nothing is under way, no wrong code counts. */
export function forgetAll(world: World): void {
  for (const table of [...TABLES, ...CHORES]) world.sql(`DELETE FROM ${table}`);
}

/** The security events since a mark of {@link logMark}; waits until all that was logged so far has arrived. */
export async function eventsSince(world: World, mark: number): Promise<LoggedEvent[]> {
  await logMark(world);
  const lines = world.bot.output().slice(mark).split('\n');
  return lines.filter((line) => line.startsWith('{"') && line.includes('"event":')).map((line) => JSON.parse(line));
}

/** Their names alone, in order. */
export async function eventNamesSince(world: World, mark: number): Promise<string[]> {
  return (await eventsSince(world, mark)).map(({ event }) => event);
}

/** The names of the events since a mark, as soon as one of them is `last`. */
export function eventNamesUntil(world: World, mark: number, last: string): Promise<string[]> {
  return eventually(
    () => eventNamesSince(world, mark),
    (names) => names.includes(last),
  );
}

const REFUSED = 'request refused at the gate';

/** Where the bot's log ends now. Makes the bot write a line of its own and waits for it: what was logged before is
 * there then, so that the absence of an event can be told. */
export async function logMark(world: World): Promise<number> {
  const count = () => world.bot.output().split(REFUSED).length;
  const before = count();
  const { status } = await world.connector.post(world.botUrl, {}, { token: null });
  if (status !== 401) throw new Error(`The gate answered ${status}`);
  await eventually(count, (now) => now > before);
  return world.bot.output().length;
}
