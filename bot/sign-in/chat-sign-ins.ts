import { v7 as newVersion } from 'uuid';
import type { Owner, Store } from '../store/store.ts';
import { Asked } from './asked.ts';
import type { Asker } from './asker.ts';
import type { Keeper, KeptElsewhere } from './keeper.ts';
import type { SignInConnection } from './legs.ts';
import { sha256 } from './secrets.ts';
import { turnOf } from './turn.ts';

export interface ChatSignInParts {
  store: Pick<Store, 'parking' | 'leases'>;
  connections: ReadonlyMap<string, SignInConnection | KeptElsewhere>;
  keepers: ReadonlyMap<string, Keeper>;
}

/** What only a chat needs to know: where digits may be typed, for which connection a token came, and what was said already. */
export class ChatSignIns {
  readonly #parts: ChatSignInParts;
  readonly #asked: Asked;

  constructor(parts: ChatSignInParts) {
    this.#parts = parts;
    this.#asked = new Asked(parts.store.parking);
  }

  /** Somebody was asked to sign in in this conversation: what is kept elsewhere may end with digits that they type. */
  async noteAsked(owner: Owner, conversationId: string, now: number): Promise<void> {
    if (this.#parts.keepers.has(owner.connectionId)) await this.#asked.ask(owner, conversationId, now);
  }

  /** The connections that six digits from there may be for: those that somebody was asked about, right there (T66). */
  async askedIn(asker: Asker, conversationId: string): Promise<string[]> {
    const ids = [...this.#parts.keepers.keys()];
    const asked = await Promise.all(
      ids.map((connectionId) => this.#asked.wasAsked({ asker, connectionId }, conversationId)),
    );
    return ids.filter((_, at) => asked[at]);
  }

  /** The connection that a token is for which the channel got for an exchange by that name; `undefined` for none. */
  exchangeFor(connectionName: string): string | undefined {
    return this.exchanges().find((id) => (this.#parts.keepers.get(id)?.connectionName ?? id) === connectionName);
  }

  /** The connections that the channel may get a token for. */
  exchanges(): string[] {
    const all = [...this.#parts.connections.values()];
    return all.filter((each) => 'keeper' in each || each.sso).map(({ id }) => id);
  }

  /** Whether something has yet to be said to an asker: yes for one caller alone, on whichever instance, until `ttl`
   * milliseconds have passed. */
  async firstToSay({ asker, connectionId }: Owner, what: string, ttl: number, now: number): Promise<boolean> {
    const name = turnOf(`said/${sha256(`${connectionId} ${what}`)}`, asker);
    return this.#parts.store.leases.acquire(name, newVersion(), now + ttl, now);
  }
}
