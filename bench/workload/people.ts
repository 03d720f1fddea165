/** Who searches. People 0 … {@link SIGNED_IN} - 1 have a linked credential, those behind them have none. */

export const TENANT = '11111111-aaaa-4aaa-8aaa-111111111111';
export const BOT_ID = '33333333-cccc-4ccc-8ccc-333333333333';
export const CONNECTION = 'wiki';
export const COMMAND = 'insertWiki';

/** More than enough that nobody's queries stand behind one another. */
export const SIGNED_IN = 1_000;
/** Signed out: counted from here, so that no size of the store ever has them. */
export const SIGNED_OUT_FROM = 100_000_000;

export function objectIdOf(person: number): string {
  return `aaaaaaaa-0000-4000-8000-${(person + 1).toString(16).padStart(12, '0')}`;
}

/** As long as an access token of Entra's for an API; the wiki looks at its beginning. */
export function accessTokenOf(person: number): string {
  return `wiki-token-${person}-`.padEnd(1_500, 'abcdefghijklmnopqrstuvwxyz0123456789');
}

/** How the other servers keep tokens, in the samples' way: in a Map, by user. */
export function tokensByUser(): ReadonlyMap<string, string> {
  return new Map(Array.from({ length: SIGNED_IN }, (_, person) => [objectIdOf(person), accessTokenOf(person)]));
}
