import { type Action, type BroughtCode, check, type Seen, Violation } from './actions.ts';
import { type Context, type Expected, link, ownerKey, unlink } from './expected.ts';

/** T16. */
const WRONG_CODES = { limit: 5, window: 600_000 };

type Search = Action & { do: 'search' };
/** The state of a search between its moments. An end means that its answer is settled. */
interface Progress {
  ended: boolean;
  wrong: boolean;
  /** The transaction whose tokens it uses at the wiki. */
  using: number | undefined;
}

export type Moment = (world: Expected) => void;

/** A search in its three moments: it redeems the code, it reads the tokens, it answers (and reads them again if the
 * wiki refused them). Other actions may run in between. */
export function searchMoments(action: Search, seen: Seen, context: Context): [Moment, Moment, Moment] {
  const progress: Progress = { ended: false, wrong: false, using: undefined };
  const key = ownerKey(action);
  return [
    (world) => redeem(world, action, seen, context, progress),
    (world) => {
      if (!progress.ended) readTokens(world, action, seen, context, progress);
    },
    (world) => {
      if (!progress.ended) respond(world, key, action, seen, progress);
    },
  ];
}

/** T13, T14: a code works once, and only for its owner. */
function redeem(world: Expected, action: Search, seen: Seen, { now }: Context, progress: Progress): void {
  const { asker, connection, code } = action;
  if (code) delete world.awaited[ownerKey(action)];
  const paused = now < (world.attempts[asker]?.pausedUntil ?? 0);
  if (paused && !(ownerKey(action) in world.links)) {
    progress.ended = true;
    nothingUsed(seen, 'message');
    return;
  }
  if (!code || !hasForm(code)) return;
  const parked = code.known === undefined ? undefined : world.parked.find((each) => each.code === code.known);
  world.parked = world.parked.filter((each) => each !== parked);
  const own = parked?.asker === asker && parked.connection === connection && now < parked.until;
  progress.wrong = !own;
  if (own && parked.holdsTokens) link(world, parked);
}

/** Of a security code: 256 bits in base64url. */
function hasForm({ text }: BroughtCode): boolean {
  return /^[\w-]{43}$/.test(text);
}

function readTokens(world: Expected, action: Search, seen: Seen, { now }: Context, progress: Progress): void {
  progress.using = world.links[ownerKey(action)];
  if (progress.using !== undefined) return;
  progress.ended = true;
  const paused = progress.wrong && countWrong(world, action.asker, now);
  const isAwaited = now < (world.awaited[ownerKey(action)] ?? 0);
  nothingUsed(seen, paused ? 'message' : isAwaited ? 'result' : 'auth');
}

/** T16. @returns whether that was one too many, which discards all that is parked for the asker. */
function countWrong(world: Expected, asker: number, now: number): boolean {
  const before = world.attempts[asker];
  const fresh = before === undefined || before.since <= now - WRONG_CODES.window;
  const attempts = fresh ? { failures: 0, since: now, pausedUntil: before?.pausedUntil ?? 0 } : before;
  attempts.failures += 1;
  world.attempts[asker] = attempts;
  if (attempts.failures < WRONG_CODES.limit) return false;
  Object.assign(attempts, { failures: 0, pausedUntil: now + WRONG_CODES.window });
  world.parked = world.parked.filter((each) => each.asker !== asker);
  return true;
}

function respond(world: Expected, key: string, { trouble }: Search, seen: Seen, { using }: Progress): void {
  const now = world.links[key];
  const [first, ...more] = seen.tokens;
  if (world.shaken.includes(key) && seen.outcome !== 'result') {
    shaken(world, key, seen);
    return;
  }
  // A refresh that was due meets the outage before the wiki does.
  if (trouble === 'provider down' && seen.outcome === 'message' && first === undefined) return;
  if (first !== using) throw new Violation(`expected tokens of transaction ${using}, saw ${first}`);
  if (more.some((token) => token !== now)) throw new Violation(`expected then tokens of ${now}, saw ${more}`);
  check(seen, ...outcomesOf(trouble, now !== undefined));
  if (seen.outcome === 'result') world.shaken = world.shaken.filter((each) => each !== key);
}

/** @param linked whether the asker is still linked when the wiki has refused the tokens */
function outcomesOf(trouble: Search['trouble'], linked: boolean): string[] {
  if (trouble === 'none') return ['result'];
  // Which of the two meets how many refusals is open.
  if (trouble === 'shared') return ['result', 'auth'];
  if (!linked) return ['auth'];
  if (trouble === 'refused') return ['result'];
  // A refresh that was due anyway meets the outage first, and the one after the refusal does not.
  return trouble === 'refused twice' ? ['auth'] : ['message', 'result'];
}

/** A refresh that was cut off: its lease may last some seconds, and then its tokens may be used up. */
function shaken(world: Expected, key: string, seen: Seen): void {
  check(seen, 'auth', 'message');
  if (seen.outcome === 'auth') unlink(world, key);
}

function nothingUsed(seen: Seen, outcome: string): void {
  if (seen.tokens.length > 0) throw new Violation(`expected no call to the wiki, saw tokens of ${seen.tokens}`);
  check(seen, outcome);
}

/** What a search may have done before the bot was killed. */
export function cutSearch(action: Search, context: Context): Moment[] {
  const { asker, connection, code } = action;
  const key = ownerKey(action);
  // The wait for the code ends before its redemption.
  const received = (world: Expected) => void (code && delete world.awaited[key]);
  return [
    (world) => void (key in world.links && world.shaken.push(key)),
    received,
    (world) => {
      received(world);
      const parked = world.parked.find((each) => each.code === code?.known);
      world.parked = world.parked.filter((each) => each !== parked);
      const own = parked?.asker === asker && parked.connection === connection && context.now < parked.until;
      if (own && parked.holdsTokens) link(world, parked);
      if (!own && code && hasForm(code) && !(key in world.links)) countWrong(world, asker, context.now);
    },
    (world) => {
      received(world);
      world.parked = world.parked.filter((each) => code === undefined || each.code !== code.known);
    },
  ];
}
