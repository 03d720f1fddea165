import { toAsker } from '../sign-in/asker.ts';
import type { Brought, Visit, Visitor } from '../sign-in/keeper.ts';
import { textsFor } from './locales/texts.ts';
import { isRecord, recordOf } from './record.ts';

/** A `composeExtension/query` invoke, read and bounded. */
export interface Query {
  commandId: string;
  /** Trimmed, at most 200 characters; empty for the initial run. */
  text: string;
  skip: number;
  count: number;
  brought: Brought;
}

/** Who asks: from the authenticated activity alone. */
export interface Sender extends Visitor {
  activity: Readonly<Record<string, unknown>>;
  /** Where they are; empty where Teams does not say. */
  conversationId: string;
  /** Names this delivery; empty where Teams does not. */
  activityId: string;
}

const LONGEST_TEXT = 200;
const MOST_SKIP = 10_000;
const PAGE = 25;

/** Reads `value`; `undefined` when it does not have the form of a query. */
export function readQuery(value: unknown): Query | undefined {
  if (!isRecord(value) || typeof value.commandId !== 'string') return undefined;
  const parameters = value.parameters ?? [];
  if (!Array.isArray(parameters)) return undefined;
  const text = searchText(parameters);
  if (text === undefined) return undefined;
  const options = recordOf(value.queryOptions);
  return {
    commandId: value.commandId,
    text,
    skip: clamp(options.skip, 0, 0, MOST_SKIP),
    count: clamp(options.count, PAGE, 1, PAGE),
    brought: broughtBy(value),
  };
}

/** What an invoke's `value` brings along from a sign-in. */
export function broughtBy({ state, authentication }: Record<string, unknown>): Brought {
  return { code: state, token: isRecord(authentication) ? authentication.token : undefined };
}

/** The sender, at a connection. */
export function visitOf({ asker, name, locale, activity }: Sender, connectionId: string): Visit {
  return { asker, name, locale, activity, connectionId };
}

/** Who sent the activity; says what is missing where they can't be told apart from others. */
export function readSender(activity: Record<string, unknown>): Sender | 'no_identity' | 'tenants_differ' {
  const from = recordOf(activity.from);
  const tenantId = tenantOf(activity);
  if (tenantId === 'tenants_differ') return tenantId;
  const asker = toAsker(tenantId, from.aadObjectId);
  if (!asker) return 'no_identity';
  // The confirm page must call the asker something, where Teams does not say who it is.
  const locale = localeOf(activity);
  const name = (typeof from.name === 'string' && from.name.trim().slice(0, 100)) || textsFor(locale).aTeamsUser;
  const activityId = typeof activity.id === 'string' ? activity.id.slice(0, 200) : '';
  return { asker, name, locale, activity, conversationId: conversationOf(activity), activityId };
}

export function localeOf(activity: Record<string, unknown>): string {
  return typeof activity.locale === 'string' ? activity.locale.slice(0, 35) : 'en';
}

function conversationOf({ conversation }: Record<string, unknown>): string {
  const { id } = recordOf(conversation);
  return typeof id === 'string' ? id.slice(0, 200) : '';
}

function tenantOf(activity: Record<string, unknown>): unknown {
  const { id: tenantId } = recordOf(recordOf(activity.channelData).tenant);
  const { tenantId: other } = recordOf(activity.conversation);
  if (other === undefined || other === null) return tenantId;
  return lowerCase(other) === lowerCase(tenantId) ? tenantId : 'tenants_differ';
}

/** Texts alone have a lower case: an array that reads like a GUID is no GUID (T8). */
function lowerCase(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

/** By name, never by position: on opening, and on Android when the box is cleared, `initialRun` stands in its place. */
function searchText(parameters: readonly unknown[]): string | undefined {
  const parameter = parameters.find((entry) => isRecord(entry) && entry.name === 'searchKeyword');
  const text = (parameter as { value?: unknown } | undefined)?.value ?? '';
  return typeof text === 'string' ? text.trim().slice(0, LONGEST_TEXT) : undefined;
}

function clamp(value: unknown, fallback: number, least: number, most: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return fallback;
  return Math.min(most, Math.max(least, Math.trunc(value)));
}
