import { usernameAt } from '../support/world/world.ts';
import { type Action, Violation } from './actions.ts';
import { ASKERS, nameOf } from './cast.ts';
import { type Hand, the } from './hand.ts';
import type { Reality } from './reality.ts';

/**
 * The invariant, by what the wiki and the identity provider saw, whatever the bot says: each access token that was used
 * for an asker's search comes from a transaction of that asker's own ticket, at that connection; and if the sign-in is
 * proven, the person who signed in is that asker.
 * @returns the transactions of the tokens, in the order of the calls @throws {Violation}
 */
export async function provenance(
  reality: Reality,
  hand: Hand,
  { asker, connection }: Action & { do: 'search' },
  word: string,
): Promise<number[]> {
  const tokens: number[] = [];
  for (const call of await reality.callsFor(word)) {
    const token = call.fingerprint === undefined ? undefined : await reality.issued(call.fingerprint);
    if (!token)
      throw new Violation(`the wiki was called for ${nameOf(asker)} with a token that the provider did not issue`);
    const number = hand.transactions.findIndex(({ nonce }) => nonce === token.nonce);
    const begun = hand.transactions[number];
    if (!begun) throw new Violation(`${nameOf(asker)} was served with a token of no transaction in this run`);
    const owner = `${nameOf(asker)}’s ${connection} was searched with ${token.username}’s token from ${token.issuer}`;
    if (begun.asker !== asker || begun.connection !== connection) {
      throw new Violation(`${owner}, which ${nameOf(begun.asker)} began for ${begun.connection}`);
    }
    // User names contain the tenant's domain, and issuers the tenant.
    const own = usernameAt('wiki', the(ASKERS, asker));
    if (connection === 'wiki' && !(token.username === own && token.issuer.includes(the(ASKERS, asker).tenantId))) {
      throw new Violation(`${owner}, which is not ${own}’s`);
    }
    tokens.push(number);
  }
  return tokens;
}
