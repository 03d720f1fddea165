import { v7 as newVersion } from 'uuid';
import type { Owner, ParkedCredentials, Store } from '../store/store.ts';
import type { SignInConnection } from './authorization.ts';
import type { ConnectionSignIn, KeptElsewhere } from './connection-sign-in.ts';
import { leaseName } from './credentials/lease.ts';
import { derivedKey, sha256 } from './secrets.ts';
import { shardOf, type User } from './user.ts';

/** As long as somebody may take to sign in. Milliseconds. */
const TTL = 600_000;

/** In which conversations people were asked to sign in where six digits are shown in the end. Digits are few: they are
 * taken as typed in the conversation that asked, and by whoever was asked there, alone (T66). */
class PendingMagicCodes {
  readonly #parking: ParkedCredentials;

  constructor(parking: ParkedCredentials) {
    this.#parking = parking;
  }

  /** Remembers it for ten minutes, or until five wrong codes. */
  async ask({ asker, connectionId }: Owner, conversationId: string, now: number): Promise<void> {
    const keyHash = keyOf({ asker, connectionId }, conversationId);
    await this.#parking.discard(keyHash, now);
    // Nothing waits there: only that somebody was asked.
    const nothing = { version: newVersion(), sealed: undefined };
    await this.#parking.add({ asker, connectionId, ...nothing, keyHash, createdAt: now, expiresAt: now + TTL });
  }

  async wasRequested(owner: Owner, conversationId: string): Promise<boolean> {
    return (await this.#parking.owner(keyOf(owner, conversationId))) !== undefined;
  }
}

/** No code hashes to it. */
function keyOf({ asker, connectionId }: Owner, conversationId: string): string {
  const user = sha256(`${asker.tenantId}/${asker.objectId} ${connectionId} ${conversationId}`);
  return derivedKey('asked', shardOf(asker) + user.slice(1));
}

export interface ChatSignInDependencies {
  store: Pick<Store, 'parking' | 'leases'>;
  connections: ReadonlyMap<string, SignInConnection | KeptElsewhere>;
  keepers: ReadonlyMap<string, ConnectionSignIn>;
}

/** What only a chat needs to know: where digits may be typed, for which connection a token came, and what was said already. */
export class ChatSignIns {
  readonly #deps: ChatSignInDependencies;
  readonly #requested: PendingMagicCodes;

  constructor(deps: ChatSignInDependencies) {
    this.#deps = deps;
    this.#requested = new PendingMagicCodes(deps.store.parking);
  }

  /** Somebody was asked to sign in in this conversation: what is kept elsewhere may end with digits that they type. */
  async recordPrompt(owner: Owner, conversationId: string, now: number): Promise<void> {
    if (this.#deps.keepers.has(owner.connectionId)) await this.#requested.ask(owner, conversationId, now);
  }

  /** The connections that six digits from there may be for: those that somebody was asked about, right there (T66). */
  async connectionsPromptedIn(asker: User, conversationId: string): Promise<string[]> {
    const ids = [...this.#deps.keepers.keys()];
    const requests = await Promise.all(
      ids.map((connectionId) => this.#requested.wasRequested({ asker, connectionId }, conversationId)),
    );
    return ids.filter((_, at) => requests[at]);
  }

  /** The connection that a token is for which the channel got for an exchange by that name; `undefined` for none. */
  connectionForExchange(connectionName: string): string | undefined {
    return this.exchangeableConnections().find(
      (id) => (this.#deps.keepers.get(id)?.connectionName ?? id) === connectionName,
    );
  }

  /** The connections that the channel may get a token for. */
  exchangeableConnections(): string[] {
    const paginate = [...this.#deps.connections.values()];
    return paginate.filter((each) => 'keeper' in each || each.sso).map(({ id }) => id);
  }

  /** Whether something has yet to be said to an asker: yes for one caller alone, on whichever instance, until `ttl`
   * milliseconds have passed. */
  async claimOnce({ asker, connectionId }: Owner, subject: string, ttl: number, now: number): Promise<boolean> {
    const name = leaseName(`said/${sha256(`${connectionId} ${subject}`)}`, asker);
    return this.#deps.store.leases.acquire(name, newVersion(), now + ttl, now);
  }
}
