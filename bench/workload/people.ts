/** The people who search. People 0 … {@link SIGNED_IN} - 1 have a linked credential, the others have none. */

export const TENANT = '11111111-aaaa-4aaa-8aaa-111111111111';
export const BOT_ID = '33333333-cccc-4ccc-8ccc-333333333333';
export const CONNECTION = 'wiki';
export const COMMAND = 'insertWiki';

/** Enough people that queries of one person never queue. */
export const SIGNED_IN = 1_000;
/** Signed-out people are counted from here, above the size of every store. */
export const SIGNED_OUT_FROM = 100_000_000;

export function objectIdOf(person: number): string {
  return `aaaaaaaa-0000-4000-8000-${(person + 1).toString(16).padStart(12, '0')}`;
}

/** As long as an Entra access token for an API. The wiki checks its beginning. */
export function accessTokenOf(person: number): string {
  return `wiki-token-${person}-`.padEnd(1_500, 'abcdefghijklmnopqrstuvwxyz0123456789');
}

/** The other servers store tokens as in the samples: in a Map by user. */
export function tokensByUser(): ReadonlyMap<string, string> {
  return new Map(Array.from({ length: SIGNED_IN }, (_, person) => [objectIdOf(person), accessTokenOf(person)]));
}
