import { v7 as newVersion } from 'uuid';
import type { Owner, ParkedCredentials } from '../../store/store.ts';
import { derivedKey, sha256 } from '../secrets.ts';
import { shardOf } from '../user.ts';

/** As long as somebody may take to sign in. Milliseconds. */
const TTL = 600_000;

/** In which conversations people were asked to sign in where six digits are shown in the end. Digits are few: they are
 * taken as typed in the conversation that asked, and by whoever was asked there, alone (T66). */
export class PendingMagicCodes {
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

  async wasAsked(owner: Owner, conversationId: string): Promise<boolean> {
    return (await this.#parking.owner(keyOf(owner, conversationId))) !== undefined;
  }
}

/** No code hashes to it. */
function keyOf({ asker, connectionId }: Owner, conversationId: string): string {
  const who = sha256(`${asker.tenantId}/${asker.objectId} ${connectionId} ${conversationId}`);
  return derivedKey('asked', shardOf(asker) + who.slice(1));
}
