import { asObject, isObject, present } from '../../platform/json.ts';
import type { PresentedSignIn, SignInRequest, SignInUser } from '../../sign-in/connection-sign-in.ts';
import { MAX_TEXT_LENGTH } from '../../sources/user-source.ts';
import type { ActivitySender } from '../access-policy.ts';

export interface Query {
  commandId: string;
  /** Trimmed: at most 200 characters, or a link. Empty for the initial run. */
  text: string;
  skip: number;
  count: number;
  presented: PresentedSignIn;
}

/** A cut link would lead to another page. */
const MAX_ADDRESS_LENGTH = 2_048;
const ADDRESS = /^https?:\/\/\S+$/i;
const MAX_SKIP = 10_000;
const PAGE = 25;

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

export function presentedSignIn({ state, authentication }: Record<string, unknown>): PresentedSignIn {
  const { token } = asObject(authentication);
  // A malformed token counts too: after another silent request the client would send it again.
  return { code: present(state), token: isObject(token) ? token : present(token) };
}

export function signInUser({ asker, name, locale, activity }: ActivitySender): SignInUser {
  return { asker, name, locale, activity };
}

export function signInRequest(sender: ActivitySender, connectionId: string): SignInRequest {
  return { ...signInUser(sender), connectionId };
}

/** By name: on opening, and on Android for an empty box, the first parameter is `initialRun`. */
function searchText(parameters: readonly unknown[]): string | undefined {
  const parameter = parameters.find((entry) => isObject(entry) && entry.name === 'searchKeyword');
  const rawValue = present(asObject(parameter).value) ?? '';
  // The manifest's number and toggle parameters.
  const text = typeof rawValue === 'number' || typeof rawValue === 'boolean' ? String(rawValue) : rawValue;
  if (typeof text !== 'string') return undefined;
  const trimmed = text.trim();
  return trimmed.slice(0, ADDRESS.test(trimmed) ? MAX_ADDRESS_LENGTH : MAX_TEXT_LENGTH);
}

function countOf(value: unknown): number {
  const count = clamp(value, PAGE, 0, PAGE);
  return count === 0 ? PAGE : count;
}

function clamp(value: unknown, fallback: number, least: number, most: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return fallback;
  return Math.min(most, Math.max(least, Math.trunc(value)));
}
