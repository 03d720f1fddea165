import { v7 as newVersion } from 'uuid';
import type { Owner, ParkedCredentials, Store } from '../store/store.ts';
import type { ConnectionSignIn } from './connection-sign-in.ts';
import { leaseName } from './credentials/lease.ts';
import { derivedKey, sha256 } from './secrets.ts';
import { shardOf, type User } from './user.ts';

/** To sign in. */
const PROMPT_TTL_MS = 600_000;

/** T66: six digits are easy to guess, so they count only from the prompt's user and conversation. */
class PendingMagicCodes {
  readonly #parking: ParkedCredentials;

  constructor(parking: ParkedCredentials) {
    this.#parking = parking;
  }

  /** Ends after five wrong codes or ten minutes. */
  async add({ asker, connectionId }: Owner, conversationId: string, now: number): Promise<void> {
    const keyHash = promptKey({ asker, connectionId }, conversationId);
    await this.#parking.discard(keyHash, now);
    const noCredential = { version: newVersion(), sealed: undefined };
    await this.#parking.add({
      asker,
      connectionId,
      ...noCredential,
      keyHash,
      createdAt: now,
      expiresAt: now + PROMPT_TTL_MS,
    });
  }

  async has(owner: Owner, conversationId: string): Promise<boolean> {
    return (await this.#parking.owner(promptKey(owner, conversationId))) !== undefined;
  }
}

/** No code hashes to this key. */
function promptKey({ asker, connectionId }: Owner, conversationId: string): string {
  const user = sha256(`${asker.tenantId}/${asker.objectId} ${connectionId} ${conversationId}`);
  return derivedKey('asked', shardOf(asker) + user.slice(1));
}

interface ChatSignInDependencies {
  store: Store;
  signIns: ReadonlyMap<string, ConnectionSignIn>;
}

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

  async recordPrompt(owner: Owner, conversationId: string, now: number): Promise<void> {
    const signIn = this.#deps.signIns.get(owner.connectionId);
    if (signIn?.usesMagicCodes) await this.#pending.add(owner, conversationId, now);
  }

  /** T66: connections that prompted this user in this conversation. */
  async connectionsPromptedIn(asker: User, conversationId: string): Promise<string[]> {
    const ids = this.connectionsWithMagicCodes();
    const prompted = await Promise.all(
      ids.map((connectionId) => this.#pending.has({ asker, connectionId }, conversationId)),
    );
    return ids.filter((_, at) => prompted[at]);
  }

  /** @param usable ids: connections of different tenants can share a name of the token service */
  connectionForExchange(exchangeName: string, usable: readonly string[]): string | undefined {
    return usable.find((id) => this.#deps.signIns.get(id)?.exchangeName === exchangeName);
  }

  exchangeableConnections(): string[] {
    return [...this.#deps.signIns].filter(([, { exchangeName }]) => exchangeName !== undefined).map(([id]) => id);
  }

  /** Returns true once per `ttlMs` across all instances. */
  async claimOnce({ asker, connectionId }: Owner, subject: string, ttlMs: number, now: number): Promise<boolean> {
    const name = leaseName(`said/${sha256(`${connectionId} ${subject}`)}`, asker);
    return this.#deps.store.leases.acquire(name, newVersion(), now + ttlMs, now);
  }
}
