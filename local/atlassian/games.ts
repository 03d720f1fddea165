const DAY_MS = 24 * 60 * 60_000;

/** A home game of the Lakers, invented. */
interface Game {
  opponent: string;
  /** From today; negative: played. */
  days: number;
}

/** Around today, so that there is always something done, in progress and to do. */
export const GAMES: readonly Game[] = [
  { opponent: 'Boston Celtics', days: -24 },
  { opponent: 'Denver Nuggets', days: -10 },
  { opponent: 'Phoenix Suns', days: -4 },
  { opponent: 'Golden State Warriors', days: 5 },
  { opponent: 'Miami Heat', days: 13 },
  { opponent: 'Dallas Mavericks', days: 22 },
  { opponent: 'New York Knicks', days: 34 },
  { opponent: 'Milwaukee Bucks', days: 48 },
];

export function daysFrom(now: Date, days: number): Date {
  return new Date(now.getTime() + days * DAY_MS);
}

/** `12 March` */
export function dayName(date: Date): string {
  return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' });
}
