import { v7 as newVersion } from 'uuid';
import type { Owner, ParkedCredentials, Store } from '../store/store.ts';
import type { ConnectionSignIn } from './connection-sign-in.ts';
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
  async add({ asker, connectionId }: Owner, conversationId: string, now: number): Promise<void> {
    const keyHash = keyOf({ asker, connectionId }, conversationId);
    await this.#parking.discard(keyHash, now);
    // Nothing waits there: only that somebody was asked.
    const nothing = { version: newVersion(), sealed: undefined };
    await this.#parking.add({ asker, connectionId, ...nothing, keyHash, createdAt: now, expiresAt: now + TTL });
  }

  async has(owner: Owner, conversationId: string): Promise<boolean> {
    return (await this.#parking.owner(keyOf(owner, conversationId))) !== undefined;
  }
}

/** No code hashes to it. */
function keyOf({ asker, connectionId }: Owner, conversationId: string): string {
  const user = sha256(`${asker.tenantId}/${asker.objectId} ${connectionId} ${conversationId}`);
  return derivedKey('asked', shardOf(asker) + user.slice(1));
}

interface ChatSignInDependencies {
  store: Store;
  signIns: ReadonlyMap<string, ConnectionSignIn>;
}

/** What only a chat needs: where digits may be typed, for which connection a token came, and which notices were sent. */
export class ChatSignIns {
  readonly #deps: ChatSignInDependencies;
  readonly #pending: PendingMagicCodes;

  constructor(deps: ChatSignInDependencies) {
    this.#deps = deps;
    this.#pending = new PendingMagicCodes(deps.store.parking);
  }

  connectionsWithMagicCodes(): string[] {
    return [...this.#deps.signIns].filter(([, { usesMagicCodes }]) => usesMagicCodes).map(([id]) => id);
  }

  /** Records that this conversation showed a sign-in, where the sign-in may end with digits that the user types. */
  async recordPrompt(owner: Owner, conversationId: string, now: number): Promise<void> {
    const signIn = this.#deps.signIns.get(owner.connectionId);
    if (signIn?.usesMagicCodes) await this.#pending.add(owner, conversationId, now);
  }

  /** The connections that six digits from this conversation may be for: it showed their sign-in to this user (T66). */
  async connectionsPromptedIn(asker: User, conversationId: string): Promise<string[]> {
    const ids = this.connectionsWithMagicCodes();
    const prompted = await Promise.all(
      ids.map((connectionId) => this.#pending.has({ asker, connectionId }, conversationId)),
    );
    return ids.filter((_, at) => prompted[at]);
  }

  /** The connection that a token is for, by the name of the channel's exchange. `undefined`: none. */
  connectionForExchange(exchangeName: string): string | undefined {
    return [...this.#deps.signIns].find(([, signIn]) => signIn.exchangeName === exchangeName)?.[0];
  }

  /** The connections that the channel may get a token for. */
  exchangeableConnections(): string[] {
    return [...this.#deps.signIns].filter(([, { exchangeName }]) => exchangeName !== undefined).map(([id]) => id);
  }

  /** True for one caller on one instance, until `ttl` milliseconds have passed: a notice is sent once. */
  async claimOnce({ asker, connectionId }: Owner, subject: string, ttl: number, now: number): Promise<boolean> {
    const name = leaseName(`said/${sha256(`${connectionId} ${subject}`)}`, asker);
    return this.#deps.store.leases.acquire(name, newVersion(), now + ttl, now);
  }
}
