import { isObject } from '../platform/json.ts';
import { MAX_TEXT_LENGTH } from '../sources/user-source.ts';
import { cardBase } from '../teams/cards/cards.ts';
import { sanitizeText } from '../teams/cards/sanitize.ts';
import type { Messages } from '../teams/locales/en.ts';
import type { SearchOutcome } from '../teams/search/outcome.ts';

const MAX_TITLE_LENGTH = 100;

export function signOutCard(connections: readonly { id: string; title: string }[], messages: Messages): Card {
  const each = connections.map(({ id, title }) =>
    submit(messages.signOutOf(sanitizeText(title, MAX_TITLE_LENGTH)), { signOut: id }),
  );
  const all = submit(messages.signOutOfAll, { signOutOfAll: true });
  return card(messages.chatWhichSignOut, connections.length > 1 ? [...each, all] : each, messages);
}

export function moreCard(message: string, data: Record<string, unknown>, messages: Messages): Card {
  return card(message, [submit(messages.showMore, data)], messages);
}

type Card = Record<string, unknown>;

/** Teams cuts long titles in a shared row, and shows at most six per row. */
function card(message: string, buttons: readonly Card[], messages: Messages): Card {
  const actions = buttons.map((button) => ({ type: 'ActionSet', spacing: 'Small', actions: [button] }));
  // A TextBlock would render Markdown.
  const text = { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: message }] };
  return { ...cardBase(messages), body: [text, ...actions] };
}

function submit(title: string, data: Record<string, unknown>): Card {
  return { type: 'Action.Submit', title, data };
}

/** By connection id. */
export type SeenCounts = Readonly<Record<string, number>>;

/** The button contains the search, so every instance can continue it. */
export interface MoreResults {
  text: string;
  seen: SeenCounts;
}

const MAX_SKIP = 10_000;

/** A client may forge the data.
 * @returns `undefined` for another button */
export function readMore(value: unknown): MoreResults | undefined {
  if (!isObject(value) || !isObject(value.more)) return undefined;
  const { text, seen } = value.more;
  if (typeof text !== 'string' || text === '' || text.length > MAX_TEXT_LENGTH || !isObject(seen)) return undefined;
  const counts = Object.entries(seen).filter((entry): entry is [string, number] => isSkip(entry[1]));
  return counts.length > 0 ? { text, seen: Object.fromEntries(counts) } : undefined;
}

function isSkip(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_SKIP;
}

export interface Left {
  seen: SeenCounts;
  /** `undefined` if a source does not count its results. */
  count: number | undefined;
}

/** @param shownOf how many results of an outcome are now shown */
export function leftOf(
  all: readonly SearchOutcome[],
  shownOf: (outcome: SearchOutcome) => number,
  seen: SeenCounts,
): Left | undefined {
  const left: { id: string; seen: number; count: number | undefined }[] = [];
  for (const outcome of all) {
    if (outcome.state !== 'answered') continue;
    const { items, total } = outcome.response;
    const { id } = outcome.connection;
    const shown = (seen[id] ?? 0) + shownOf(outcome);
    const unseen = items.length - shownOf(outcome);
    const count = total === undefined ? undefined : Math.max(total - shown, unseen);
    // A source may count results that it does not return.
    if (items.length > 0 && (count ?? unseen) > 0 && shown <= MAX_SKIP) left.push({ id, seen: shown, count });
  }
  if (left.length === 0) return undefined;
  const counts = left.map((each) => each.count);
  return {
    seen: Object.fromEntries(left.map((each) => [each.id, each.seen])),
    count: counts.includes(undefined) ? undefined : counts.reduce<number>((sum, each) => sum + (each ?? 0), 0),
  };
}
