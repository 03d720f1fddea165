import { eventually, type StoreFile, type World } from './world.ts';

/** A security event in the bot's log. */
export interface LoggedEvent {
  event: string;
  tenant: string;
  asker: string;
  connection: string;
  reason?: string;
}

const TABLES = ['transactions', 'parked', 'links', 'attempts'] as const;
/** Deletes the queue of revocations of deleted people, too. */
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

/** Empties the store: all people are signed out, no sign-in is under way, no wrong code counts. */
export function forgetAll(store: StoreFile): void {
  for (const table of [...TABLES, ...CHORES]) store.sql(`DELETE FROM ${table}`);
}

/** The security events since a mark of {@link logMark}. Waits until all earlier log lines have arrived. */
export async function eventsSince(world: World, mark: number): Promise<LoggedEvent[]> {
  await logMark(world);
  const lines = world.bot.output().slice(mark).split('\n');
  return lines.filter((line) => line.startsWith('{"') && line.includes('"event":')).map((line) => JSON.parse(line));
}

/** Only their names, in order. */
export async function eventNamesSince(world: World, mark: number): Promise<string[]> {
  return (await eventsSince(world, mark)).map(({ event }) => event);
}

/** The names of the events since a mark, once one of them is `last`. */
export function eventNamesUntil(world: World, mark: number, last: string): Promise<string[]> {
  return eventually(
    () => eventNamesSince(world, mark),
    (names) => names.includes(last),
  );
}

const REFUSED = 'request refused at the gate';

/** The present end of the bot's log. Makes the bot write a line and waits for it: all earlier lines are there then,
 * so that a test can prove the absence of an event. */
export async function logMark(world: World): Promise<number> {
  const count = () => world.bot.output().split(REFUSED).length;
  const before = count();
  const { status } = await world.connector.post(world.botUrl, {}, { token: null });
  if (status !== 401) throw new Error(`The gate answered ${status}`);
  await eventually(count, (now) => now > before);
  return world.bot.output().length;
}
