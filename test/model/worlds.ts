import { type Action, check, NO_ANSWER, type Seen, Violation } from './actions.ts';
import { CONNECTIONS } from './cast.ts';
import { type Context, completed, decided, type Expected, ownerKey, signedOut, started, unlink } from './expected.ts';
import { cutSearch, type Moment, searchMoments } from './expected-search.ts';

/** An action and its outcome. */
export interface Event {
  action: Action;
  seen: Seen;
}

/** The worlds that are possible after these parallel events.
 * @throws {Violation} if the outcome fits none of them */
export function after(worlds: readonly Expected[], events: readonly Event[], context: Context): Expected[] {
  const answered = events.filter(({ seen }) => seen.outcome !== NO_ANSWER);
  const cut = events.filter(({ seen }) => seen.outcome === NO_ANSWER);
  const possible = [
    ...orders(answered, context),
    ...cut.flatMap(({ action, seen }) => partsDone(action, seen, context)),
  ];
  const refusals = new Set<string>();
  const left = worlds.flatMap((world) => possible.flatMap((make) => survives(world, make, refusals)));
  if (left.length === 0) throw new Violation([...refusals].join('; or '));
  return [...new Map(left.map((world) => [JSON.stringify(world), world])).values()];
}

/** Creates the moments anew for each world, because they have state. */
type Make = () => readonly Moment[];

function survives(world: Expected, make: Make, refusals: Set<string>): Expected[] {
  const copy = structuredClone(world);
  try {
    for (const moment of make()) moment(copy);
    return [copy];
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    refusals.add(error.message);
    return [];
  }
}

/** Every possible order of the moments of one or two events. */
function orders(events: readonly Event[], context: Context): Make[] {
  const [first, second] = events;
  if (!first) return [];
  if (!second) return [() => momentsOf(first, context)];
  const lengths = [momentsOf(first, context).length, momentsOf(second, context).length] as const;
  return merges(...lengths).map((turns) => () => {
    const moments = [momentsOf(first, context), momentsOf(second, context)];
    return turns.flatMap((turn) => moments[turn]?.shift() ?? []);
  });
}

function merges(first: number, second: number): number[][] {
  if (first === 0) return [Array(second).fill(1)];
  if (second === 0) return [Array(first).fill(0)];
  return [
    ...merges(first - 1, second).map((rest) => [0, ...rest]),
    ...merges(first, second - 1).map((rest) => [1, ...rest]),
  ];
}

function momentsOf({ action, seen }: Event, context: Context): Moment[] {
  if (action.do === 'search') return searchMoments(action, seen, context);
  return [(world) => check(seen, effect(world, action, seen, context) ?? seen.outcome)];
}

/** Applies the action to the world. @returns the outcome that must be seen, if only one is possible */
function effect(world: Expected, action: Action, seen: Seen, context: Context): string | undefined {
  switch (action.do) {
    case 'start':
      return started(world, action, seen, context);
    case 'complete':
      return completed(world, action, seen, context);
    case 'confirm':
      return decided(world, action, seen, context);
    case 'signOut':
      return signedOut(world, action);
    default:
      return undefined;
  }
}

/** T76: none of it, all of it, or a part that may stand alone. */
function partsDone(action: Action, seen: Seen, context: Context): Make[] {
  const parts = action.do === 'search' ? cutSearch(action, context) : [whole(action, seen, context)];
  if (action.do === 'complete') parts.push(consumed(context.hand.callbacks[action.callback]?.transaction));
  if (action.do === 'confirm') parts.push(notYetAwaited(whole(action, seen, context)));
  if (action.do === 'signOut')
    parts.push(...CONNECTIONS.map((id) => signedOutOf(ownerKey({ ...action, connection: id }))));
  return [() => [], ...parts.map((part) => () => [part])];
}

function whole(action: Action, seen: Seen, context: Context): Moment {
  return (world) => void effect(world, action, seen, context);
}

function consumed(transaction: number | undefined): Moment {
  return (world) => {
    world.open = world.open.filter((each) => each.transaction !== transaction);
  };
}

/** The code is issued before the bot notes that it waits for it. */
function notYetAwaited(confirmed: Moment): Moment {
  return (world) => {
    const { awaited } = structuredClone(world);
    confirmed(world);
    world.awaited = awaited;
  };
}

/** The connections end side by side. */
function signedOutOf(key: string): Moment {
  return (world) => unlink(world, key);
}
