import { asObject, isObject, present } from '../../platform/json.ts';
import type { PresentedSignIn, SignInRequest } from '../../sign-in/connection-sign-in.ts';
import { MAX_TEXT_LENGTH } from '../../sources/user-source.ts';
import type { ActivitySender } from '../access-policy.ts';

/** A `composeExtension/query` invoke, read and bounded. */
export interface Query {
  commandId: string;
  /** Trimmed, at most 200 characters, or the address of a page; empty for the initial run. */
  text: string;
  skip: number;
  count: number;
  presented: PresentedSignIn;
}

/** Cut, an address would lead to another page, or to none. */
const MAX_ADDRESS_LENGTH = 2_048;
const ADDRESS = /^https?:\/\/\S+$/i;
const MAX_SKIP = 10_000;
const PAGE = 25;

/** Reads `value`; `undefined` when it does not have the form of a query. */
export function readQuery(value: unknown): Query | undefined {
  if (!isObject(value) || typeof value.commandId !== 'string') return undefined;
  const parameters = present(value.parameters) ?? [];
  if (!Array.isArray(parameters)) return undefined;
  const text = searchText(parameters);
  if (text === undefined) return undefined;
  const options = asObject(value.queryOptions);
  return {
    commandId: value.commandId,
    text,
    skip: clamp(options.skip, 0, 0, MAX_SKIP),
    count: countOf(options.count),
    presented: presentedSignIn(value),
  };
}

/** What an invoke's `value` brings along from a sign-in. */
export function presentedSignIn({ state, authentication }: Record<string, unknown>): PresentedSignIn {
  const { token } = asObject(authentication);
  // A token of another kind is one that is of no use: asked for silently again, the client would bring the same.
  return { code: present(state), token: isObject(token) ? token : present(token) };
}

/** The sender at a connection. */
export function signInRequest({ asker, name, locale, activity }: ActivitySender, connectionId: string): SignInRequest {
  return { asker, name, locale, activity, connectionId };
}

/** By name, never by position: on opening, and on Android when the box is cleared, `initialRun` stands in its place. */
function searchText(parameters: readonly unknown[]): string | undefined {
  const parameter = parameters.find((entry) => isObject(entry) && entry.name === 'searchKeyword');
  const given = present(asObject(parameter).value) ?? '';
  // A parameter of a number or a toggle in the manifest comes as one.
  const text = typeof given === 'number' || typeof given === 'boolean' ? String(given) : given;
  if (typeof text !== 'string') return undefined;
  const trimmed = text.trim();
  return trimmed.slice(0, ADDRESS.test(trimmed) ? MAX_ADDRESS_LENGTH : MAX_TEXT_LENGTH);
}

/** None, and less than none, is no wish. */
function countOf(value: unknown): number {
  const count = clamp(value, PAGE, 0, PAGE);
  return count === 0 ? PAGE : count;
}

function clamp(value: unknown, fallback: number, least: number, most: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return fallback;
  return Math.min(most, Math.max(least, Math.trunc(value)));
}
